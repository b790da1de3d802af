using System.Collections.Frozen;

namespace Foreman.DevCluster.Cel;

/// <summary>
/// Names of fields in expressions: what CEL's grammar does not allow in a name is escaped, as the API server does
/// (<c>a-b</c> is <c>a__dash__b</c>, <c>namespace</c> is <c>__namespace__</c>).
/// </summary>
internal static class CelNames
{
    private static readonly (string Text, string Escape)[] Escapes = [("__", "__underscores__"), (".", "__dot__"), ("-", "__dash__"), ("/", "__slash__")];

    private static readonly FrozenSet<string> Words =
        ((string[])
        [
            "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var",
            "void", "while",
        ]).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The name of a field as JSON has it; null when no field can have this name in expressions.</summary>
    public static string? Unescape(string identifier)
    {
        if (!identifier.Contains("__", StringComparison.Ordinal))
        {
            return Words.Contains(identifier) ? null : identifier;
        }

        if (identifier.StartsWith("__", StringComparison.Ordinal) && identifier.EndsWith("__", StringComparison.Ordinal) && identifier.Length > 4 && Words.Contains(identifier[2..^2]))
        {
            return identifier[2..^2];
        }

        var name = new System.Text.StringBuilder(identifier.Length);
        for (var at = 0; at < identifier.Length;)
        {
            var (text, escape) = Array.Find(Escapes, e => string.CompareOrdinal(identifier, at, e.Escape, 0, e.Escape.Length) == 0);
            if (escape is not null)
            {
                name.Append(text);
                at += escape.Length;
            }
            else if (string.CompareOrdinal(identifier, at, "__", 0, 2) == 0)
            {
                return null;
            }
            else
            {
                name.Append(identifier[at]);
                at++;
            }
        }

        return name.ToString();
    }
}
