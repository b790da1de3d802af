using System.CommandLine;
using Foreman.Hosting;
using Foreman.Operator.DevClusters;
using System.Runtime.InteropServices;

namespace Foreman.Operator.Cli;

/// <summary><c>dev-cluster</c>: runs the embedded cluster alone.</summary>
internal static class DevClusterCommand
{
    public static Command Create(ConsoleStreams console)
    {
        var port = Ports.Option("Port on 127.0.0.1; 0 takes a free one", defaultPort: 0);
        var state = new Option<string>("--state-dir") { Description = "Folder for the kubeconfig. Default: a new one in the temporary folder", HelpName = "DIR" };
        var command = new Command("dev-cluster", "Serves a Kubernetes API with Foreman's kinds on this machine, in memory, for development.") { port, state };
        command.SetAction(async (parsed, _) => await RunAsync(parsed.GetValue(port), parsed.GetValue(state), console));
        return command;
    }

    private static async Task<int> RunAsync(int port, string? state, ConsoleStreams console)
    {
        using var signals = StopSignals.Listen(PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP);
        var folder = state is null ? Directory.CreateTempSubdirectory("foreman-dev-cluster-").FullName : Path.GetFullPath(state);
        try
        {
            await using var cluster = await LocalCluster.StartAsync(new(folder, port, console.Time), signals.Stop);
            await console.Out.WriteLineAsync($"Kubernetes API on {cluster.Url}, in memory. Stop it with Ctrl-C.");
            await console.Out.WriteLineAsync($"export KUBECONFIG={cluster.KubeconfigPath}");
            await console.Out.FlushAsync();
            await signals.Stop.WhenCancelledAsync();
            return ExitCodes.Done;
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            return ExitCodes.Done;
        }
        finally
        {
            if (state is null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
