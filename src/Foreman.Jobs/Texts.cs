using System.Globalization;
using System.Text;

namespace Foreman.Jobs;

/// <summary>Texts for messages. Pure.</summary>
internal static class Texts
{
    /// <summary>Foreign text as one line, without control characters, the beginning of a longer one with an ellipsis.</summary>
    /// <param name="text">From anywhere.</param>
    /// <param name="most">The most characters, from 1.</param>
    public static string Shown(string? text, int most = 200)
    {
        var shown = new StringBuilder();
        foreach (var rune in (text ?? "").Trim().EnumerateRunes())
        {
            if (shown.Length >= most)
            {
                return shown.Append('…').ToString();
            }

            _ = Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                ? shown.Append(' ')
                : shown.Append(rune.ToString());
        }

        return shown.ToString();
    }

    /// <summary>A text with its numbers as everywhere.</summary>
    public static string Of(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>The text as the kubelet gives it on unchanged: <c>$(NAME)</c> and <c>$$</c> in commands, arguments and variables mean something to it.</summary>
    public static string Literal(string text) => text.Replace("$", "$$", StringComparison.Ordinal);
}
