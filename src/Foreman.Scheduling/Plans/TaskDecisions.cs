using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Primitives;

namespace Foreman.Scheduling;

/// <summary>Makes decisions about tasks: the task as it will be read, what is recorded, and the event.</summary>
internal static class TaskDecisions
{
    public static AssignTask Assign(AgenticTask task, TaskAssignment assignment, DateTimeOffset now)
    {
        var attempt = task.Status.Attempt + 1;
        var model = assignment.Model?.Name is { Length: > 0 } name ? $" with model {name}" : "";
        var host = assignment.Node.Length == 0 ? "" : $" to {assignment.Node}";
        var message = string.Create(
            CultureInfo.InvariantCulture, $"Attempt {attempt} was assigned{host}, placement {assignment.Placement}{model}.");
        return new AssignTask
        {
            Task = task,
            Assignment = assignment,
            After = task with
            {
                Status = task.Status with
                {
                    Attempt = attempt,
                    Phase = TaskPhase.Scheduled,
                    AssignedNode = assignment.Node,
                    Placement = assignment.Placement,
                    Model = assignment.Model ?? task.Status.Model,
                    AgentGeneration = assignment.AgentGeneration ?? task.Status.AgentGeneration,
                    JobName = assignment.JobNameOf(task),
                    ExitCode = null,
                    Outputs = null,
                    Attempts = AttemptHistory.WithRoom(task.Status.Attempts, room: 2),
                    Conditions = Set(task, ConditionTypes.Scheduled, Conditions.True, Reasons.FleetNodeAssigned, message, now),
                },
            },
            Event = new DecisionEvent(Warning: false, ConditionTypes.Scheduled, message),
        };
    }

    public static TakeBackTask TakeBack(AgenticTask task, TakeBackReason reason, DateTimeOffset now)
    {
        var entry = Entry(task, reason, now);
        var isSuccess = reason.Outcome == AttemptOutcome.Succeeded;
        var message = $"Attempt {Attempt(task)} {(isSuccess ? "ended" : "was taken back")}: {reason.Message}.";
        var next = isSuccess || entry.EndsTask(task.Spec.RetryPolicy) ? "It ends with that." : "It is being placed again.";
        var conditions = Set(task, ConditionTypes.Scheduled, Conditions.False, Reasons.WaitingForCapacity, $"{message} {next}", now).Without(ConditionTypes.Waiting).Without(ConditionTypes.McpDegraded);
        if (task.IsRunning() || conditions.IsTrue(ConditionTypes.Running))
        {
            conditions = conditions.Set(Condition(task, ConditionTypes.Running, Conditions.False, reason.Reason, message), now);
        }

        return new TakeBackTask
        {
            Task = task,
            Attempt = entry,
            After = task with
            {
                Status = task.Status with
                {
                    Phase = TaskPhase.Pending,
                    AssignedNode = null,
                    Placement = null,
                    Claim = null,
                    Attempts = [.. AttemptHistory.WithRoom(task.Status.Attempts, room: 1), entry],
                    ExitCode = reason.ExitCode ?? task.Status.ExitCode,
                    Conditions = conditions,
                },
            },
            Event = new DecisionEvent(Warning: !isSuccess, reason.Reason, message),
        };
    }

    public static CompleteTask Complete(AgenticTask task, CompletionDecision reason, DateTimeOffset now)
    {
        var isSkipped = reason.Reason is null && !reason.IsSuccess;
        var verdict = reason.IsSuccess ? Verdict.Go : isSkipped ? Verdict.Skipped : Verdict.Incomplete;
        var without = reason.IsSuccess ? Reasons.Succeeded : Reasons.UpstreamAlreadyResolved;
        var conditions = Set(task, ConditionTypes.Completed, Conditions.True, reason.Reason?.Value ?? without, reason.Message, now);
        if (isSkipped)
        {
            conditions = conditions.Set(Condition(task, ConditionTypes.Skipped, Conditions.True, Reasons.UpstreamAlreadyResolved, reason.Message), now);
        }

        if (!conditions.IsTrue(ConditionTypes.Scheduled) && reason.Reason == FailureReason.Unsupported)
        {
            conditions = conditions.Set(
                Condition(task, ConditionTypes.Scheduled, Conditions.False, Reasons.Unsupported, reason.Message), now);
        }

        var completion = new TaskCompletion
        {
            Phase = reason.Reason is null ? TaskPhase.Succeeded : TaskPhase.Failed,
            Verdict = verdict,
            FailureReason = reason.Reason,
            Result = ContainerResult.Of(task, verdict, reason),
            Conditions = conditions,
            TranscriptRef = task.Status.Attempts.Count == 0 ? null : Labels.TranscriptRef(task.Name()),
            Usage = task.Status.Attempts.Count == 0 ? null : task.Status.Attempts.Sum(),
            FinishedAt = now,
        };
        return new CompleteTask
        {
            Task = task,
            Completion = completion,
            After = task with
            {
                Status = task.Status with
                {
                    Phase = completion.Phase,
                    Verdict = completion.Verdict,
                    FailureReason = completion.FailureReason,
                    Result = completion.Result ?? task.Status.Result,
                    TranscriptRef = completion.TranscriptRef ?? task.Status.TranscriptRef,
                    Usage = completion.Usage ?? task.Status.Usage,
                    FinishedAt = now,
                    Conditions = conditions,
                },
            },
        };
    }

    /// <summary>Null when the task says so already.</summary>
    public static ExplainTask? Explain(AgenticTask task, PendingReason pending, DateTimeOffset now)
    {
        var before = task.Status.Conditions.Find(ConditionTypes.Scheduled);
        var conditions = Set(task, ConditionTypes.Scheduled, Conditions.False, pending.Reason, pending.Message, now);
        return ReferenceEquals(conditions, task.Status.Conditions)
            ? null
            : new ExplainTask
            {
                Task = task,
                After = task with { Status = task.Status with { Conditions = conditions } },
                Event = before?.Reason == pending.Reason
                    ? null
                    : new DecisionEvent(Warning: pending.Reason != Reasons.Suspended, Reasons.FailedScheduling, pending.Message),
            };
    }

    /// <summary>The event about a task whose placement no backend of this operator knows.</summary>
    public static RecordEvent LeaveAlone(AgenticTask task)
    {
        var placement = task.Status.Placement is { } there ? $"\"{there}\"" : "none";
        return new RecordEvent
        {
            About = task,
            Event = new DecisionEvent(
                Warning: true,
                Reasons.Unsupported,
                $"status.placement is {placement}, which this release does not know: attempt {Attempt(task)} on {task.Status.AssignedNode} is left alone until its time is up. Run the release that placed it, or delete the task."),
        };
    }

    private static TaskAttempt Entry(AgenticTask task, TakeBackReason reason, DateTimeOffset now) => new()
    {
        Attempt = Math.Max(0, task.Status.Attempt),
        Node = task.Status.AssignedNode,
        Holder = task.Status.Claim?.Holder,
        Placement = task.Status.Placement,
        Model = task.Status.Model?.Name,
        StartedAt = task.Status.Claim?.AcquiredAt,
        EndedAt = now,
        Outcome = reason.Outcome,
        Reason = reason.Reason,
        Message = Cut(reason.Message),
        Usage = task.IsRunning() ? LostUsage(task.Status, now) : null,
    };

    // A lost run can't report what it used: its last progress is what is known.
    private static Usage? LostUsage(AgenticTaskStatus status, DateTimeOffset now) => status.Progress is not { } progress
        ? null
        : new Usage
        {
            PromptTokens = progress.PromptTokens,
            CompletionTokens = progress.CompletionTokens,
            Turns = progress.Turn - (progress.ResumedFrom?.Turn ?? 0),
            Seconds = status.Claim?.AcquiredAt is { } since && now > since ? (long)Math.Ceiling((now - since).TotalSeconds) : 0,
        };

    // Messages of rules and names of hosts are short; a name that somebody else wrote may not be.
    private static string Cut(string message) => Printable.Cut(message, (TaskAttempt.MaxMessageBytes / 4) - 1);

    private static string Attempt(AgenticTask task) => task.Status.Attempt.ToString(CultureInfo.InvariantCulture);

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
