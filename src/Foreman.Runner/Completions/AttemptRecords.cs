using System.Text.Json.Nodes;
using Foreman.AgentLoop.Results;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Progress;
using Foreman.Runner.Stages;

namespace Foreman.Runner.Completions;

/// <summary>What is written about attempts: entries, conditions, completions. Pure.</summary>
internal static class AttemptRecords
{
    // The API takes 32768 characters of a condition's message; people read one sentence.
    private const int MaxMessageBytes = 1024;

    /// <summary>Conditions of a claimed task.</summary>
    public static IReadOnlyList<V1Condition> ClaimedConditions(Attempt attempt, string nodeName, DateTimeOffset now) =>
        Set(attempt, ConditionTypes.Running, true, Reasons.Claimed, FormattableString.Invariant($"attempt {attempt.Number} is claimed by {nodeName}"), now);

    /// <summary>Conditions of a task that goes back to the operator.</summary>
    public static IReadOnlyList<V1Condition> ReleasedConditions(Attempt attempt, string reason, string message, DateTimeOffset now) =>
        Set(attempt, ConditionTypes.Running, false, reason, message, now);

    /// <summary>The entry of an attempt.</summary>
    public static TaskAttempt Entry(Attempt attempt, CompletionPlan plan, Usage? usage, DateTimeOffset now) => new()
    {
        Attempt = attempt.Number,
        Node = attempt.Task.Status.AssignedNode,
        Holder = attempt.ClaimedAt is null ? null : attempt.Holder,
        Placement = attempt.Task.Status.Placement,
        Model = attempt.Task.Status.Model?.Name,
        StartedAt = attempt.ClaimedAt,
        EndedAt = now,
        Outcome = plan.Outcome,
        Reason = plan.Reason,
        Message = plan.Message.Length == 0 ? null : ResultLimit.Line(plan.Message, TaskAttempt.MaxMessageBytes),
        Usage = usage,
    };

    /// <summary>What is recorded when the task ends.</summary>
    public static TaskCompletion Completion(Attempt attempt, CompletionPlan plan, WorkReport report, DateTimeOffset now)
    {
        var envelope = report.Stopped
            ? report.Envelope with { Verdict = Verdict.Incomplete, FailureReason = new FailureReason(plan.Reason), Summary = plan.Message }
            : report.Envelope;
        var transcript = Labels.TranscriptRef(attempt.Name);
        var ended = Set(attempt, ConditionTypes.Running, false, Reasons.Ended, "the attempt ended", now);
        return new TaskCompletion
        {
            Phase = report.Stopped ? TaskPhase.Failed : report.Phase,
            Verdict = envelope.Verdict,
            FailureReason = envelope.FailureReason,
            Result = ResultLimit.Fit(transcript is null ? envelope : WithTranscript(envelope, attempt.Namespace, transcript)),
            TranscriptRef = transcript,
            Usage = attempt.Task.Status.Attempts.Sum().Plus(report.Usage),
            Attempt = Entry(attempt, plan with { Message = report.Noted(plan.Message) }, report.Usage, now),
            ResumedFrom = report.ResumedFrom,
            Branch = report.Branch,
            CommitSHA = report.CommitSha,
            Gate = report.Gate is { Count: > 0 } gate ? [.. gate.Take(GateCheckResult.MaxChecks)] : null,
            Conditions = McpReport.ConditionsWith(ended.Set(Condition(attempt, ConditionTypes.Completed, true, plan.Reason, plan.Message), now), McpReport.Of(report.McpFaults), attempt, now),
            FinishedAt = now,
        };
    }

    private static ResultEnvelope WithTranscript(ResultEnvelope envelope, string space, string name)
    {
        // Bounded first: only then can it be copied and added to without a fault.
        var bounded = ResultLimit.Bound(envelope);
        var extra = bounded.Extra ?? [];
        extra["transcriptRef"] = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["namespace"] = space, ["name"] = name };
        return bounded with { Extra = extra };
    }

    private static IReadOnlyList<V1Condition> Set(Attempt attempt, string type, bool isTrue, string reason, string message, DateTimeOffset now) =>
        attempt.Task.Status.Conditions.Without(ConditionTypes.Waiting).Without(ConditionTypes.McpDegraded).Set(Condition(attempt, type, isTrue, reason, message), now);

    private static V1Condition Condition(Attempt attempt, string type, bool isTrue, string reason, string message) => new()
    {
        Type = type,
        Status = isTrue ? Conditions.True : Conditions.False,
        ObservedGeneration = attempt.Generation,
        Reason = reason,
        Message = ResultLimit.Line(message, MaxMessageBytes),
    };
}
