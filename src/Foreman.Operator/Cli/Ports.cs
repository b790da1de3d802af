using System.CommandLine;
using System.Globalization;
using Foreman.Hosting;

namespace Foreman.Operator.Cli;

/// <summary>Ports as options, and what is said when one is taken.</summary>
internal static class Ports
{
    public static Option<int> Option(string description, int defaultPort)
    {
        var option = new Option<int>("--port") { Description = description, DefaultValueFactory = _ => defaultPort, HelpName = "PORT" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !ushort.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                result.AddError($"--port: `{token.Value}` is not valid: expected a number from 0 to 65535");
            }
        });
        return option;
    }

    public static ExitException Taken(int port, IOException inner, string flag) => new(
        ExitCodes.Failed,
        string.Create(CultureInfo.InvariantCulture, $"port {port} on 127.0.0.1 cannot be listened on: {Reason(inner)}; stop the program that uses it, or choose another with {flag}"),
        inner);

    public static string Reason(Exception e)
    {
        var cause = e;
        while (cause.InnerException is { } deeper)
        {
            cause = deeper;
        }

        return cause.Message.TrimEnd('.');
    }
}
