using System.Globalization;
using System.Text;

namespace Foreman.Kubernetes;

/// <summary>Parameters of a URL, in the order added; absent values are left out.</summary>
internal sealed class QueryString
{
    private readonly StringBuilder _text = new();

    public QueryString Add(string key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            _text.Append(_text.Length == 0 ? '?' : '&').Append(key).Append('=').Append(Uri.EscapeDataString(value));
        }

        return this;
    }

    public QueryString Add(string key, long? value) => Add(key, value?.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds the parameter when the condition holds.</summary>
    public QueryString AddIf(bool condition, string key, string value) => condition ? Add(key, value) : this;

    public override string ToString() => _text.ToString();
}
