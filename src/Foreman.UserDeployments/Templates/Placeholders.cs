using System.Text;

namespace Foreman.UserDeployments.Templates;

/// <summary>
/// Puts values in the place of <c>${param.NAME}</c> and <c>${config.NAME}</c>, as they are and never expanded again. <c>$${param.</c> and
/// <c>$${config.</c> are the escapes; every other <c>${</c> is a text.
/// </summary>
/// <param name="parameters">Values of parameters by name.</param>
/// <param name="config">Configuration by key.</param>
internal sealed class Placeholders(IReadOnlyDictionary<string, string> parameters, IReadOnlyDictionary<string, string> config)
{
    /// <summary>Most characters of one text.</summary>
    public const int MostText = 32 * 1024;

    /// <summary>Most characters of all texts together.</summary>
    public const int MostAll = 1 << 20;

    private const string Open = "${";

    private static readonly string TooLong = Texts.Of($"it is longer than {MostText} characters with its values");

    private int _left = MostAll;

    /// <summary>The text with its values; null when something is wrong with it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="fail">Told of each fault: a sentence without its full stop.</param>
    public string? Replace(string text, Action<string> fail)
    {
        var replaced = new StringBuilder();
        var isGood = true;
        for (var at = 0; at < text.Length && replaced.Length <= MostText;)
        {
            var open = text.IndexOf(Open, at, StringComparison.Ordinal);
            if (open < 0)
            {
                replaced.Append(text, at, text.Length - at);
                break;
            }

            var isEscaped = open > at && text[open - 1] == '$';
            var inner = open + Open.Length;
            if (ValuesAt(text.AsSpan(inner)) is { } kind && !isEscaped)
            {
                replaced.Append(text, at, open - at);
                at = Fill(text, inner, kind, replaced, fail, ref isGood);
                continue;
            }

            // Of an escape the first of its dollars goes; every other text stays.
            var goes = isEscaped && ValuesAt(text.AsSpan(inner)) is not null ? 1 : 0;
            replaced.Append(text, at, open - at - goes).Append(Open);
            at = inner;
        }

        return isGood && Fits(replaced.Length, fail) ? replaced.ToString() : null;
    }

    private static int Fill(string text, int inner, (IReadOnlyDictionary<string, string> Values, string Prefix) kind, StringBuilder replaced, Action<string> fail, ref bool isGood)
    {
        var end = text.IndexOf('}', inner);
        var name = end < 0 ? "" : text[(inner + kind.Prefix.Length)..end];
        if (end >= 0 && kind.Values.TryGetValue(name, out var value))
        {
            if (value.Length <= MostText - replaced.Length)
            {
                replaced.Append(value);
                return end + 1;
            }

            isGood = false;
            fail(TooLong);
            return text.Length;
        }

        isGood = false;
        fail(end < 0 ? $"{Open}{kind.Prefix} has no closing brace; write $${{{kind.Prefix} where the text itself is meant" : $"{Open}{kind.Prefix}{Texts.Shown(name)}}} has no value");
        return end < 0 ? text.Length : end + 1;
    }

    private (IReadOnlyDictionary<string, string> Values, string Prefix)? ValuesAt(ReadOnlySpan<char> inner) =>
        inner.StartsWith("param.", StringComparison.Ordinal) ? (parameters, "param.")
        : inner.StartsWith("config.", StringComparison.Ordinal) ? (config, "config.")
        : null;

    private bool Fits(int length, Action<string> fail)
    {
        if (length > MostText)
        {
            fail(TooLong);
            return false;
        }

        if (_left < 0)
        {
            return false;
        }

        _left -= length;
        if (_left < 0)
        {
            fail(Texts.Of($"all texts together are longer than {MostAll} characters with their values"));
        }

        return _left >= 0;
    }
}
