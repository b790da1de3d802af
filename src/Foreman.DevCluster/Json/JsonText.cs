using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Foreman.DevCluster.Json;

/// <summary>
/// Reads strings and names of JSON as Go does: what is no text (invalid UTF-8, half of a surrogate pair) becomes U+FFFD instead of an
/// error.
/// </summary>
internal static class JsonText
{
    private const char Replacement = '�';

    /// <summary>The current string or property name.</summary>
    public static string Read(ref Utf8JsonReader reader)
    {
        var text = Encoding.UTF8.GetString(reader.ValueSpan);
        return reader.ValueIsEscaped ? WellFormed(Unescape(text)) : text;
    }

    /// <summary>True when every surrogate has its other half.</summary>
    public static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
            {
                return false;
            }

            i++;
        }

        return true;
    }

    private static string WellFormed(string text)
    {
        if (IsWellFormed(text))
        {
            return text;
        }

        var whole = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            whole.Append(rune);
        }

        return whole.ToString();
    }

    // The reader has checked the escapes, so that only known ones are left.
    private static string Unescape(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 >= text.Length)
            {
                plain.Append(text[i]);
                continue;
            }

            i++;
            if (text[i] == 'u' && i + 4 < text.Length)
            {
                plain.Append(ushort.TryParse(text.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit) ? (char)unit : Replacement);
                i += 4;
                continue;
            }

            plain.Append(text[i] switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', var other => other });
        }

        return plain.ToString();
    }
}
