using System.Text.Json.Nodes;
using Foreman.AgentLoop.Results;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Completions;
using Foreman.Runner.Stages;
using Foreman.Runner.Stops;

namespace Foreman.Runner.Outboxes;

/// <summary>The final write of an attempt, and the plainer forms of it that are tried when it can't be made or is refused. Pure.</summary>
internal static class ClosingEntries
{
    /// <summary>What closes an attempt. It throws nothing: a result that can't be made is a failure of the infrastructure.</summary>
    /// <param name="attempt">The attempt, claimed.</param>
    /// <param name="report">What came of the work.</param>
    /// <param name="stop">Why it was told to stop, if it was.</param>
    /// <param name="now">The time.</param>
    public static OutboxEntry Of(Attempt attempt, WorkReport report, StopPlan stop, DateTimeOffset now)
    {
        try
        {
            var plan = AttemptCompletion.Decide(report, stop, attempt.Task.Spec.RetryPolicy, attempt.Task.Status.Attempts.Count);
            return plan.GivesBack
                ? GiveBack(attempt, plan.Reason, report.Noted(plan.Message), report.Usage, now)
                : EntryOf(attempt, now) with { Completion = AttemptRecords.Completion(attempt, plan, report, now) };
        }
        catch (Exception e)
        {
            return BareGiveBack(attempt, FailureReason.InfrastructureError.Value, $"the result could not be made: {e.GetType().Name}: {e.Message}", now);
        }
    }

    /// <summary>What gives an attempt back. It throws nothing.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="reason">CamelCase, for the entry and the condition.</param>
    /// <param name="message">For people.</param>
    /// <param name="usage">What it used; null when that is not known.</param>
    /// <param name="now">The time.</param>
    public static OutboxEntry GiveBack(Attempt attempt, string reason, string message, Usage? usage, DateTimeOffset now)
    {
        try
        {
            return EntryOf(attempt, now) with
            {
                GivenBack = AttemptRecords.Entry(attempt, new(true, AttemptOutcome.GivenBack, reason, message), usage, now),
                Conditions = AttemptRecords.ReleasedConditions(attempt, Reasons.GivenBack, $"{reason}: {message}", now),
            };
        }
        catch (Exception e)
        {
            return BareGiveBack(attempt, reason, e.Message, now);
        }
    }

    /// <summary>The same entry and then ever plainer forms of it, each made when the one before was refused.</summary>
    /// <param name="entry">The final write.</param>
    /// <param name="why">Why the last form was refused.</param>
    public static IEnumerable<OutboxEntry> Forms(OutboxEntry entry, Func<string> why)
    {
        yield return entry;
        if (entry.Completion is { } completion)
        {
            yield return entry with { Completion = completion with { Result = Plain(completion, why()) } };
            yield return Released(entry, completion.Attempt ?? new TaskAttempt { Attempt = entry.Attempt }, completion.Conditions, why());
        }

        yield return Released(entry, new TaskAttempt { Attempt = entry.Attempt, EndedAt = entry.Completion?.FinishedAt ?? entry.GivenBack?.EndedAt }, [], why());
    }

    // Made of constants and single fields: nothing that a run has produced is in it.
    private static JsonObject Plain(TaskCompletion completion, string why) =>
        ResultLimit.Fit(new ResultEnvelope
        {
            Verdict = completion.Verdict,
            FailureReason = completion.FailureReason,
            Summary = "the whole result could not be stored; the transcript has it",
            Extra = new JsonObject { [ResultLimit.LeftOut] = new JsonArray($"everything: it could not be stored: {ResultLimit.Line(why, 512)}") },
        });

    private static OutboxEntry Released(OutboxEntry entry, TaskAttempt attempt, IReadOnlyList<V1Condition> conditions, string why)
    {
        var message = ResultLimit.Line($"the result could not be stored: {why}", TaskAttempt.MaxMessageBytes);
        var running = new V1Condition
        {
            Type = ConditionTypes.Running,
            Status = Foreman.Kubernetes.Conditions.False,
            Reason = Reasons.GivenBack,
            Message = message,
            LastTransitionTime = attempt.EndedAt,
        };
        return entry with
        {
            Completion = null,
            GivenBack = attempt with { Outcome = AttemptOutcome.GivenBack, Reason = FailureReason.InfrastructureError.Value, Message = message },
            Conditions = [.. conditions.Where(c => c.Type != ConditionTypes.Running && c.Type != ConditionTypes.Completed), running],
        };
    }

    private static OutboxEntry BareGiveBack(Attempt attempt, string reason, string message, DateTimeOffset now)
    {
        var plain = EntryOf(attempt, now);
        return Released(plain, new TaskAttempt { Attempt = plain.Attempt, StartedAt = attempt.ClaimedAt, EndedAt = now }, [], $"{reason}: {message}");
    }

    private static OutboxEntry EntryOf(Attempt attempt, DateTimeOffset now) => new()
    {
        Namespace = attempt.Namespace,
        Name = attempt.Name,
        Uid = attempt.Uid,
        Attempt = attempt.Number,
        Holder = attempt.Holder,
        KeptAt = now,
    };
}
