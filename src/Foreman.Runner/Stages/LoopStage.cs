using Foreman.AgentLoop;
using Foreman.AgentLoop.Settings;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Fencing;
using Foreman.Runner.Outboxes;
using Foreman.Runner.RunLogs;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Stages;

/// <summary>Runs the agent loop against the promised model, in the workspace of the run.</summary>
internal sealed class LoopStage(IKubernetes kubernetes, RunnerOptions options, TimeProvider time, Jitter jitter, ILogger logger) : IStage
{
    /// <inheritdoc/>
    public string Name => "loop";

    /// <inheritdoc/>
    public string OutsideEffect(RunRecord record) => $"asks {record.Model} and lets it change files in {record.Workspace}";

    /// <inheritdoc/>
    public async Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> turnEnded, CancellationToken stop)
    {
        var attempt = record.Attempt;
        var onDisk = JsonLinesTranscript.Open(Path.Combine(options.StateDirectory, "transcripts", Outbox.NameOf(attempt.Key) + ".jsonl"));
        await using (onDisk.ConfigureAwait(false))
        {
            var inCluster = new RunLogStore(kubernetes, attempt, time, jitter, logger);
            await using (inCluster.ConfigureAwait(false))
            {
                var services = new AgentRunServices
                {
                    Time = time,
                    Transcript = new CompositeTranscript(onDisk, inCluster),
                    Observer = new TurnObserver(turnEnded, attempt, logger),
                    Logger = logger,
                };
                var request = RequestOf(record, options.DefaultTimeout, (int)(jitter.Next() * int.MaxValue));
                var result = await AgentRun.RunAsync(request, services, stop).ConfigureAwait(false);
                return new StageResult.Next(record with { LoopResult = result });
            }
        }
    }

    /// <summary>What the loop is asked to do.</summary>
    /// <param name="record">With what Prepare adds.</param>
    /// <param name="defaultTimeout">Wall-clock budget of a task without timeoutSeconds.</param>
    /// <param name="seed">Of everything random in the run.</param>
    internal static AgentRunRequest RequestOf(RunRecord record, TimeSpan defaultTimeout, int seed)
    {
        var task = record.Attempt.Task;
        var spec = task.Spec;
        var timed = spec.TimeoutSeconds is > 0 ? spec : spec with { TimeoutSeconds = (int)Math.Max(1, defaultTimeout.TotalSeconds) };
        return new AgentRunRequest
        {
            TaskUid = record.Attempt.Uid,
            Attempt = record.Attempt.Number,
            Prompt = spec.Payload.Prompt!,
            SystemPrompt = SystemMessage.Compose((record.Agent ?? BuiltInAgent.Spec).SystemPrompt, spec.Payload.PromptPrefix),
            Settings = EffectiveSettings.Resolve(record.Agent, timed, task.Status.Model?.ContextTokens),
            Model = record.Model!,
            WorkspaceDirectory = record.Workspace!,
            PromisedModel = task.Status.Model,
            Seed = seed,
        };
    }

    /// <summary>Passes the progress of the loop on.</summary>
    private sealed class TurnObserver(Action<TaskProgress> turnEnded, Attempt attempt, ILogger logger) : IRunObserver
    {
        /// <inheritdoc/>
        public void TurnEnded(RunProgress progress) => turnEnded(new TaskProgress
        {
            Turn = progress.Turn,
            Tool = progress.Tool,
            PromptTokens = progress.PromptTokens,
            CompletionTokens = progress.CompletionTokens,
        });

        /// <inheritdoc/>
        public void Waiting(string? reason)
        {
            if (reason is null)
            {
                logger.ModelAnswersAgain(attempt);
            }
            else
            {
                logger.WaitsForModel(attempt, reason);
            }
        }
    }
}
