using System.Collections.Immutable;

namespace Foreman.Schedules;

/// <summary>The days of an expression, and how near its times are.</summary>
internal static class CronDays
{
    private static readonly int[] LongestMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

    /// <summary>
    /// The last three fields as Cronos reads them. It takes a day only when both the day of the month and that of the week fit; crontab(5)
    /// takes it when either does, if both are restricted: that is two expressions.
    /// </summary>
    /// <param name="dayOfMonth">Day of month.</param>
    /// <param name="month">Month.</param>
    /// <param name="dayOfWeek">Day of week.</param>
    /// <param name="faults">Gets a fault when the days never come or are not clear.</param>
    /// <returns>One or two texts; none with a fault.</returns>
    public static ImmutableArray<string> Of(CronField dayOfMonth, CronField month, CronField dayOfWeek, ImmutableArray<string>.Builder faults)
    {
        if ((dayOfMonth.IsStarStep && !dayOfWeek.IsStar) || (dayOfWeek.IsStarStep && !dayOfMonth.IsStar))
        {
            faults.Add("spec.schedule: where day of month and day of week are both given, * with a step means one thing to crontab(5) and another to Kubernetes; write the days as a list");
            return [];
        }

        var monthDayComes = month.Values().Any(m => dayOfMonth.Values().First() <= LongestMonths[m - 1]);
        if (!monthDayComes && dayOfWeek.IsStar)
        {
            faults.Add("spec.schedule: no month of it has such a day, so it would never be due");
            return [];
        }

        var both = !dayOfMonth.IsStar && !dayOfWeek.IsStar;
        var ofMonth = $"{dayOfMonth.Text()} {month.Text()} {(both ? "*" : dayOfWeek.Text())}";
        var ofWeek = $"* {month.Text()} {dayOfWeek.Text()}";
        return !both ? [ofMonth] : monthDayComes ? [ofMonth, ofWeek] : [ofWeek];
    }

    /// <summary>The least time between two times of an expression, or less.</summary>
    public static TimeSpan ShortestGap(CronField minute, CronField hour)
    {
        var minutes = minute.Values().ToArray();
        var least = minutes.Zip(minutes.Skip(1), (a, b) => b - a).DefaultIfEmpty(60).Min();
        var hoursTouch = hour.Values().Any(h => hour.Contains((h + 1) % 24));
        return TimeSpan.FromMinutes(hoursTouch ? Math.Min(least, 60 - minutes[^1] + minutes[0]) : least);
    }
}
