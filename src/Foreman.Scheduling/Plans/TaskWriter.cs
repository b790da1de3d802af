using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>Makes the operator's writes to a task: the patch, the task as it will be read, and the event.</summary>
internal static class TaskWriter
{
    public static TaskWrite Assign(AgenticTask task, TaskAssignment assignment, DateTimeOffset now)
    {
        var attempt = task.Status.Attempt + 1;
        var model = assignment.Model?.Name is { Length: > 0 } name ? $" with model {name}" : "";
        var message = string.Create(
            CultureInfo.InvariantCulture, $"Attempt {attempt} was assigned to {assignment.Node}, placement {assignment.Placement}{model}.");
        var conditions = Set(task, ConditionTypes.Scheduled, Conditions.True, Reasons.FleetNodeAssigned, message, now);
        var after = task.Status with
        {
            Attempt = attempt,
            Phase = TaskPhase.Scheduled,
            AssignedNode = assignment.Node,
            Placement = assignment.Placement,
            Model = assignment.Model ?? task.Status.Model,
            AgentGeneration = assignment.AgentGeneration ?? task.Status.AgentGeneration,
            Attempts = AttemptHistory.WithRoom(task.Status.Attempts),
            Conditions = conditions,
        };
        return new TaskWrite(
            TaskWriteKind.Assign,
            task,
            TaskWrites.Assign(task, assignment, conditions),
            task with { Status = after },
            new PlannedEvent(Warning: false, ConditionTypes.Scheduled, message));
    }

    public static TaskWrite TakeBack(AgenticTask task, TakeBackReason reason, DateTimeOffset now)
    {
        var entry = Entry(task, reason, now);
        var message = $"Attempt {task.Status.Attempt.ToString(CultureInfo.InvariantCulture)} was taken back: {reason.Message}.";
        var conditions = Set(task, ConditionTypes.Scheduled, Conditions.False, Reasons.WaitingForCapacity, $"{message} It is being placed again.", now);
        if (task.IsRunning())
        {
            conditions = conditions.Set(Condition(task, ConditionTypes.Running, Conditions.False, reason.Reason, message), now);
        }

        var after = task.Status with
        {
            Phase = TaskPhase.Pending,
            AssignedNode = null,
            Placement = null,
            Claim = null,
            Attempts = [.. task.Status.Attempts, entry],
            Conditions = conditions,
        };
        return new TaskWrite(
            TaskWriteKind.TakeBack,
            task,
            TaskWrites.TakeBack(task, entry, conditions),
            task with { Status = after },
            new PlannedEvent(Warning: true, reason.Reason, message));
    }

    public static TaskWrite End(AgenticTask task, CompletionDecision verdict, DateTimeOffset now)
    {
        var conditions = Set(task, ConditionTypes.Completed, Conditions.True, verdict.Reason.Value, verdict.Message, now);
        if (!conditions.IsTrue(ConditionTypes.Scheduled) && verdict.Reason == FailureReason.Unsupported)
        {
            conditions = conditions.Set(
                Condition(task, ConditionTypes.Scheduled, Conditions.False, Reasons.Unsupported, verdict.Message), now);
        }

        var ending = new TaskCompletion
        {
            FailureReason = verdict.Reason,
            Conditions = conditions,
            Usage = task.Status.Attempts.Count == 0 ? null : task.Status.Attempts.Sum(),
            FinishedAt = now,
        };
        var after = task.Status with
        {
            Phase = ending.Phase,
            Verdict = ending.Verdict,
            FailureReason = ending.FailureReason,
            Usage = ending.Usage ?? task.Status.Usage,
            FinishedAt = now,
            Conditions = conditions,
        };
        return new TaskWrite(TaskWriteKind.End, task, TaskWrites.EndPending(task, ending), task with { Status = after }, null);
    }

    public static TaskWrite? Wait(AgenticTask task, PendingReason pending, DateTimeOffset now)
    {
        var before = task.Status.Conditions.Find(ConditionTypes.Scheduled);
        var conditions = Set(task, ConditionTypes.Scheduled, Conditions.False, pending.Reason, pending.Message, now);
        if (ReferenceEquals(conditions, task.Status.Conditions))
        {
            return null;
        }

        var told = before?.Reason == pending.Reason
            ? null
            : new PlannedEvent(Warning: pending.Reason != Reasons.Suspended, Reasons.FailedScheduling, pending.Message);
        return new TaskWrite(
            TaskWriteKind.Wait,
            task,
            TaskWrites.PendingConditions(task, conditions),
            task with { Status = task.Status with { Conditions = conditions } },
            told);
    }

    private static TaskAttempt Entry(AgenticTask task, TakeBackReason reason, DateTimeOffset now) => new()
    {
        Attempt = task.Status.Attempt,
        Node = task.Status.AssignedNode,
        Placement = task.Status.Placement,
        Model = task.Status.Model?.Name,
        StartedAt = task.Status.Claim?.AcquiredAt,
        EndedAt = now,
        Outcome = reason.Outcome,
        Reason = reason.Reason,
        Usage = task.IsRunning() ? LostUsage.Of(task.Status, now) : null,
    };

    private static IReadOnlyList<V1Condition> Set(
        AgenticTask task, string type, string status, string reason, string message, DateTimeOffset now) =>
        task.Status.Conditions.Set(Condition(task, type, status, reason, message), now);

    private static V1Condition Condition(AgenticTask task, string type, string status, string reason, string message) => new()
    {
        Type = type,
        Status = status,
        Reason = reason,
        Message = message,
        ObservedGeneration = task.Metadata.Generation,
    };
}
