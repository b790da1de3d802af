using System.Text;

namespace Foreman.Primitives;

/// <summary>Makes foreign text safe to show: control characters are escaped, long text is cut.</summary>
public static class Printable
{
    /// <summary>The text as one line, control characters as <c>\u001b</c>.</summary>
    /// <param name="text">From anywhere.</param>
    /// <param name="max">The most characters, from 1; an ellipsis follows what is cut.</param>
    public static string Line(string text, int max = 200)
    {
        var result = new StringBuilder(Math.Min(text.Length, max) + 8);
        foreach (var c in text)
        {
            if (result.Length >= max)
            {
                return result.Append('…').ToString();
            }

            _ = char.IsControl(c) || c is '\u2028' or '\u2029' ? result.Append($"\\u{(int)c:x4}") : result.Append(c);
        }

        return result.ToString();
    }

    /// <summary>The same text, every control character but line ends and tabs as <c>\u001b</c>.</summary>
    /// <param name="text">From anywhere.</param>
    public static string Text(string text) => text.Any(IsSteering)
        ? string.Concat(text.Select(c => IsSteering(c) ? $"\\u{(int)c:x4}" : c.ToString()))
        : text;

    private static bool IsSteering(char c) => char.IsControl(c) && c is not ('\n' or '\r' or '\t');

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
