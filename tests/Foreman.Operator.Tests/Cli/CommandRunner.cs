using Foreman.Hosting;
using Foreman.Operator.Cli;

namespace Foreman.Operator.Tests.Cli;

/// <summary>Runs the command line within the test.</summary>
internal static class CommandRunner
{
    public static Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments) => RunAsync("", arguments);

    /// <param name="input">What standard input has.</param>
    /// <param name="arguments">The command line.</param>
    public static async Task<(int Code, string Out, string Error)> RunAsync(string input, string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await OperatorCommandLine.RunAsync(arguments, new ConsoleStreams(output, error, _ => null) { In = () => new StringReader(input) });
        return (code, output.ToString(), error.ToString());
    }
}
