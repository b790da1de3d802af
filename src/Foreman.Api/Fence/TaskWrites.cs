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

        if (task.Status.ResumedFrom is not null)
        {
            writes.Remove("/status/resumedFrom");
        }

        if (assignment.JobNameOf(task) is { } job)
        {
            writes.Set("/status/jobName", job);
        }
        else if (task.Status.JobName is not null)
        {
            writes.Remove("/status/jobName");
        }

        foreach (var (isThere, path) in (ReadOnlySpan<(bool, string)>)[(task.Status.ExitCode is not null, "/status/exitCode"), (task.Status.Outputs is not null, "/status/outputs")])
        {
            if (isThere)
            {
                writes.Remove(path);
            }
        }

        return Evict(writes, task.Status.Attempts, room: 2).Build();
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
    /// <param name="attempt">The attempt.</param>
    /// <param name="holder">Its holder.</param>
    /// <param name="progress">Where the run stands.</param>
    /// <param name="conditions">Conditions afterwards; null leaves them as they are.</param>
    public static V1Patch Progress(long attempt, string holder, TaskProgress progress, IReadOnlyList<V1Condition>? conditions = null)
    {
        var writes = Resumed(Held(attempt, holder).Set("/status/progress", Node(progress)), progress.ResumedFrom);
        return (conditions is null ? writes : writes.Set("/status/conditions", conditions)).Build();
    }

    /// <summary>Holder: what the container that is the task leaves.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="holder">Its holder.</param>
    /// <param name="outputs">Texts by name.</param>
    public static V1Patch Outputs(long attempt, string holder, JsonObject outputs) => Held(attempt, holder).Set("/status/outputs", outputs).Build();

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
    public static V1Patch EndPending(AgenticTask task, TaskCompletion completion)
    {
        var writes = new PatchBuilder().Test("/status/attempt", task.Status.Attempt).Test("/status/phase", TaskPhase.Pending.Value);
        if (task.Metadata.Generation is { } generation)
        {
            // The conditions of an ended task are its last ones: they must be about the spec that it has.
            writes.Test("/metadata/generation", generation);
        }

        return Ended(writes, completion).Build();
    }

    /// <summary>Holder: Running → Pending (drain, suspend, waiting, retryable failure).</summary>
    public static V1Patch GiveBack(long attempt, string holder, TaskAttempt entry, IReadOnlyList<V1Condition> conditions) =>
        Release(Held(attempt, holder), new Present(Node: true, Placement: true, Claim: true), entry, conditions).Build();

    /// <summary>Runner: Scheduled → Pending (disk full, hours, draining, …).</summary>
    public static V1Patch Decline(long attempt, TaskAttempt entry, IReadOnlyList<V1Condition> conditions) =>
        Release(
            new PatchBuilder().Test("/status/attempt", attempt).Test("/status/phase", TaskPhase.Scheduled.Value),
            new Present(Node: true, Placement: true, Claim: false), entry, conditions).Build();

    /// <summary>
    /// Operator: Scheduled or Running → Pending (dead node, preemption, unclaimed, a limit that a live holder exceeds). Only what the
    /// task has is tested and removed, so that a task with absent fields can be taken back too.
    /// </summary>
    /// <param name="task">The task as last read.</param>
    /// <param name="entry">What is recorded of the attempt.</param>
    /// <param name="conditions">Conditions afterwards.</param>
    /// <param name="exitCode">Exit code of the container that decided; null leaves what is there.</param>
    public static V1Patch TakeBack(AgenticTask task, TaskAttempt entry, IReadOnlyList<V1Condition> conditions, int? exitCode = null)
    {
        var status = task.Status;
        var writes = new PatchBuilder()
            .Test("/status/attempt", task.Status.Attempt)
            .Test("/status/phase", task.PhaseOrPending().Value);
        if (status.Claim is { Holder: { Length: > 0 } holder })
        {
            writes.Test("/status/claim/holder", holder);
        }

        var present = new Present(status.AssignedNode is not null, status.Placement is not null, status.Claim is not null);
        var released = Release(Evict(writes, status.Attempts, room: 1), present, entry, conditions);
        return (exitCode is { } code ? released.Set("/status/exitCode", code) : released).Build();
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
    private static PatchBuilder Release(PatchBuilder writes, Present present, TaskAttempt entry, IReadOnlyList<V1Condition> conditions)
    {
        writes.Set("/status/phase", TaskPhase.Pending.Value)
            .Append("/status/attempts", JsonSerializer.SerializeToNode(entry, ApiJson.Default.TaskAttempt)!)
            .Set("/status/conditions", conditions);
        foreach (var (isThere, path) in (ReadOnlySpan<(bool, string)>)
            [(present.Node, "/status/assignedNode"), (present.Placement, "/status/placement"), (present.Claim, "/status/claim")])
        {
            if (isThere)
            {
                writes.Remove(path);
            }
        }

        return writes;
    }

    private static PatchBuilder Evict(PatchBuilder writes, IReadOnlyList<TaskAttempt> attempts, int room)
    {
        foreach (var index in AttemptHistory.IndexesToEvict(attempts, room))
        {
            writes.Remove(string.Create(CultureInfo.InvariantCulture, $"/status/attempts/{index}"));
        }

        return writes;
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

        Resumed(writes, completion.ResumedFrom);
        if (completion.Result is not null)
        {
            writes.Set("/status/result", completion.Result.DeepClone());
        }

        if (completion.TranscriptRef is not null)
        {
            writes.Set("/status/transcriptRef", completion.TranscriptRef);
        }

        if (completion.Branch is not null)
        {
            writes.Set("/status/branch", completion.Branch);
        }

        if (completion.CommitSHA is not null)
        {
            writes.Set("/status/commitSHA", completion.CommitSHA);
        }

        if (completion.Gate is { Count: > 0 } gate)
        {
            writes.Set("/status/gate", new JsonArray([.. gate.Select(g => JsonSerializer.SerializeToNode(g, ApiJson.Default.GateCheckResult))]));
        }

        if (completion.Usage is not null)
        {
            writes.Set("/status/usage", JsonSerializer.SerializeToNode(completion.Usage, ApiJson.Default.Usage)!);
        }

        return completion.Attempt is null
            ? writes
            : writes.Append("/status/attempts", JsonSerializer.SerializeToNode(completion.Attempt, ApiJson.Default.TaskAttempt)!);
    }

    private static PatchBuilder Resumed(PatchBuilder writes, ResumePoint? from) =>
        from is null ? writes : writes.Set("/status/resumedFrom", JsonSerializer.SerializeToNode(from, ApiJson.Default.ResumePoint)!);

    private static JsonNode Node(TaskProgress progress) =>
        JsonSerializer.SerializeToNode(progress, ApiJson.Default.TaskProgress)!;

    /// <summary>Which fields of the attempt that is released the task has.</summary>
    private readonly record struct Present(bool Node, bool Placement, bool Claim);
}
