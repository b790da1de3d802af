using System.CommandLine;
using Foreman.Hosting;
using Foreman.Operator.DemoModel;
using System.Runtime.InteropServices;

namespace Foreman.Operator.Cli;

/// <summary><c>demo-model</c>: serves the scripted demo model.</summary>
internal static class DemoModelCommand
{
    public static Command Create(ConsoleStreams console)
    {
        var port = Ports.Option("Port on 127.0.0.1; 0 takes a free one", defaultPort: 8080);
        var command = new Command("demo-model", "Serves a scripted stand-in for a language model, OpenAI-compatible, on this machine only.") { port };
        command.SetAction(async (parsed, _) => await RunAsync(parsed.GetValue(port), console));
        return command;
    }

    private static async Task<int> RunAsync(int port, ConsoleStreams console)
    {
        using var signals = StopSignals.Listen(PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP);
        try
        {
            await using var server = await DemoModelServer.StartAsync(port, console.Time, signals.Stop);
            await console.Out.WriteLineAsync($"Demo model {DemoModelServer.ModelName} listens on {server.Url.ToString().TrimEnd('/')} (no language model: it does what a few forms of sentences say).");
            await console.Out.FlushAsync();
            await signals.Stop.WhenCancelledAsync();
            return ExitCodes.Done;
        }
        catch (IOException e)
        {
            throw Ports.Taken(port, e, "--port");
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            return ExitCodes.Done;
        }
    }
}
