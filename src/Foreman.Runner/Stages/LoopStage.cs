using Foreman.AgentLoop;
using Foreman.AgentLoop.Settings;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Audits;
using Foreman.Runner.Fencing;
using Foreman.Runner.Gates;
using Foreman.Runner.Outboxes;
using Foreman.Runner.Reviews;
using Foreman.Runner.RunLogs;
using Foreman.Tools.Audit;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Stages;

/// <summary>Runs the agent loop against the promised model, in the workspace of the run.</summary>
internal sealed class LoopStage(IKubernetes kubernetes, RunnerOptions options, TimeProvider time, Jitter jitter, ILogger logger) : IStage
{
    // Timers take at most 2^32 ms; a run does not last that long.
    private const int MostSeconds = 40 * 24 * 3600;

    private static readonly CommandCage NoCommands = new(null, "this runner runs no commands");
    private readonly AuditLog _audit = new(AuditLog.FolderIn(options.StateDirectory), AuditLimits.Default, time, logger);
    private readonly EventRecorder _events = new(kubernetes, new EventRecorderOptions
    {
        Component = options.Program.Component,
        Instance = options.Program.Reporter(options),
        Time = time,
        Logger = logger,
    });

    /// <inheritdoc/>
    public string Name => "loop";

    /// <inheritdoc/>
    public string OutsideEffect(RunRecord record) => $"asks {record.Model} and lets it change files in {record.Workspace}";

    /// <inheritdoc/>
    public async Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> reportProgress, CancellationToken stop)
    {
        var attempt = record.Attempt;
        var onDisk = JsonLinesTranscript.Open(TranscriptOf(options, attempt.Key));
        await using (onDisk.ConfigureAwait(false))
        {
            var inCluster = new RunLogStore(kubernetes, attempt, time, jitter, logger);
            await using (inCluster.ConfigureAwait(false))
            {
                var audit = new DenialEvents(_audit.Of(attempt.Key.Uid, attempt.Key.Number, options.Holder), _events, attempt, options.Redaction);
                await using (audit.ConfigureAwait(false))
                {
                    return await RunAsync(record, new CompositeTranscript(onDisk, inCluster), audit, reportProgress, stop).ConfigureAwait(false);
                }
            }
        }
    }

    private async Task<StageResult> RunAsync(RunRecord record, ITranscriptStore transcript, IToolAudit audit, Action<TaskProgress> reportProgress, CancellationToken stop)
    {
        var attempt = record.Attempt;
        var commands = options.Commands?.Invoke() ?? NoCommands;
        var rounds = RoundsOf(record, commands);
        var services = new AgentRunServices
        {
            ResultCheck = rounds,
            Cage = commands.Cage,
            CageFault = commands.Fault ?? "",
            Forges = options.Forges?.ForTask(attempt.Task.Spec.Payload.Repo),
            Schedules = options.Schedules?.Invoke(attempt.Task),
            Time = time,
            Transcript = transcript,
            Observer = new TurnObserver(reportProgress, attempt, time, logger) { ResumedFrom = record.Earlier?.Point, LackedMemory = options.LackedMemory },
            Redaction = options.Redaction,
            Audit = audit,
            Logger = logger,
        };
        var request = RequestOf(options, record, (int)(jitter.Next() * int.MaxValue), time.GetElapsedTime(record.StartedAt));
        var result = await AgentRun.RunAsync(request, services, stop).ConfigureAwait(false);
        return new StageResult.Next(record with { LoopResult = result, Gate = rounds?.Last });
    }

    /// <summary>Where the transcript of an attempt stands.</summary>
    internal static string TranscriptOf(RunnerOptions options, AttemptKey key) =>
        Path.Combine(Path.GetFullPath(options.StateDirectory), "transcripts", Outbox.NameOf(key) + ".jsonl");

    /// <summary>Where the large results of tool calls of an attempt stand, so that the model can read on in them.</summary>
    internal static string ResultsOf(RunnerOptions options, AttemptKey key) => Path.ChangeExtension(TranscriptOf(options, key), ".results");

    /// <summary>What the loop is asked to do.</summary>
    /// <param name="options">Where the run's folders are.</param>
    /// <param name="record">With what Prepare adds.</param>
    /// <param name="seed">Of everything random in the run.</param>
    /// <param name="elapsed">Since the attempt began: a wait for the issue is part of the time that it has.</param>
    internal static AgentRunRequest RequestOf(RunnerOptions options, RunRecord record, int seed, TimeSpan elapsed)
    {
        var task = record.Attempt.Task;
        var spec = task.Spec;
        var agent = WithinTimers(record.Agent ?? BuiltInAgent.Spec);
        var time = (int)Math.Clamp(RunTime.TaskSeconds(spec, agent) - (long)elapsed.TotalSeconds, 1, MostSeconds);
        return new AgentRunRequest
        {
            TaskUid = record.Attempt.Uid,
            Attempt = record.Attempt.Number,
            Prompt = record.Prompt ?? (string.IsNullOrWhiteSpace(spec.Payload.Prompt) ? record.Review?.Prompt ?? "" : spec.Payload.Prompt),
            Images = spec.Payload.Images ?? [],
            SystemPrompt = SystemMessage.Compose(agent.SystemPrompt, spec.Payload.PromptPrefix, record.Profile?.SystemPromptAddendum, record.Orientation),
            Settings = SettingsOf(record, agent, spec with { TimeoutSeconds = time }),
            Model = options.Known?.Invoke(record.Model!) ?? record.Model!,
            WorkspaceDirectory = record.Workspace!,
            ResultsDirectory = ResultsOf(options, record.Attempt.Key),
            Texts = record.Review is { } review ? [new KeptText(ReviewSubject.DiffId, review.Diff)] : [],
            PromisedModel = task.Status.Model,
            Earlier = record.Earlier,
            IssueError = record.IssueError,
            BaseCommit = record.Repository?.Tree.StartSha,
            Seed = seed,
            Mcp = record.Mcp,
            McpCredentials = record.McpCredentials,
        };
    }

    private static EffectiveSettings SettingsOf(RunRecord record, AgentSpec agent, AgenticTaskSpec spec)
    {
        var status = record.Attempt.Task.Status;
        var settings = EffectiveSettings.Resolve(record.Agent is null ? null : agent, spec, status.Model?.ContextTokens, record.Profile).Within(spec.Budget, status.Attempts.Sum());
        return record.Review is not null ? settings.ForReview()
            : record.Attempt.Task.GetAnnotation(Labels.Intent) is not null ? settings.ForPlan()
            : settings;
    }

    // Only work on a repository has something that can be checked.
    private GateRounds? RoundsOf(RunRecord record, CommandCage commands) =>
        record.Repository is null || record.Review is not null ? null : new GateRounds(stop => RunGate.RunAsync(record, commands, options.Redaction, stop));

    private static AgentSpec WithinTimers(AgentSpec agent) => agent with
    {
        RequestTimeoutSeconds = agent.RequestTimeoutSeconds is { } whole ? Math.Min(whole, MostSeconds) : null,
        RequestTurnTimeoutSeconds = agent.RequestTurnTimeoutSeconds is { } turn ? Math.Min(turn, MostSeconds) : null,
    };
}
