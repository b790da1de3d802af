using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Json;

namespace Foreman.Schedules;

/// <summary>What the pod of a schedule's CronJob does. Pure.</summary>
/// <param name="Fire">The object that it creates; null for nothing.</param>
/// <param name="Why">Why it creates nothing, as a sentence without its full stop; null when it creates something.</param>
public sealed record FireDecision(ScheduledFire? Fire, string? Why)
{
    /// <summary>Decides.</summary>
    /// <param name="schedule">The schedule as it is stored.</param>
    /// <param name="jobTime">The time that the Job was made for.</param>
    /// <param name="now">In whole seconds.</param>
    /// <exception cref="ScheduleException">The schedule has a fault.</exception>
    public static FireDecision Of(TaskSchedule schedule, DateTimeOffset jobTime, DateTimeOffset now)
    {
        if (ScheduleRules.Faults(schedule, out var expression) is { IsEmpty: false } faults)
        {
            throw new ScheduleException($"schedule {ScheduleRules.Shown(schedule)}: {string.Join("; ", faults)}");
        }

        if (SlotOf(schedule, expression!, jobTime) is not { } slot)
        {
            return Nothing($"{Shown(jobTime)} is no time of the schedule");
        }

        return Known(schedule, slot, now) ?? (DueTimes.Obstacle(schedule, new(slot, 1), now) is { } obstacle
            ? Nothing(obstacle.Why)
            : new(ScheduledFire.Of(schedule, slot), null));
    }

    /// <summary>A run that a person begins now; a second one in the same minute is the same object.</summary>
    /// <param name="schedule">The schedule as it is stored.</param>
    /// <param name="now">Its minute is the time of the run.</param>
    /// <exception cref="ScheduleException">The schedule has a fault.</exception>
    public static ScheduledFire ByHand(TaskSchedule schedule, DateTimeOffset now) => ScheduleRules.Faults(schedule, out _) is { IsEmpty: false } faults
        ? throw new ScheduleException($"schedule {ScheduleRules.Shown(schedule)}: {string.Join("; ", faults)}")
        : ScheduledFire.Of(schedule, Minutes.Floor(now));

    /// <summary>The time of the Job that a CronJob made, which its name ends with.</summary>
    /// <param name="job">Name of the Job.</param>
    /// <returns>Null when no CronJob made it.</returns>
    public static DateTimeOffset? TimeOfJob(string job) =>
        job.LastIndexOf('-') is >= 0 and var dash
        && long.TryParse(job[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes)
        && minutes <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() / 60
            ? DateTimeOffset.FromUnixTimeSeconds(minutes * 60)
            : null;

    // What the operator has dealt with already is obeyed.
    private static FireDecision? Known(TaskSchedule schedule, DateTimeOffset slot, DateTimeOffset now)
    {
        if (schedule.Spec.Suspend == true)
        {
            return Nothing("it is suspended");
        }

        var name = ScheduleNames.Object(schedule.Name(), slot);
        if (RunHistory.Active(schedule).FirstOrDefault(r => r.Task == name) is { } run)
        {
            return run.Status == ScheduledRunStatus.Starting ? new(ScheduledFire.Of(schedule, slot), null) : Nothing($"{name} was begun already");
        }

        return slot <= ScheduleEdits.CountedUntil(schedule) ? Nothing($"{Shown(slot)} was dealt with already")
            : ClusterRound.IsChanged(schedule) && now - slot >= RunEnds.OnTime ? Nothing($"the schedule has changed since, and {Shown(slot)} is left to the operator")
            : null;
    }

    // A CronJob counts @every from its own creation, which is not the schedule's; and it has its own way with hours that are skipped or repeated.
    private static DateTimeOffset? SlotOf(TaskSchedule schedule, ScheduleExpression expression, DateTimeOffset jobTime) =>
        expression.Within(jobTime - (expression.Every ?? TimeSpan.FromMinutes(1)), jobTime, ScheduleEdits.Anchor(schedule))?.Latest;

    private static FireDecision Nothing(string why) => new(null, why);

    private static string Shown(DateTimeOffset at) => Rfc3339Converter.Format(at);
}
