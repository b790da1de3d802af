using System.Text;

namespace Foreman.Testing.Kubelet;

/// <summary><c>$(NAME)</c> in the values, the command and the arguments of a container.</summary>
internal static class Expansion
{
    /// <summary>Puts values in: an unknown name stays as it is, and <c>$$</c> becomes <c>$</c>.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string> values)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '$' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }

            if (text[i + 1] == '$')
            {
                result.Append('$');
                i++;
                continue;
            }

            var end = text[i + 1] == '(' ? text.IndexOf(')', i) : -1;
            if (end > 0 && values.TryGetValue(text[(i + 2)..end], out var value))
            {
                result.Append(value);
                i = end;
                continue;
            }

            result.Append('$');
        }

        return result.ToString();
    }
}
