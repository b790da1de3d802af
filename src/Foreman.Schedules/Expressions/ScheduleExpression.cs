using System.Collections.Immutable;
using System.Globalization;
using Cronos;
using Foreman.Primitives;

namespace Foreman.Schedules;

/// <summary>When a schedule is due. All its times are whole minutes.</summary>
internal sealed class ScheduleExpression
{
    private const string EveryWord = "@every";

    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["@hourly"] = "0 * * * *",
        ["@daily"] = "0 0 * * *",
        ["@midnight"] = "0 0 * * *",
        ["@weekly"] = "0 0 * * 0",
        ["@monthly"] = "0 0 1 * *",
        ["@yearly"] = "0 0 1 1 *",
        ["@annually"] = "0 0 1 1 *",
    };

    private readonly ImmutableArray<CronExpression> _parts;
    private readonly TimeZoneInfo _zone;
    private readonly TimeSpan? _every;
    private readonly CronField? _minutes;

    private ScheduleExpression(ImmutableArray<CronExpression> parts, TimeZoneInfo zone, CronField? minutes, TimeSpan? every, TimeSpan shortestGap) =>
        (_parts, _zone, _minutes, _every, ShortestGap) = (parts, zone, minutes, every, shortestGap);

    /// <summary>The same times as a CronJob writes them: numbers without names, steps and a second Sunday, of which Kubernetes knows less.</summary>
    public required string CronJobText { get; init; }

    /// <summary>The time that it repeats itself after, where it counts from a moment and not by a clock; null for one with fields.</summary>
    public TimeSpan? Every => _every;

    /// <summary>No two of its times are nearer to each other, but where an hour is left out: what falls into it comes at its end.</summary>
    public TimeSpan ShortestGap { get; }

    /// <summary>Reads an expression.</summary>
    /// <param name="schedule">As <c>spec.schedule</c> has it.</param>
    /// <param name="timeZone">As <c>spec.timeZone</c> has it; null or empty for UTC.</param>
    /// <param name="faults">A sentence without its full stop for each fault; empty for none.</param>
    /// <returns>Null when there are faults.</returns>
    public static ScheduleExpression? Parse(string schedule, string? timeZone, out ImmutableArray<string> faults)
    {
        var found = ImmutableArray.CreateBuilder<string>();
        if (TimeZones.Find(timeZone) is not { } zone)
        {
            found.Add($"spec.timeZone: `{Printable.Line(timeZone!, 50)}` is no time zone of this host; it takes names of the tz database, such as Europe/Berlin");
            zone = TimeZoneInfo.Utc;
        }

        var text = schedule.Trim(' ', '\t');
        var expression = text.StartsWith('@') && !Words.ContainsKey(text) ? ReadEvery(text, timeZone, found) : Cron(Words.GetValueOrDefault(text, text), zone, found);
        faults = found.ToImmutable();
        return faults.IsEmpty ? expression : null;
    }

    /// <summary>Its first time after another.</summary>
    /// <param name="after">Excluded.</param>
    /// <param name="anchor">When the schedule was made: <c>@every</c> counts from the minute of that.</param>
    /// <returns>Null when there is none before the year 10000.</returns>
    public DateTimeOffset? Next(DateTimeOffset after, DateTimeOffset anchor) => _every is { } every
        ? Aligned(after, anchor, every, 1)
        : _parts.Select(p => Next(p, after)).Min();

    /// <summary>Its times after one moment and up to another.</summary>
    /// <param name="after">Excluded.</param>
    /// <param name="until">Included.</param>
    /// <param name="anchor">When the schedule was made.</param>
    /// <returns>Null when there is none.</returns>
    public Slots? Within(DateTimeOffset after, DateTimeOffset until, DateTimeOffset anchor)
    {
        var found = default(Slots?);
        for (var slot = Next(after, anchor); slot is { } at && at <= until; slot = Next(at, anchor))
        {
            if (found is { Count: Slots.MostCounted })
            {
                return new Slots(Latest(after, until, anchor), Slots.MostCounted);
            }

            found = new Slots(at, (found?.Count ?? 0) + 1);
        }

        return found;
    }

    private static ScheduleExpression? ReadEvery(string text, string? timeZone, ImmutableArray<string>.Builder faults)
    {
        if (!text.StartsWith(EveryWord + " ", StringComparison.Ordinal))
        {
            faults.Add($"spec.schedule: `{Printable.Line(text, 50)}` is none of {string.Join(", ", Words.Keys.Order(StringComparer.Ordinal))} and {EveryWord} 10m");
            return null;
        }

        if (!string.IsNullOrEmpty(timeZone))
        {
            faults.Add($"spec.timeZone: {EveryWord} is the same in all time zones; leave it out");
        }

        if (GoDuration.Parse(text[EveryWord.Length..].Trim(' ', '\t')) is not { } every || every < TimeSpan.FromMinutes(1) || every.Ticks % TimeSpan.TicksPerMinute != 0)
        {
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"spec.schedule: {EveryWord} takes whole minutes from 1m to {GoDuration.Longest.TotalHours:0}h, such as 10m or 1h30m"));
            return null;
        }

        return new([], TimeZoneInfo.Utc, null, every, every) { CronJobText = string.Create(CultureInfo.InvariantCulture, $"{EveryWord} {every.TotalMinutes:0}m") };
    }

    private static ScheduleExpression? Cron(string text, TimeZoneInfo zone, ImmutableArray<string>.Builder faults)
    {
        var fields = text.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5)
        {
            faults.Add(fields is [var first, ..] && first.Contains("TZ=", StringComparison.Ordinal)
                ? "spec.schedule: it names a time zone; that belongs into spec.timeZone"
                : string.Create(CultureInfo.InvariantCulture, $"spec.schedule: it has {fields.Length} fields of 5 (minute, hour, day of month, month, day of week)"));
            return null;
        }

        var read = new[] { CronFieldKind.Minute, CronFieldKind.Hour, CronFieldKind.DayOfMonth, CronFieldKind.Month, CronFieldKind.DayOfWeek }
            .Zip(fields, (kind, field) => (Field: CronField.Parse(field, kind, out var fault), Fault: fault))
            .ToArray();
        faults.AddRange(read.Where(r => r.Fault is not null).Select(r => $"spec.schedule: {r.Fault}"));
        if (read.Any(r => r.Fault is not null))
        {
            return null;
        }

        var days = CronDays.Of(read[2].Field, read[3].Field, read[4].Field, faults);
        var (minute, hour) = (read[0].Field, read[1].Field);
        var parts = days.Select(d => CronExpression.Parse($"{string.Join(',', minute.Values())} {hour.Text()} {d}"));
        return days.IsEmpty ? null : new([.. parts], zone, hour.IsStar ? minute : null, null, CronDays.ShortestGap(minute, hour))
        {
            CronJobText = string.Join(' ', read.Select(r => r.Field.Text())),
        };
    }

    private DateTimeOffset? Next(CronExpression part, DateTimeOffset after)
    {
        var next = part.GetNextOccurrence(after, _zone);

        // What a skipped hour leaves out comes at its end, but where every hour counts anyway that would be one too many.
        while (next is { } at && _minutes is { } minutes && !minutes.Contains(at.Minute))
        {
            next = part.GetNextOccurrence(at, _zone);
        }

        return next?.ToUniversalTime();
    }

    // Looked for forwards: what Cronos finds backwards differs where an hour is skipped.
    private DateTimeOffset Latest(DateTimeOffset after, DateTimeOffset until, DateTimeOffset anchor)
    {
        if (_every is { } every)
        {
            return Aligned(until, anchor, every, 0)!.Value;
        }

        var latest = default(DateTimeOffset?);
        for (var back = TimeSpan.FromHours(1); latest is null; back *= 8)
        {
            var from = back < until - after ? until - back : after;
            for (var slot = Next(from, anchor); slot is { } at && at <= until; slot = Next(at, anchor))
            {
                latest = at;
            }
        }

        return latest.Value;
    }

    private static DateTimeOffset? Aligned(DateTimeOffset at, DateTimeOffset anchor, TimeSpan every, int more)
    {
        var from = Minutes.Floor(anchor);
        var count = (at < from ? 0 : (at - from).Ticks / every.Ticks) + more;
        return count <= (DateTimeOffset.MaxValue - from).Ticks / every.Ticks ? from.AddTicks(every.Ticks * count) : null;
    }
}
