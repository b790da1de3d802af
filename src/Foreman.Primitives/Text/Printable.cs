using System.Text;

namespace Foreman.Primitives;

/// <summary>Makes foreign text safe to show: what could steer a terminal or a reader is escaped, long text is cut.</summary>
public static class Printable
{
    /// <summary>The text as one line, control characters and overrides of the writing direction as <c>\u001b</c>.</summary>
    /// <param name="text">From anywhere.</param>
    /// <param name="max">The most characters, from 1; an ellipsis follows what is cut.</param>
    public static string Line(string text, int max = 200)
    {
        var result = new StringBuilder(Math.Min(text.Length, max) + 8);

        // Runes, so that no pair is cut in two and half of one becomes U+FFFD.
        foreach (var rune in text.EnumerateRunes())
        {
            if (result.Length >= max)
            {
                return result.Append('…').ToString();
            }

            _ = SteeringCharacters.Contains(rune) ? result.Append($"\\u{rune.Value:x4}") : result.Append(rune.ToString());
        }

        return result.ToString();
    }

    /// <summary>The same text, every control character but line ends and tabs, and every override of the writing direction, as <c>\u001b</c>.</summary>
    /// <param name="text">From anywhere.</param>
    public static string Text(string text) => text.Any(c => char.IsSurrogate(c) || IsSteering(new Rune(c)))
        ? string.Concat(text.EnumerateRunes().Select(r => IsSteering(r) ? $"\\u{r.Value:x4}" : r.ToString()))
        : text;

    /// <summary>The same text with U+FFFD for each half of a surrogate pair: writers of JSON and UTF-8 take it.</summary>
    /// <param name="text">From anywhere.</param>
    public static string Valid(string text) =>
        text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 ? text : string.Concat(text.EnumerateRunes());

    private static bool IsSteering(Rune rune) => SteeringCharacters.Contains(rune) && rune.Value is not ('\n' or '\r' or '\t' or '\u2028' or '\u2029');

    /// <summary>Length of the longest prefix of at most so many characters that splits no surrogate pair.</summary>
    /// <param name="text">From anywhere.</param>
    /// <param name="max">The most characters, from 0.</param>
    public static int PrefixLength(ReadOnlySpan<char> text, int max) =>
        text.Length <= max ? text.Length : max > 0 && char.IsHighSurrogate(text[max - 1]) ? max - 1 : max;

    /// <summary>The text, or the beginning of a longer one and an ellipsis.</summary>
    /// <param name="text">From anywhere.</param>
    /// <param name="max">The most characters before the ellipsis, from 0.</param>
    public static string Cut(string text, int max) => text.Length <= max ? text : string.Concat(text.AsSpan(0, PrefixLength(text, max)), "…");

    /// <summary>The longest prefix of <paramref name="text"/> that has at most <paramref name="maxBytes"/> bytes in UTF-8 and splits no character.</summary>
    /// <param name="text">From anywhere.</param>
    /// <param name="maxBytes">From 0.</param>
    public static string CutToBytes(string text, int maxBytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= maxBytes)
        {
            return text;
        }

        var bytes = 0;
        var end = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > maxBytes)
            {
                break;
            }

            end += rune.Utf16SequenceLength;
        }

        return text[..end];
    }
}
