using Foreman.Agent.Cli;
using Foreman.Hosting;

namespace Foreman.Agent.Tests.Support;

/// <summary>Runs the command line in this process.</summary>
internal sealed record Commands(int ExitCode, string Output, string Error)
{
    public static async Task<Commands> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var console = new ConsoleStreams(output, error, environment.GetValueOrDefault);
        var exitCode = await AgentCommandLine.RunAsync(arguments, console);
        return new Commands(exitCode, output.ToString(), error.ToString());
    }

    public static Task<Commands> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string>(), arguments);
}
