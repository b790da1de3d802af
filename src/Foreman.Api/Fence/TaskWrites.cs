using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Kubernetes;

namespace Foreman.Api;

/// <summary>
/// The table of writes to a task's status. Every one is a JSON Patch whose tests and changes are one request, so that
/// a write of an old attempt, holder or phase is refused by the API server: a failed test or an absent path answers 422
/// with empty details. <c>attempt</c> counts assignments and only <see cref="Assign"/> raises it.
/// </summary>
public static class TaskWrites
{
    /// <summary>Operator: Pending → Scheduled.</summary>
    /// <param name="task">The task as last read.</param>
    /// <param name="assignment">Where it goes.</param>
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

        if (AttemptHistory.Dispensable(task.Status.Attempts) is { } index)
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

    /// <summary>Runner: a new process of the same host takes over what the old one held.</summary>
    public static V1Patch Reclaim(long attempt, string oldHolder, string newHolder) =>
        Held(attempt, oldHolder).Set("/status/claim/holder", newHolder).Build();

    /// <summary>Holder: where the run is.</summary>
    public static V1Patch Progress(long attempt, string holder, TaskProgress progress) =>
        Held(attempt, holder).Set("/status/progress", Node(progress)).Build();

    /// <summary>Holder: Running → Succeeded or Failed. Only when no retry is due.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="holder">Its holder.</param>
    /// <param name="ending">What is recorded.</param>
    public static V1Patch End(long attempt, string holder, TaskCompletion ending) =>
        Ended(Held(attempt, holder), ending).Build();

    /// <summary>Operator: ends a task that nobody runs (unsupported, agent not found, upstream failed, limits reached).</summary>
    /// <param name="task">The task as last read, Pending.</param>
    /// <param name="ending">What is recorded; its attempt entry is left out when no attempt was made.</param>
    public static V1Patch EndPending(AgenticTask task, TaskCompletion ending) =>
        Ended(
            new PatchBuilder().Test("/status/attempt", task.Status.Attempt).Test("/status/phase", TaskPhase.Pending.Value),
            ending).Build();

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

    private static PatchBuilder Ended(PatchBuilder writes, TaskCompletion ending)
    {
        writes.Set("/status/phase", ending.Phase.Value)
            .Set("/status/verdict", ending.Verdict.Value)
            .Set("/status/finishedAt", ending.FinishedAt)
            .Set("/status/conditions", ending.Conditions);
        if (ending.FailureReason is { } reason)
        {
            writes.Set("/status/failureReason", reason.Value);
        }

        if (ending.Result is not null)
        {
            writes.Set("/status/result", ending.Result.DeepClone());
        }

        if (ending.Usage is not null)
        {
            writes.Set("/status/usage", JsonSerializer.SerializeToNode(ending.Usage, ApiJson.Default.Usage)!);
        }

        return ending.Attempt is null
            ? writes
            : writes.Append("/status/attempts", JsonSerializer.SerializeToNode(ending.Attempt, ApiJson.Default.TaskAttempt)!);
    }

    private static JsonNode Node(TaskProgress progress) =>
        JsonSerializer.SerializeToNode(progress, ApiJson.Default.TaskProgress)!;
}
