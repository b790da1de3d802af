using System.CommandLine;
using System.Runtime.InteropServices;
using Foreman.Agent.Cli;
using Foreman.Agent.Hosting;
using Foreman.Agent.Identity;
using Foreman.Hosting;
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
}

/// <summary><c>foreman-agent run-task</c>: runs one attempt in the pod of its Job.</summary>
internal static class RunTaskCommand
{
    // Where the operator's podTemplate may mount a Secret with tokens of forges; no sandbox of commands shows it.
    private const string GitTokens = "/var/lib/foreman-git-tokens";

    /// <summary>The command.</summary>
    /// <param name="settings">Reads the flags.</param>
    /// <param name="console">Where it logs.</param>
    public static Command Build(Func<ParseResult, AgentSettings> settings, ConsoleStreams console)
    {
        var task = new Option<string>("--task") { Description = "Name of the task", HelpName = "NAME", Required = true };
        var space = new Option<string>("--namespace") { Description = "Its namespace", HelpName = "NAME", Required = true };
        var attempt = new Option<long>("--attempt") { Description = "The attempt that the Job was made for", HelpName = "NUMBER", Required = true };
        var command = new Command("run-task", "Runs one attempt of a task in the pod of its Job; the operator's Jobs call it.") { task, space, attempt };
        command.SetAction(async (parsed, _) =>
            await RunAsync(settings(parsed), new(parsed.GetValue(task) ?? "", parsed.GetValue(space) ?? "", parsed.GetValue(attempt)), console));
        return command;
    }

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
        using var kubernetes = ClusterConnection.Open(inPod.Cluster, console.Time, logger);
        WritableFolder.Ensure(inPod.Runs.WorkspaceDir, "--workspace-dir", "the run's workspace");
        WritableFolder.Ensure(inPod.Runs.StateDir, "--state-dir", "the result until it is delivered");
        try
        {
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
