using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Resources;

namespace Foreman.DevCluster.Selection;

/// <summary>
/// A parsed field selector: <c>path=value</c>, <c>path==value</c> and <c>path!=value</c>, joined by commas. An absent field
/// is treated as empty.
/// </summary>
internal sealed class FieldSelector
{
    private const int MaxShown = 256;
    private readonly List<(string[] Path, bool Equal, string Value)> _terms = [];

    private FieldSelector()
    {
    }

    public static FieldSelector Parse(string text, ResourceDefinition type)
    {
        var selector = new FieldSelector();
        foreach (var term in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var (path, equal, value) = Split(term) ?? throw ApiErrors.BadRequest($"invalid selector: can't understand '{term.AsSpan(0, Math.Min(MaxShown, term.Length))}'");
            if (!IsSelectable(path, type))
            {
                throw ApiErrors.BadRequest($"field label not supported: {path}");
            }

            selector._terms.Add((path.Split('.'), equal, value));
        }

        return selector;
    }

    public bool Matches(JsonObject root)
    {
        foreach (var (path, equal, value) in _terms)
        {
            if (string.Equals(Read(root, path), value, StringComparison.Ordinal) != equal)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The name, if the selector requires metadata.name.</summary>
    public string? SingleName => _terms.Find(term => term.Equal && term.Path is ["metadata", "name"]).Value;

    private static bool IsSelectable(string path, ResourceDefinition type) =>
        path == "metadata.name"
        || (path == "metadata.namespace" && type.Namespaced)
        || type.SelectableFields.Contains(path, StringComparer.Ordinal);

    private static (string Path, bool Equal, string Value)? Split(string term)
    {
        foreach (var (sign, equal) in (ReadOnlySpan<(string, bool)>)[("!=", false), ("==", true), ("=", true)])
        {
            var at = term.IndexOf(sign, StringComparison.Ordinal);
            if (at > 0)
            {
                return (term[..at].Trim(), equal, Unescape(term[(at + sign.Length)..]));
            }
        }

        return null;
    }

    private static string Unescape(string value) => value
        .Replace("\\,", ",", StringComparison.Ordinal)
        .Replace("\\=", "=", StringComparison.Ordinal)
        .Replace("\\\\", "\\", StringComparison.Ordinal);

    private static string Read(JsonObject root, string[] path)
    {
        JsonNode? node = root;
        foreach (var step in path)
        {
            node = (node as JsonObject)?[step];
        }

        return node is null ? "" : JsonTree.AsText(node) ?? JsonTree.ToText(node);
    }
}
