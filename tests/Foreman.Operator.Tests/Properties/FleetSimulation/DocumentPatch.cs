using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Kubernetes;

namespace Foreman.Operator.Tests.Properties.FleetSimulation;

/// <summary>Applies operations of a JSON Patch (RFC 6902) to a document.</summary>
internal static class DocumentPatch
{
    /// <summary>False when a test fails, or a path or parent is absent: the request is then refused as a whole.</summary>
    /// <param name="document">The document; changed.</param>
    /// <param name="operation">A test, an addition, a replacement or a removal.</param>
    public static bool Apply(JsonObject document, JsonObject operation)
    {
        var steps = ((string)operation["path"]!)[1..].Split('/').Select(s => s.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).ToArray();
        JsonNode? parent = document;
        foreach (var step in steps[..^1])
        {
            parent = Child(parent, step);
        }

        var (key, value) = (steps[^1], operation["value"]);
        return (string)operation["op"]! switch
        {
            "test" => parent is not null && Has(parent, key) && JsonNode.DeepEquals(Child(parent, key), value),
            "add" => Add(parent, key, value),
            "replace" => parent is not null && Has(parent, key) && Replace(parent, key, value),
            "remove" => parent is not null && Has(parent, key) && Remove(parent, key),
            var op => throw new NotSupportedException(op),
        };
    }

    private static bool Has(JsonNode parent, string key) => parent is JsonObject map ? map.ContainsKey(key) : parent is JsonArray list && Index(list, key) is not null;

    private static JsonNode? Child(JsonNode? parent, string key) => parent switch
    {
        JsonObject map => map[key],
        JsonArray list => Index(list, key) is { } index ? list[index] : null,
        _ => null,
    };

    private static bool Add(JsonNode? parent, string key, JsonNode? value)
    {
        switch (parent)
        {
            case JsonObject map:
                map[key] = value?.DeepClone();
                return true;
            case JsonArray list when key == "-":
                list.Add(value?.DeepClone());
                return true;
            case JsonArray list when Index(list, key) is { } index:
                list.Insert(index, value?.DeepClone());
                return true;
            default:
                return false;
        }
    }

    private static bool Replace(JsonNode parent, string key, JsonNode? value)
    {
        if (parent is JsonArray list)
        {
            list[Index(list, key)!.Value] = value?.DeepClone();
        }
        else
        {
            parent[key] = value?.DeepClone();
        }

        return true;
    }

    private static bool Remove(JsonNode parent, string key)
    {
        if (parent is JsonArray list)
        {
            list.RemoveAt(Index(list, key)!.Value);
            return true;
        }

        return parent.AsObject().Remove(key);
    }

    private static int? Index(JsonArray list, string key) =>
        int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < list.Count ? index : null;
}

/// <summary>A patch in one line, written only when somebody reads it.</summary>
/// <param name="Patch">The patch.</param>
internal readonly record struct PatchText(V1Patch Patch)
{
    private const int MostCharacters = 90;

    public override string ToString() => Patch.Content is JsonArray operations
        ? string.Join("; ", operations.Select(o => $"{o!["op"]} {o["path"]} {Cut(o["value"])}".TrimEnd()))
        : Cut(Patch.Content);

    private static string Cut(JsonNode? value) => value?.ToJsonString() is not { } text ? "" : text.Length <= MostCharacters ? text : text[..MostCharacters] + "…";
}
