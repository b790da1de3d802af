using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Tables;

/// <summary>The JSON paths of printer columns: fields, indexes, <c>[*]</c> and filters such as <c>[?(@.type=="Ready")]</c>.</summary>
internal sealed partial class JsonPath
{
    // Reading a path takes time with the square of its length.
    private const int MaxLength = 4096;

    private readonly List<Func<JsonNode, IEnumerable<JsonNode?>>> _steps = [];

    private JsonPath()
    {
    }

    /// <exception cref="FormatException">The path uses an unsupported expression.</exception>
    public static JsonPath Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            throw new FormatException($"a JSON path of {text.Length} characters is too long");
        }

        var path = new JsonPath();
        var rest = text.Trim().TrimStart('{').TrimEnd('}').TrimStart('$');
        while (rest.Length > 0)
        {
            var match = Step().Match(rest);
            if (!match.Success || match.Length == 0)
            {
                throw new FormatException($"unsupported JSON path '{text}' at '{rest}'");
            }

            if (ToStep(match) is { } step)
            {
                path._steps.Add(step);
            }

            rest = rest[match.Length..];
        }

        return path;
    }

    public IReadOnlyList<JsonNode> Find(JsonNode root)
    {
        IEnumerable<JsonNode?> nodes = [root];
        foreach (var step in _steps)
        {
            nodes = nodes.OfType<JsonNode>().SelectMany(step);
        }

        return [.. nodes.OfType<JsonNode>()];
    }

    private static Func<JsonNode, IEnumerable<JsonNode?>>? ToStep(Match match)
    {
        if (match.Groups["filter"].Success)
        {
            var inner = Parse(match.Groups["field"].Value);
            var (sign, value) = (match.Groups["sign"].Value, match.Groups["value"].Value);
            return node => node is JsonArray list ? list.Where(item => item is not null && Holds(item, inner, sign, value)) : [];
        }

        if (match.Groups["all"].Success)
        {
            return node => node switch { JsonArray list => list, JsonObject map => map.Select(field => field.Value), _ => [] };
        }

        if (match.Groups["index"].Success)
        {
            if (!int.TryParse(match.Groups["index"].ValueSpan, CultureInfo.InvariantCulture, out var index))
            {
                throw new FormatException($"the index {match.Groups["index"].Value} of a JSON path is too large");
            }

            return node => node is JsonArray list && (index < 0 ? list.Count + index : index) is var at && at >= 0 && at < list.Count ? [list[at]] : [];
        }

        var name = (match.Groups["name"].Success ? match.Groups["name"] : match.Groups["quoted"]).Value.Replace("\\.", ".", StringComparison.Ordinal);
        return name.Length == 0 ? null : node => node is JsonObject map ? [map[name]] : [];
    }

    private static bool Holds(JsonNode item, JsonPath field, string sign, string value)
    {
        var found = field.Find(item);
        if (sign.Length == 0)
        {
            return found.Count > 0;
        }

        var text = found.Count == 0 ? null : JsonTree.AsText(found[0]) ?? JsonTree.ToText(found[0]);
        return (text == value) == (sign == "==");
    }

    [GeneratedRegex("""^(?:\[(?<filter>\?\(\s*@(?<field>[^=!)\s]*)\s*(?:(?<sign>==|!=)\s*["']?(?<value>[^"')]*)["']?)?\s*\))\]|\[(?<all>\*)\]|\.(?<all>\*)|\[(?<index>-?\d+)\]|\[['"](?<quoted>[^'"]+)['"]\]|\.(?<name>(?:\\.|[^.\[\\])*))""", RegexOptions.CultureInvariant)]
    private static partial Regex Step();
}
