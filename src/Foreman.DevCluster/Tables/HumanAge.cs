using System.Globalization;

namespace Foreman.DevCluster.Tables;

/// <summary>Ages as in kubectl: at most two units.</summary>
internal static class HumanAge
{
    public static string Of(string? timestamp, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(timestamp))
        {
            return "<unknown>";
        }

        return DateTimeOffset.TryParse(timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var then)
            ? Show(now - then)
            : "<invalid>";
    }

    public static string Show(TimeSpan age)
    {
        var seconds = (long)age.TotalSeconds;
        var (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400);
        return seconds switch
        {
            < -1 => "<invalid>",
            < 0 => "0s",
            < 120 => $"{seconds}s",
            < 600 => Pair(minutes, "m", seconds % 60, "s"),
            < 10_800 => $"{minutes}m",
            < 28_800 => Pair(hours, "h", minutes % 60, "m"),
            < 172_800 => $"{hours}h",
            < 691_200 => Pair(days, "d", hours % 24, "h"),
            _ when days < 365 * 2 => $"{days}d",
            _ when days < 365 * 8 => Pair(days / 365, "y", days % 365, "d"),
            _ => $"{days / 365}y",
        };
    }

    private static string Pair(long large, string largeUnit, long small, string smallUnit) =>
        small == 0 ? $"{large}{largeUnit}" : $"{large}{largeUnit}{small}{smallUnit}";
}
