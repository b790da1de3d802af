using System.Globalization;
using System.Text;

namespace Foreman.Primitives;

/// <summary>Makes foreign text safe to print: nothing in it may start a line of its own, steer a terminal or turn the writing direction.</summary>
public static class ControlCharacters
{
    /// <summary>Writes each control character and override of the writing direction as <c>\n</c>, <c>\r</c>, <c>\t</c> or <c>\u001b</c>.</summary>
    public static string Escape(string text)
    {
        if (!text.Any(IsSteering))
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
                _ when IsSteering(c) => escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }

    /// <summary>Writes each such character as a space, where the width of the text should stay.</summary>
    public static string Blank(string text) =>
        text.Any(IsSteering) ? string.Concat(text.Select(c => IsSteering(c) ? ' ' : c)) : text;

    private static bool IsSteering(char c) => SteeringCharacters.Contains(c);
}
