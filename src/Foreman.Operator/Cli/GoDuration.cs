using System.Globalization;
using System.Text.RegularExpressions;

namespace Foreman.Operator.Cli;

/// <summary>Durations as the fleet's flags write them: <c>90s</c>, <c>2m</c>, <c>1h30m</c>.</summary>
internal static partial class GoDuration
{
    /// <summary>Null when the text is not a duration.</summary>
    public static TimeSpan? Parse(string text)
    {
        if (text == "0")
        {
            return TimeSpan.Zero;
        }

        var match = Form().Match(text);
        if (!match.Success)
        {
            return null;
        }

        var seconds = 0.0;
        for (var i = 0; i < match.Groups[1].Captures.Count; i++)
        {
            var number = double.Parse(match.Groups[2].Captures[i].Value, CultureInfo.InvariantCulture);
            seconds += number * match.Groups[3].Captures[i].Value switch { "h" => 3600, "m" => 60, "s" => 1, _ => 0.001 };
        }

        return seconds <= TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(seconds) : null;
    }

    [GeneratedRegex(@"^(([0-9]+(?:\.[0-9]+)?)(ms|h|m|s))+$")]
    private static partial Regex Form();
}
