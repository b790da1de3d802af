using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Primitives;

namespace Foreman.Schedules;

/// <summary>The conditions Accepted and Synced of a schedule. Pure.</summary>
internal static class ScheduleConditions
{
    private const int MostCharacters = 2000;

    /// <summary>The schedule with its conditions; the same one when they say so already.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="faults">What is wrong with it; empty for nothing.</param>
    /// <param name="obstacle">Why its CronJob could not be written; null when it is as it shall be.</param>
    /// <param name="now">In whole seconds.</param>
    public static TaskSchedule Set(TaskSchedule schedule, IReadOnlyCollection<string> faults, string? obstacle, DateTimeOffset now)
    {
        var before = schedule.Status?.Conditions;
        var accepted = before.SetFor(schedule, Accepted(schedule.Spec, faults), now);
        var conditions = faults.Count > 0 ? accepted.Without(ConditionTypes.Synced) : accepted.SetFor(schedule, Synced(obstacle), now);
        return ReferenceEquals(conditions, before) ? schedule : schedule with { Status = RunHistory.StatusOf(schedule) with { Conditions = conditions } };
    }

    private static V1Condition Accepted(TaskScheduleSpec spec, IReadOnlyCollection<string> faults)
    {
        var (status, reason, message) = faults.Count > 0 ? (Conditions.False, Reasons.InvalidSchedule, $"{Printable.Line(string.Join("; ", faults), MostCharacters)}.")
            : spec.Notify is not null ? (Conditions.True, Reasons.Unsupported, "spec.notify: telling channels is not part of this release; the schedule is obeyed without it.")
            : (Conditions.True, Reasons.ScheduleValid, "The schedule is obeyed.");
        return new() { Type = ConditionTypes.Accepted, Status = status, Reason = reason, Message = message };
    }

    private static V1Condition Synced(string? obstacle) => new()
    {
        Type = ConditionTypes.Synced,
        Status = obstacle is null ? Conditions.True : Conditions.False,
        Reason = obstacle is null ? Reasons.CronJobCurrent : Reasons.CronJobNotWritten,
        Message = obstacle is null ? "What times the schedule is as it shall be." : $"{obstacle}. The operator begins its runs meanwhile.",
    };
}
