using System.Globalization;
using System.Text.RegularExpressions;

namespace Foreman.DevCluster.Cel;

/// <summary>Timestamps and durations: how they are written, and their parts.</summary>
internal static partial class CelTimes
{
    public const long Second = 1_000_000_000;

    private const int NanosecondsPerTick = 100;
    private const long FirstSecond = -62_135_596_800;
    private const long LastSecond = 253_402_300_799;

    /// <summary>The moment; null outside of the years 1 to 9999.</summary>
    public static CelTime? Time(Int128 nanoseconds) =>
        nanoseconds >= (Int128)FirstSecond * Second && nanoseconds < (Int128)(LastSecond + 1) * Second ? new CelTime(nanoseconds) : null;

    /// <summary>A moment as RFC 3339 writes it; null when it is none.</summary>
    public static CelTime? ParseTime(string text)
    {
        var match = Rfc3339().Match(text);
        if (!match.Success || !DateTime.TryParseExact(match.Groups[1].Value, "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            return null;
        }

        var fraction = match.Groups[2].Value.TrimStart('.').PadRight(9, '0')[..9];
        var ticks = local.Ticks - DateTime.UnixEpoch.Ticks;
        var nanoseconds = ((Int128)ticks * NanosecondsPerTick) + long.Parse(fraction, NumberStyles.None, CultureInfo.InvariantCulture);
        return Offset(match.Groups[3].Value) is { } offset ? Time(nanoseconds - ((Int128)offset.Ticks * NanosecondsPerTick)) : null;
    }

    /// <summary>A duration as Go writes it, such as <c>1h30m</c>; null when it is none, or does not fit 64 bits of nanoseconds.</summary>
    public static CelDuration? ParseDuration(string text)
    {
        var isNegative = text.StartsWith('-');
        var rest = text is ['+' or '-', ..] ? text[1..] : text;
        if (rest == "0")
        {
            return new CelDuration(0);
        }

        if (!GoDuration().IsMatch(rest))
        {
            return null;
        }

        var sum = 0m;
        foreach (Match part in DurationPart().Matches(rest))
        {
            var unit = Unit(part.Groups[2].Value);
            if (!decimal.TryParse(part.Groups[1].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) || count > long.MaxValue / unit)
            {
                return null;
            }

            sum += decimal.Truncate(count * unit);
            if (sum > long.MaxValue)
            {
                return null;
            }
        }

        return new CelDuration((long)(isNegative ? -sum : sum));
    }

    /// <summary>Whole seconds since 1970, rounded down.</summary>
    public static long Seconds(CelTime time) => Split(time.Nanoseconds).Seconds;

    public static string Show(CelTime time)
    {
        var (seconds, rest) = Split(time.Nanoseconds);
        var text = DateTime.UnixEpoch.AddTicks(seconds * TimeSpan.TicksPerSecond).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        return rest == 0 ? text + "Z" : $"{text}.{rest.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0')}Z";
    }

    public static string Show(CelDuration duration) => ((decimal)duration.Nanoseconds / Second).ToString("0.#########", CultureInfo.InvariantCulture) + "s";

    /// <summary>The date and time in a time zone, and the nanoseconds of the second; null when the zone is unknown, or the date leaves the calendar there.</summary>
    public static (DateTime Local, int Nanoseconds)? In(CelTime time, string zone)
    {
        var (seconds, rest) = Split(time.Nanoseconds);
        var utc = DateTime.UnixEpoch.AddTicks(seconds * TimeSpan.TicksPerSecond);
        var offset = zone.Length == 0 || zone == "UTC" ? TimeSpan.Zero : Offset(zone);
        if (offset is null && zone[0] != '/' && zone.All(IsOfName) && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var info))
        {
            offset = info.GetUtcOffset(utc);
        }

        var ticks = utc.Ticks + (offset?.Ticks ?? 0);
        return offset is null || ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks ? null : (new DateTime(ticks, DateTimeKind.Unspecified), (int)rest);
    }

    // Names of zones are names of files, so that nothing else is looked up.
    private static bool IsOfName(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '+' or '/';

    private static (long Seconds, long Nanoseconds) Split(Int128 nanoseconds)
    {
        var (seconds, rest) = Int128.DivRem(nanoseconds, Second);
        return rest < 0 ? ((long)seconds - 1, (long)rest + Second) : ((long)seconds, (long)rest);
    }

    /// <summary>The distance from UTC that <c>Z</c>, <c>+02:00</c> or <c>02:00</c> writes.</summary>
    private static TimeSpan? Offset(string zone)
    {
        var match = FixedZone().Match(zone);
        if (!match.Success)
        {
            return null;
        }

        if (zone == "Z")
        {
            return TimeSpan.Zero;
        }

        var (hours, minutes) = (int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture), int.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture));
        var offset = new TimeSpan(hours, minutes, 0);
        return hours > 23 || minutes > 59 ? null : match.Groups[1].Value == "-" ? -offset : offset;
    }

    private static decimal Unit(string name) => name switch
    {
        "ns" => 1,
        "us" or "µs" or "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => Second,
        "m" => 60m * Second,
        _ => 3600m * Second,
    };

    [GeneratedRegex(@"^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Rfc3339();

    [GeneratedRegex(@"^(?:Z|([+-]?)([0-9]{2}):([0-9]{2}))\z", RegexOptions.CultureInvariant)]
    private static partial Regex FixedZone();

    [GeneratedRegex(@"^(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+\z", RegexOptions.CultureInvariant)]
    private static partial Regex GoDuration();

    [GeneratedRegex(@"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)", RegexOptions.CultureInvariant)]
    private static partial Regex DurationPart();
}
