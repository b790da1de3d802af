using System.Text;

namespace Foreman.DevCluster.Schema;

/// <summary>
/// Writes an expression of RE2 for .NET where the two read the same text in different ways: <c>$</c> matches only at the end, <c>\d</c>, <c>\w</c> and
/// <c>\s</c> hold ASCII only, and a bracket within a class is no operator.
/// </summary>
internal static class PatternText
{
    /// <exception cref="ArgumentException">It names a class in a way that .NET would understand as something else.</exception>
    public static string ToNet(string pattern)
    {
        var end = IsMultiline(pattern) ? "$" : "\\z";
        var text = new StringBuilder(pattern.Length + 16);
        var classStart = -1;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '\\' && i + 1 < pattern.Length)
            {
                i++;
                AppendEscape(text, pattern[i], isClass: classStart >= 0);
            }
            else if (classStart >= 0)
            {
                AppendOfClass(text, pattern, i);
                classStart = c == ']' && i > classStart ? -1 : classStart;
            }
            else if (c == '[')
            {
                // A bracket directly after the opening one, or after its ^, stands for itself.
                classStart = i + 1 < pattern.Length && pattern[i + 1] == '^' ? i + 2 : i + 1;
                text.Append(pattern, i, classStart - i);
                i = classStart - 1;
            }
            else if (c == '$')
            {
                text.Append(end);
            }
            else
            {
                text.Append(c);
            }
        }

        return text.ToString();
    }

    private static void AppendOfClass(StringBuilder text, string pattern, int at)
    {
        if (pattern[at] == '[' && at + 1 < pattern.Length && pattern[at + 1] == ':')
        {
            throw new ArgumentException("classes such as [:alpha:] are not supported; name the characters", nameof(pattern));
        }

        text.Append(pattern[at] == '[' ? "\\" : "").Append(pattern[at]);
    }

    private static void AppendEscape(StringBuilder text, char letter, bool isClass)
    {
        var ascii = char.ToLowerInvariant(letter) switch
        {
            'd' => "0-9",
            'w' => "0-9A-Za-z_",
            's' => "\\t\\n\\f\\r\\x20",
            _ => null,
        };
        if (ascii is null || (isClass && char.IsAsciiLetterUpper(letter)))
        {
            text.Append('\\').Append(letter);
        }
        else
        {
            text.Append(isClass ? "" : char.IsAsciiLetterUpper(letter) ? "[^" : "[").Append(ascii).Append(isClass ? "" : "]");
        }
    }

    /// <summary>Whether flags such as <c>(?m)</c> let <c>$</c> match at the end of each line.</summary>
    private static bool IsMultiline(string pattern)
    {
        for (var at = pattern.IndexOf("(?", StringComparison.Ordinal); at >= 0; at = pattern.IndexOf("(?", at + 2, StringComparison.Ordinal))
        {
            for (var i = at + 2; i < pattern.Length && char.IsAsciiLetter(pattern[i]); i++)
            {
                if (pattern[i] == 'm')
                {
                    return true;
                }
            }
        }

        return false;
    }
}
