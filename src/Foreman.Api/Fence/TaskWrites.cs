using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Kubernetes;

namespace Foreman.Api;

/// <summary>
/// All writes to a task's status. Each is a JSON Patch with tests and changes in one request, so that a write for an old
/// attempt, holder or phase is rejected by the API server: 422 with empty details. <c>attempt</c> counts assignments and only
/// <see cref="Assign"/> raises it.
/// </summary>
public static class TaskWrites
{
    /// <summary>Operator: Pending → Scheduled.</summary>
    /// <param name="task">The task as last read.</param>
    /// <param name="assignment">The assignment.</param>
    /// <param name="conditions">Conditions afterwards.</param>
    public static V1Patch Assign(AgenticTask task, TaskAssignment assignment, IReadOnlyList<V1Condition> conditions)
    {
        var writes = new PatchBuilder()
            .Test("/status/attempt", task.Status.Attempt)
            .Test("/status/phase", TaskPhase.Pending.Value)
            .Set("/status/attempt", task.Status.Attempt + 1)
            .Set("/status/phase", TaskPhase.Scheduled.Value)
            .Set("/status/assignedNode", assignment.Node)
            .Set("/status/placement", assignment.Placement.Value)
            .Set("/status/conditions", conditions);
        if (assignment.Model is not null)
        {
            writes.Set("/status/model", JsonSerializer.SerializeToNode(assignment.Model, ApiJson.Default.PromisedModel)!);
        }

        if (assignment.AgentGeneration is { } generation)
        {
            writes.Set("/status/agentGeneration", generation);
        }

        if (AttemptHistory.IndexToEvict(task.Status.Attempts) is { } index)
        {
            writes.Remove(string.Create(CultureInfo.InvariantCulture, $"/status/attempts/{index}"));
        }

        return writes.Build();
    }

    /// <summary>Runner: Scheduled → Running. The progress starts at turn 0.</summary>
    /// <param name="attempt">The attempt that was assigned.</param>
    /// <param name="claim">Who claims, and when.</param>
    /// <param name="first">True when the task never ran before: startedAt is set too.</param>
    /// <param name="conditions">Conditions afterwards.</param>
    public static V1Patch Claim(long attempt, TaskClaim claim, bool first, IReadOnlyList<V1Condition> conditions)
    {
        var writes = new PatchBuilder()
            .Test("/status/attempt", attempt)
            .Test("/status/phase", TaskPhase.Scheduled.Value)
            .Set("/status/phase", TaskPhase.Running.Value)
            .Set("/status/claim", JsonSerializer.SerializeToNode(claim, ApiJson.Default.TaskClaim)!)
            .Set("/status/progress", Node(new TaskProgress { UpdatedAt = claim.AcquiredAt }))
            .Set("/status/claimedAt", claim.AcquiredAt)
            .Set("/status/conditions", conditions);
        return (first ? writes.Set("/status/startedAt", claim.AcquiredAt) : writes).Build();
    }

    /// <summary>Runner: a new process of the same host takes over the old one's claim.</summary>
    public static V1Patch Reclaim(long attempt, string oldHolder, string newHolder) =>
        Held(attempt, oldHolder).Set("/status/claim/holder", newHolder).Build();

    /// <summary>Holder: progress of the run.</summary>
    public static V1Patch Progress(long attempt, string holder, TaskProgress progress) =>
        Held(attempt, holder).Set("/status/progress", Node(progress)).Build();

    /// <summary>Holder: Running → Succeeded or Failed. Only when no retry is due.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="holder">Its holder.</param>
    /// <param name="completion">What is recorded.</param>
    /// <param name="generation">The generation that the conditions speak of: a task whose spec has changed since is read again first. Null tests none.</param>
    public static V1Patch End(long attempt, string holder, TaskCompletion completion, long? generation = null) =>
        Ended(generation is { } seen ? Held(attempt, holder).Test("/metadata/generation", seen) : Held(attempt, holder), completion).Build();

    /// <summary>Operator: ends a task that nobody runs (unsupported, agent not found, upstream failed, limits reached).</summary>
    /// <param name="task">The task as last read, Pending.</param>
    /// <param name="completion">What is recorded; its attempt entry is left out when no attempt was made.</param>
    public static V1Patch EndPending(AgenticTask task, TaskCompletion completion) =>
        Ended(
            new PatchBuilder().Test("/status/attempt", task.Status.Attempt).Test("/status/phase", TaskPhase.Pending.Value),
            completion).Build();

    /// <summary>Holder: Running → Pending (drain, suspend, waiting, retryable failure).</summary>
    public static V1Patch GiveBack(long attempt, string holder, TaskAttempt entry, IReadOnlyList<V1Condition> conditions) =>
        Release(Held(attempt, holder), claimed: true, entry, conditions).Build();

    /// <summary>Runner: Scheduled → Pending (disk full, hours, draining, …).</summary>
    public static V1Patch Decline(long attempt, TaskAttempt entry, IReadOnlyList<V1Condition> conditions) =>
        Release(
            new PatchBuilder().Test("/status/attempt", attempt).Test("/status/phase", TaskPhase.Scheduled.Value),
            claimed: false, entry, conditions).Build();

    /// <summary>Operator: Scheduled or Running → Pending (dead node, preemption, unclaimed).</summary>
    /// <param name="task">The task as last read.</param>
    /// <param name="entry">What is recorded of the attempt.</param>
    /// <param name="conditions">Conditions afterwards.</param>
    public static V1Patch TakeBack(AgenticTask task, TaskAttempt entry, IReadOnlyList<V1Condition> conditions)
    {
        var holder = task.Status.Claim?.Holder;
        var writes = new PatchBuilder()
            .Test("/status/attempt", task.Status.Attempt)
            .Test("/status/phase", task.PhaseOrPending().Value);
        if (holder is not null)
        {
            writes.Test("/status/claim/holder", holder);
        }

        return Release(writes, claimed: holder is not null, entry, conditions).Build();
    }

    /// <summary>Operator: the conditions of a task that waits.</summary>
    public static V1Patch PendingConditions(AgenticTask task, IReadOnlyList<V1Condition> conditions) =>
        new PatchBuilder()
            .Test("/status/attempt", task.Status.Attempt)
            .Test("/status/phase", TaskPhase.Pending.Value)
            .Set("/status/conditions", conditions)
            .Build();

    private static PatchBuilder Held(long attempt, string holder) => new PatchBuilder()
        .Test("/status/attempt", attempt)
        .Test("/status/phase", TaskPhase.Running.Value)
        .Test("/status/claim/holder", holder);

    // JSON Patch cannot remove what is absent: assignedNode and placement are there since Assign, the claim since Claim.
    private static PatchBuilder Release(PatchBuilder writes, bool claimed, TaskAttempt entry, IReadOnlyList<V1Condition> conditions)
    {
        writes.Set("/status/phase", TaskPhase.Pending.Value)
            .Remove("/status/assignedNode")
            .Remove("/status/placement")
            .Append("/status/attempts", JsonSerializer.SerializeToNode(entry, ApiJson.Default.TaskAttempt)!)
            .Set("/status/conditions", conditions);
        return claimed ? writes.Remove("/status/claim") : writes;
    }

    private static PatchBuilder Ended(PatchBuilder writes, TaskCompletion completion)
    {
        writes.Set("/status/phase", completion.Phase.Value)
            .Set("/status/verdict", completion.Verdict.Value)
            .Set("/status/finishedAt", completion.FinishedAt)
            .Set("/status/conditions", completion.Conditions);
        if (completion.FailureReason is { } reason)
        {
            writes.Set("/status/failureReason", reason.Value);
        }

        if (completion.Result is not null)
        {
            writes.Set("/status/result", completion.Result.DeepClone());
        }

        if (completion.TranscriptRef is not null)
        {
            writes.Set("/status/transcriptRef", completion.TranscriptRef);
        }

        if (completion.Usage is not null)
        {
            writes.Set("/status/usage", JsonSerializer.SerializeToNode(completion.Usage, ApiJson.Default.Usage)!);
        }

        return completion.Attempt is null
            ? writes
            : writes.Append("/status/attempts", JsonSerializer.SerializeToNode(completion.Attempt, ApiJson.Default.TaskAttempt)!);
    }

    private static JsonNode Node(TaskProgress progress) =>
        JsonSerializer.SerializeToNode(progress, ApiJson.Default.TaskProgress)!;
}
