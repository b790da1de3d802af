using System.Collections.Frozen;
using System.Text;

namespace Foreman.DevCluster.Cel;

/// <summary>
/// Names of fields in expressions: what CEL's grammar does not allow in a name is escaped, as the API server does
/// (<c>a-b</c> is <c>a__dash__b</c>, <c>namespace</c> is <c>__namespace__</c>).
/// </summary>
internal static class CelNames
{
    private static readonly FrozenSet<string> Words =
        ((string[])
        [
            "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var",
            "void", "while",
        ]).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Which of the fields an expression names; null when none. A name without escapes is taken as it is.</summary>
    public static string? Find(string identifier, IEnumerable<string> fields)
    {
        if (!identifier.Contains("__", StringComparison.Ordinal))
        {
            return Words.Contains(identifier) ? null : identifier;
        }

        return fields.FirstOrDefault(field => Escape(field) == identifier);
    }

    /// <summary>The name of a field in expressions; null when it can have none.</summary>
    public static string? Escape(string field)
    {
        if (field.Length == 0 || char.IsAsciiDigit(field[0]))
        {
            return null;
        }

        if (Words.Contains(field))
        {
            return $"__{field}__";
        }

        var name = new StringBuilder(field.Length);
        for (var i = 0; i < field.Length; i++)
        {
            var isPair = field[i] == '_' && i + 1 < field.Length && field[i + 1] == '_';
            if (!isPair && field[i] is not ('.' or '-' or '/' or '_') && !char.IsAsciiLetterOrDigit(field[i]))
            {
                return null;
            }

            _ = field[i] switch
            {
                '_' when isPair => name.Append("__underscores__"),
                '.' => name.Append("__dot__"),
                '-' => name.Append("__dash__"),
                '/' => name.Append("__slash__"),
                var plain => name.Append(plain),
            };
            i += isPair ? 1 : 0;
        }

        return name.ToString();
    }
}
