using System.Globalization;
using System.Text.RegularExpressions;

namespace Foreman.Agent.Cli;

/// <summary>Durations as Go writes them: <c>90s</c>, <c>2m</c>, <c>1h30m</c>, <c>500ms</c>.</summary>
internal static partial class GoDuration
{
    /// <summary>Null when the text is no duration, is negative, or is longer than a year.</summary>
    public static TimeSpan? Parse(string text)
    {
        if (text == "0")
        {
            return TimeSpan.Zero;
        }

        var match = Whole().Match(text);
        if (!match.Success)
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

        return seconds <= TimeSpan.FromDays(366).TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    [GeneratedRegex(@"^(?:\d{1,12}(?:\.\d{1,9})?(?:h|ms|m|s|us|µs|ns))+$")]
    private static partial Regex Whole();

    [GeneratedRegex(@"(\d{1,12}(?:\.\d{1,9})?)(h|ms|m|s|us|µs|ns)")]
    private static partial Regex Part();
}
