using System.CommandLine;
using System.Runtime.InteropServices;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Cli;
using Foreman.Operator.Workloads.Cli;
using Foreman.Primitives;

namespace Foreman.Operator.Dispatch;

/// <summary><c>foreman-operator dispatch</c>: has issues fixed, or a prompt done, by the fleet of a cluster.</summary>
internal static class DispatchCommand
{
    /// <summary>The command, for the root of the command line.</summary>
    public static Command Create(ConsoleStreams console)
    {
        var command = new Command("dispatch", "Has the fleet fix issues of a repository, or do what a prompt says: creates tasks, or with --issues or --intent one Workload, and follows them with --wait.");
        DispatchFlags.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var request = DispatchFlags.Read(parsed, console.Time.GetUtcNow(), Environment.MachineName);
            await LocalClone.CheckAsync(request.Folder, console.Time, cancellationToken);
            request = await IntentInput.ReadAsync(request, console, cancellationToken);
            using var signals = StopSignals.Listen(PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP);
            return await RunAsync(request, console, signals.Stop);
        });
        return command;
    }

    private static async Task<int> RunAsync(DispatchRequest request, ConsoleStreams console, CancellationToken stop)
    {
        try
        {
            var configuration = request.Kubeconfig is { } path
                ? KubernetesClientConfiguration.BuildConfigFromConfigFile(path, request.KubeContext)
                : KubernetesClientConfiguration.BuildDefaultConfig(request.KubeContext);
            using var client = new KubernetesClient(configuration with { UserAgent = "foreman-operator", EnvironmentProxy = EnvironmentProxy.OfProcess });
            var space = request.Namespace ?? configuration.Namespace ?? "default";
            return request.Batch is not null
                ? await new BatchRun(client, request, new WorkloadHints(space, request.Kubeconfig, request.KubeContext), console).RunAsync(stop)
                : await new DispatchRun(client, new DispatchHints(request, space), console).RunAsync(stop);
        }
        catch (KubeConfigException e)
        {
            throw new ExitException(ExitCodes.Usage, $"{e.Message}; without a cluster, `foreman-operator try --repo DIR` does a task on this machine", e);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await console.Error.WriteLineAsync("foreman-operator: interrupted; nothing was created.");
            return ExitCodes.Interrupted;
        }
    }
}
