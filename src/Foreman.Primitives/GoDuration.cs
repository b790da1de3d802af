using System.Globalization;
using System.Text.RegularExpressions;

namespace Foreman.Primitives;

/// <summary>Durations as Go writes them: <c>90s</c>, <c>2m</c>, <c>1h30m</c>, <c>1.5s</c>, <c>500ms</c>.</summary>
public static partial class GoDuration
{
    /// <summary>Longest duration that is taken.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <summary>Reads a duration in h, m, s, ms, us (or µs) and ns, or a bare <c>0</c>.</summary>
    /// <returns>Null when the text is no duration, is negative, or is longer than <see cref="Longest"/>.</returns>
    public static TimeSpan? Parse(string text)
    {
        if (text == "0")
        {
            return TimeSpan.Zero;
        }

        if (!Whole().IsMatch(text))
        {
            return null;
        }

        var seconds = 0.0;
        foreach (Match part in Part().Matches(text))
        {
            seconds += double.Parse(part.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * part.Groups[2].Value switch
            {
                "h" => 3600,
                "m" => 60,
                "s" => 1,
                "ms" => 1e-3,
                "ns" => 1e-9,
                _ => 1e-6,
            };
        }

        return seconds <= Longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    // Go takes both letters for micro: the micro sign and the Greek mu.
    [GeneratedRegex(@"^(?:[0-9]{1,12}(?:\.[0-9]{1,9})?(?:h|ms|m|s|us|\u00b5s|\u03bcs|ns)){1,16}\z")]
    private static partial Regex Whole();

    [GeneratedRegex(@"([0-9]{1,12}(?:\.[0-9]{1,9})?)(h|ms|m|s|us|\u00b5s|\u03bcs|ns)")]
    private static partial Regex Part();
}
