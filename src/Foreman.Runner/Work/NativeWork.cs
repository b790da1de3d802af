using System.Text.Json.Nodes;
using Foreman.AgentLoop;
using Foreman.AgentLoop.Settings;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Fencing;
using Foreman.Runner.Outboxes;
using Foreman.Runner.RunLogs;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Work;

/// <summary>Runs the agent loop against the promised model, in a workspace of its own.</summary>
internal sealed class NativeWork(IKubernetes kubernetes, RunnerOptions options, TimeProvider time, ILogger logger) : IAttemptWork
{
    private readonly Jitter _jitter = new(options.Seed);
    private readonly TaskInputs _inputs = new(kubernetes, time, new Jitter(options.Seed));

    /// <inheritdoc/>
    public async Task<WorkReport> RunAsync(Attempt attempt, Action<TaskProgress> turnEnded, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        try
        {
            Supported(attempt.Task);
            var agent = await _inputs.AgentAsync(attempt, stop).ConfigureAwait(false);
            var model = await _inputs.ModelAsync(attempt, agent, stop).ConfigureAwait(false);
            var context = await _inputs.ContextTokensAsync(attempt, stop).ConfigureAwait(false);
            var workspace = WorkspaceFolder.PathOf(options.WorkspaceRoot, attempt);
            WorkspaceFolder.MakeRoom(workspace);
            var request = Request(attempt, agent, model, context, workspace);
            var result = await RunLoopAsync(attempt, request, turnEnded, stop).ConfigureAwait(false);
            var isKept = Retain(workspace, result, attempt);
            return Report(result, isKept ? workspace : null, stop.IsCancellationRequested);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return WorkReport.StoppedWith(new Usage { Seconds = (long)Math.Ceiling(time.GetElapsedTime(started).TotalSeconds) });
        }
        catch (WorkException e)
        {
            return WorkReport.Failed(e.Reason, e.Message);
        }
        catch (TranscriptException e)
        {
            return WorkReport.Failed(FailureReason.InfrastructureError, e.Message);
        }
    }

    private static void Supported(AgenticTask task)
    {
        if (task.Spec.Kind != TaskKind.Freeform)
        {
            throw new WorkException(FailureReason.Unsupported, $"spec.kind {task.Spec.Kind} can't be run by this release; it runs {TaskKind.Freeform}");
        }

        if (string.IsNullOrWhiteSpace(task.Spec.Payload.Prompt))
        {
            throw new WorkException(FailureReason.Unsupported, "spec.payload.prompt is empty: there is nothing to ask the model. Create the task anew with a prompt");
        }
    }

    private AgentRunRequest Request(Attempt attempt, AgentSpec? agent, ModelEndpoint model, int? context, string workspace)
    {
        var spec = attempt.Task.Spec;
        var timed = spec.TimeoutSeconds is > 0 ? spec : spec with { TimeoutSeconds = (int)Math.Max(1, options.DefaultTimeout.TotalSeconds) };
        return new AgentRunRequest
        {
            TaskUid = attempt.Uid,
            Attempt = attempt.Number,
            Prompt = spec.Payload.Prompt!,
            SystemPrompt = SystemMessage.Compose((agent ?? BuiltInAgent.Spec).SystemPrompt, spec.Payload.PromptPrefix),
            Settings = EffectiveSettings.Resolve(agent, timed, context),
            Model = model,
            WorkspaceDirectory = workspace,
            PromisedModel = attempt.Task.Status.Model,
            Seed = (int)(_jitter.Next() * int.MaxValue),
        };
    }

    private async Task<AgentRunResult> RunLoopAsync(Attempt attempt, AgentRunRequest request, Action<TaskProgress> turnEnded, CancellationToken stop)
    {
        var path = Path.Combine(options.StateDirectory, "transcripts", Outbox.NameOf(attempt.Key) + ".jsonl");
        var onDisk = JsonLinesTranscript.Open(path);
        await using (onDisk.ConfigureAwait(false))
        {
            var inCluster = new RunLogStore(kubernetes, attempt, time, _jitter, logger);
            await using (inCluster.ConfigureAwait(false))
            {
                var services = new AgentRunServices
                {
                    Time = time,
                    Transcript = new CompositeTranscript(onDisk, inCluster),
                    Observer = new TurnObserver(turnEnded, attempt, logger),
                };
                return await AgentRun.RunAsync(request, services, stop).ConfigureAwait(false);
            }
        }
    }

    // Files that a task made and nobody fetched yet are the task's result; everything else is scratch.
    private bool Retain(string workspace, AgentRunResult result, Attempt attempt)
    {
        if (options.KeepWorkspace || (result.Phase == TaskPhase.Succeeded && result.Files.Count > 0))
        {
            return true;
        }

        if (WorkspaceFolder.Remove(workspace) is { } why)
        {
            logger.LogWarning("The workspace of {Attempt} stays at {Path}: {Why}", attempt, workspace, why);
        }

        return false;
    }

    private WorkReport Report(AgentRunResult result, string? workspace, bool stopWanted)
    {
        if (stopWanted && result.Envelope.FailureReason == FailureReason.Cancelled)
        {
            return WorkReport.StoppedWith(result.Usage);
        }

        if (workspace is null)
        {
            return new(result.Envelope, result.Phase, result.Usage);
        }

        var extra = result.Envelope.Extra?.DeepClone().AsObject() ?? [];
        extra["workspace"] = new JsonObject { ["host"] = options.NodeName, ["path"] = workspace };
        return new(result.Envelope with { Extra = extra }, result.Phase, result.Usage);
    }
}
