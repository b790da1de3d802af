using Foreman.Hosting;
using Foreman.Operator.Cli;

namespace Foreman.Operator.Tests.Cli;

/// <summary>Runs the command line within the test.</summary>
internal static class CommandRunner
{
    public static async Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await OperatorCommandLine.RunAsync(arguments, new ConsoleStreams(output, error, _ => null));
        return (code, output.ToString(), error.ToString());
    }
}
