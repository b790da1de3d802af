using System.Globalization;
using System.Text;

namespace Foreman.UserDeployments;

/// <summary>Texts for messages. Pure.</summary>
internal static class Texts
{
    /// <summary>Foreign text as one line without control characters, cut with an ellipsis.</summary>
    /// <param name="text">From anywhere.</param>
    /// <param name="most">The most characters, from 1.</param>
    public static string Shown(string? text, int most = 80)
    {
        var shown = new StringBuilder();
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            if (shown.Length >= most)
            {
                return shown.Append('…').ToString();
            }

            var isBlank = Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            shown.Append(isBlank ? " " : rune.ToString());
        }

        return shown.ToString();
    }

    /// <summary>A text with its numbers as everywhere.</summary>
    public static string Of(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>The first of many sentences, and how many there are beside.</summary>
    /// <param name="sentences">Without their full stops.</param>
    public static string Joined(IReadOnlyCollection<string> sentences)
    {
        const int Most = 20;
        var rest = sentences.Count > Most ? Of($"; and {sentences.Count - Most} more") : "";
        return string.Join("; ", sentences.Take(Most)) + rest;
    }
}
