using System.CommandLine;
using System.Runtime.InteropServices;
using Foreman.Agent.Cli;
using Foreman.Agent.Hosting;
using Foreman.Agent.Identity;
using Foreman.Hosting;
using Foreman.Primitives;
using Microsoft.Extensions.Logging;

namespace Foreman.Agent.RunTask;

/// <summary>Which attempt is run.</summary>
/// <param name="Task">Name of the task.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Attempt">The attempt that the Job was made for.</param>
internal sealed record RunTaskRequest(string Task, string Namespace, long Attempt)
{
    /// <summary>The file with the pod's token.</summary>
    public string TokenFile { get; init; } = PodIdentity.TokenFile;

    /// <summary>True beside a container that is the task; false runs the loop.</summary>
    public bool IsContainer { get; init; }

    /// <summary>The file that such a container leaves its outputs in.</summary>
    public string OutputFile { get; init; } = "/foreman/output.json";

    /// <summary>The file that shows that the attempt is claimed: it holds the UID of the pod.</summary>
    public string ClaimFile { get; init; } = "/foreman/.claimed";
}

/// <summary><c>foreman-agent run-task</c>: runs one attempt in the pod of its Job.</summary>
internal static class RunTaskCommand
{
    // Where the operator's podTemplate may mount a Secret with tokens of forges; no sandbox of commands shows it.
    private const string GitTokens = "/var/lib/foreman-git-tokens";

    private const int MaxClaim = 1024;

    /// <summary>The command.</summary>
    /// <param name="settings">Reads the flags.</param>
    /// <param name="console">Where it logs.</param>
    public static Command Build(Func<ParseResult, AgentSettings> settings, ConsoleStreams console)
    {
        var task = new Option<string>("--task") { Description = "Name of the task", HelpName = "NAME" };
        var space = new Option<string>("--namespace") { Description = "Its namespace", HelpName = "NAME" };
        var attempt = new Option<long>("--attempt") { Description = "The attempt that the Job was made for", HelpName = "NUMBER" };
        var container = new Option<bool>("--container") { Description = "Claim and report for a container that is the task, instead of running the loop" };
        var output = new Option<string>("--output") { Description = "File that this container leaves its outputs in", HelpName = "FILE" };
        var isClaimed = new Option<bool>("--is-claimed") { Description = "Only tell by the exit code whether this pod has claimed its task" };
        var command = new Command("run-task", "Runs one attempt of a task in the pod of its Job; the operator's Jobs call it.") { task, space, attempt, container, output, isClaimed };
        command.SetAction(async (parsed, _) =>
        {
            var request = new RunTaskRequest(parsed.GetValue(task) ?? "", parsed.GetValue(space) ?? "", parsed.GetValue(attempt)) { IsContainer = parsed.GetValue(container) };
            request = parsed.GetValue(output) is { Length: > 0 } file ? request with { OutputFile = file } : request;
            return parsed.GetValue(isClaimed) ? IsClaimed(request) : await RunAsync(settings(parsed), Checked(request), console);
        });
        return command;
    }

    /// <summary>0 when the pod has claimed its task, else 1.</summary>
    /// <param name="request">Where that is seen.</param>
    internal static int IsClaimed(RunTaskRequest request) =>
        PodIdentity.Read(request.TokenFile) is { } pod && BoundedText.ReadFile(request.ClaimFile, MaxClaim)?.Text == pod.Uid ? ExitCodes.Done : ExitCodes.Failed;

    private static RunTaskRequest Checked(RunTaskRequest request) => request is { Task.Length: > 0, Namespace.Length: > 0, Attempt: > 0 }
        ? request
        : throw new ExitException(ExitCodes.Usage, "run-task needs --task, --namespace and --attempt, which the operator's Jobs give it");

    /// <exception cref="ExitException">It can't run here.</exception>
    internal static async Task<int> RunAsync(AgentSettings settings, RunTaskRequest request, ConsoleStreams console)
    {
        if (HostLimits.Refusal() is { } refusal)
        {
            throw refusal;
        }

        var pod = PodIdentity.Read(request.TokenFile) ?? throw new ExitException(
            ExitCodes.BadConfiguration, $"run-task runs in the pod of a Job, and {request.TokenFile} is no token of one. A task gets its Job with spec.placement Job");
        using var stop = StopSignals.Listen(PosixSignal.SIGTERM, PosixSignal.SIGINT);
        using var log = new LineLoggerProvider(console.Error, settings.Verbose ? LogLevel.Debug : LogLevel.Information, console.Time);
        var logger = log.CreateLogger("");
        var inPod = InPod(settings, console.Environment);
        using var kubernetes = ClusterConnection.Open(inPod.Cluster, console.Time, logger).Kubernetes;
        try
        {
            if (request.IsContainer)
            {
                return await new ContainerInPod(request, pod, kubernetes, console.Time, logger).RunAsync(stop.Stop, stop.StopNow);
            }

            WritableFolder.Ensure(inPod.Runs.WorkspaceDir, "--workspace-dir", "the run's workspace");
            WritableFolder.Ensure(inPod.Runs.StateDir, "--state-dir", "the result until it is delivered");
            return await new TaskInPod(inPod, request, pod, kubernetes, console.Time, logger).RunAsync(stop.Stop, stop.StopNow);
        }
        catch (OperationCanceledException) when (stop.Stop.IsCancellationRequested)
        {
            logger.StoppedWhileStarting();
            return ExitCodes.TryAgain;
        }
    }

    private static AgentSettings InPod(AgentSettings settings, Func<string, string?> environment) => settings with
    {
        Runs = settings.Runs with
        {
            WorkspaceDir = environment("FOREMAN_WORKSPACE") is { Length: > 0 } workspace ? workspace : settings.Runs.WorkspaceDir,
            GitTokens = settings.Runs.GitTokens ?? (Directory.Exists(GitTokens) ? GitTokens : null),
        },
    };
}
