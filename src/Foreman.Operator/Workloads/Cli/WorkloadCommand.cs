using System.CommandLine;
using System.Runtime.InteropServices;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Cli;
using Foreman.Operator.Dispatch;
using Foreman.Primitives;

namespace Foreman.Operator.Workloads.Cli;

/// <summary><c>foreman-operator workload NAME</c>: shows a Workload, and holds, resumes or ends it.</summary>
internal static class WorkloadCommand
{
    private static readonly Argument<string> Name = new("NAME") { Description = "Name of the Workload" };
    private static readonly Option<bool> Watch = new("--watch") { Description = "Show it until it has ended, or waits for a person only; Ctrl-C leaves it running" };
    private static readonly Option<bool> Suspend = new("--suspend") { Description = "Begin no further task of it, and suspend those that have not ended" };
    private static readonly Option<bool> Resume = new("--resume") { Description = "Let it go on" };
    private static readonly Option<bool> Cancel = new("--cancel") { Description = "Cancel its tasks and end it; that can't be taken back" };
    private static readonly Option<string?> Output = new("--output", "-o") { Description = "text, or json: one line on standard output [default: text]", HelpName = "text|json" };
    private static readonly Option<string?> Namespace = new("--namespace", "-n") { Description = "Its namespace. Default: that of the kubeconfig's context, else default", HelpName = "NAME" };
    private static readonly Option<string?> Kubeconfig = new("--kubeconfig") { Description = "Kubeconfig of somebody who may read Workloads and tasks. Default: what kubectl would use", HelpName = "FILE" };
    private static readonly Option<string?> KubeContext = new("--kube-context") { Description = "Context in the kubeconfig. Default: its current one", HelpName = "NAME" };

    /// <summary>The command, for the root of the command line.</summary>
    public static Command Create(ConsoleStreams console)
    {
        var command = new Command("workload", "Shows the steps of a Workload, their hosts, verdicts and findings, or holds, resumes or ends it.")
        {
            Name, Watch, Suspend, Resume, Cancel, Output, Namespace, Kubeconfig, KubeContext,
        };
        command.SetAction(async (parsed, _) =>
        {
            var (change, json) = (ChangeOf(parsed), OutputOf(parsed.GetValue(Output)));
            using var signals = StopSignals.Listen(PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP);
            return await RunAsync(parsed, change, console, json, signals.Stop);
        });
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, WorkloadChange change, ConsoleStreams console, bool json, CancellationToken stop)
    {
        try
        {
            var configuration = parsed.GetValue(Kubeconfig) is { } path
                ? KubernetesClientConfiguration.BuildConfigFromConfigFile(path, parsed.GetValue(KubeContext))
                : KubernetesClientConfiguration.BuildDefaultConfig(parsed.GetValue(KubeContext));
            using var client = new KubernetesClient(configuration with { UserAgent = "foreman-operator", EnvironmentProxy = EnvironmentProxy.OfProcess });
            var hints = new WorkloadHints(parsed.GetValue(Namespace) ?? configuration.Namespace ?? "default", parsed.GetValue(Kubeconfig), parsed.GetValue(KubeContext));
            var workload = await ReadAsync(client, parsed.GetValue(Name)!, hints.Space, stop);
            if (change != WorkloadChange.None)
            {
                workload = await ChangeAsync(client, workload, change, stop);
                await (json ? console.Error : console.Out).WriteLineAsync(WorkloadSwitch.Told(workload.Name(), change, hints));
            }

            var show = new WorkloadShow(client, hints, console, json);
            if (parsed.GetValue(Watch))
            {
                return await show.FollowAsync(workload, stop);
            }

            if (change == WorkloadChange.None || json)
            {
                await show.OnceAsync(workload, stop);
            }

            return ExitCodes.Done;
        }
        catch (KubeConfigException e)
        {
            throw new ExitException(ExitCodes.Usage, e.Message, e);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
    }

    /// <summary>Reads a Workload.</summary>
    /// <exception cref="ExitException">It is not there, or can't be read.</exception>
    internal static async Task<Workload> ReadAsync(KubernetesClient client, string name, string space, CancellationToken stop)
    {
        await DispatchAccess.ExistingWorkloads.CheckAsync<Workload>(client, space, stop);
        return await client.TryReadAsync<Workload>(name, space, stop)
            ?? throw new ExitException(ExitCodes.Failed, $"Workload {Printable.Line(name)} does not exist in namespace {space}; name another namespace with -n");
    }

    private static async Task<Workload> ChangeAsync(KubernetesClient client, Workload workload, WorkloadChange change, CancellationToken stop)
    {
        if (WorkloadSwitch.Refusal(workload, change) is { } refusal)
        {
            throw new ExitException(ExitCodes.Failed, refusal);
        }

        try
        {
            return await client.PatchAsync<Workload>(WorkloadSwitch.Patch(workload, change), workload.Name(), workload.Namespace(), null, stop);
        }
        catch (KubernetesException e) when (e.IsNotFound || e.IsTestFailed)
        {
            throw new ExitException(ExitCodes.Failed, $"Workload {workload.Name()} was deleted meanwhile", e);
        }
        catch (KubernetesException e)
        {
            throw DispatchAccess.ExistingWorkloads.Refused(e, workload.Namespace()!);
        }
    }

    private static WorkloadChange ChangeOf(ParseResult parsed)
    {
        WorkloadChange[] given =
        [
            .. new[] { (Suspend, WorkloadChange.Suspend), (Resume, WorkloadChange.Resume), (Cancel, WorkloadChange.Cancel) }
                .Where(c => parsed.GetValue(c.Item1)).Select(c => c.Item2),
        ];
        return given.Length > 1
            ? throw new ExitException(ExitCodes.Usage, "--suspend, --resume, --cancel: give one of them")
            : given.FirstOrDefault();
    }

    /// <summary>True for JSON.</summary>
    /// <exception cref="ExitException">The word is unknown.</exception>
    internal static bool OutputOf(string? text) => text switch
    {
        null or "text" => false,
        "json" => true,
        var other => throw UsageError.Invalid("--output", other, "text or json"),
    };
}
