using System.Globalization;
using System.Text;

namespace Foreman.Primitives;

/// <summary>Makes foreign text safe to print: no control character may start a line of its own or steer a terminal.</summary>
public static class ControlCharacters
{
    /// <summary>Writes each control character as <c>\n</c>, <c>\r</c>, <c>\t</c> or <c>\u001b</c>.</summary>
    public static string Escape(string text)
    {
        if (!text.Any(char.IsControl))
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            _ = c switch
            {
                '\n' => escaped.Append("\\n"),
                '\r' => escaped.Append("\\r"),
                '\t' => escaped.Append("\\t"),
                _ when char.IsControl(c) => escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }

    /// <summary>Writes each control character as a space, where the width of the text should stay.</summary>
    public static string Blank(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text;
}
