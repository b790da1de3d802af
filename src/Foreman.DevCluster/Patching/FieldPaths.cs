using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Builtins;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Schema;

namespace Foreman.DevCluster.Patching;

/// <summary>
/// The leaves of an object by path, in the notation of managedFields' <c>FieldsV1</c>: <c>f:NAME</c> for a field,
/// <c>k:{keys}</c> for an item of a list-map, <c>v:VALUE</c> for an item of a set. Atomic lists and empty maps are leaves.
/// </summary>
internal static class FieldPaths
{
    /// <summary>Separator of the steps of a path; not allowed in names of a schema.</summary>
    public const char Separator = '\u001f';

    // Comparing an item's keys costs about as much as making a path of this length.
    private const int CharactersPerItem = 16;

    public static Dictionary<string, JsonNode?> Leaves(JsonObject root, StructuralSchema schema, bool status, PathBudget budget)
    {
        var leaves = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var (name, value) in root)
        {
            if (name is "apiVersion" or "kind" || (name == "status") != status)
            {
                continue;
            }

            if (name == "metadata")
            {
                AddMetadata(value as JsonObject, leaves, budget);
            }
            else
            {
                Add(value, schema.Properties.GetValueOrDefault(name), "f:" + name, leaves, budget);
            }
        }

        return leaves;
    }

    /// <summary>Removes the value at a path, if any.</summary>
    public static void Remove(JsonObject root, string path, StructuralSchema schema, PathBudget budget)
    {
        var steps = path.Split(Separator);
        JsonNode? node = root;
        StructuralSchema? at = schema;
        for (var i = 0; i < steps.Length; i++)
        {
            budget.Charge(node is JsonArray list ? list.Count * CharactersPerItem : 1);
            if (Step(node, steps[i], at) is not { } found)
            {
                return;
            }

            if (i == steps.Length - 1 || steps[i + 1] == ".")
            {
                Detach(node!, found, steps[i]);
                return;
            }

            at = i == 0 && steps[i] == "f:metadata" ? BuiltinSchemas.ObjectMeta
                : steps[i].StartsWith("f:", StringComparison.Ordinal) ? at?.Properties.GetValueOrDefault(steps[i][2..]) ?? at?.AdditionalProperties : at?.Items;
            node = found;
        }
    }

    /// <summary>True for a step of a path: <c>.</c>, <c>f:NAME</c>, <c>k:{KEYS}</c> or <c>v:VALUE</c>.</summary>
    public static bool IsStep(string step) => !step.Contains(Separator, StringComparison.Ordinal) && step switch
    {
        "." => true,
        ['f', ':', _, ..] => true,
        ['k', ':', .. var key] => Parse(key) is JsonObject,
        ['v', ':', .. var value] => Parse(value) is JsonValue,
        _ => false,
    };

    /// <summary>The path as in conflict messages: <c>.spec.list[id="a"].name</c>.</summary>
    public static string Show(string path) => string.Concat(path.Split(Separator).Select(step => step switch
    {
        "." => "",
        _ when step.StartsWith("f:", StringComparison.Ordinal) => "." + step[2..],
        _ when step.StartsWith("k:", StringComparison.Ordinal) => "[" + (Parse(step[2..]) is JsonObject key ? ShowKey(key) : step[2..]) + "]",
        ['v', ':', .. var value] => "[" + value + "]",
        _ => "[" + step + "]",
    }));

    private static string ShowKey(JsonObject key) => string.Join(',', key.Select(part => $"{part.Key}={JsonTree.ToText(part.Value)}"));

    private static void AddMetadata(JsonObject? metadata, Dictionary<string, JsonNode?> leaves, PathBudget budget)
    {
        foreach (var (name, value) in metadata ?? [])
        {
            if (name is "labels" or "annotations" && value is JsonObject map)
            {
                foreach (var (key, text) in map)
                {
                    leaves[$"f:metadata{Separator}f:{name}{Separator}f:{key}"] = text;
                }
            }
            else if (name is "finalizers" or "ownerReferences")
            {
                Add(value, BuiltinSchemas.ObjectMeta.Properties[name], $"f:metadata{Separator}f:{name}", leaves, budget);
            }
        }
    }

    private static void Add(JsonNode? value, StructuralSchema? schema, string path, Dictionary<string, JsonNode?> leaves, PathBudget budget)
    {
        budget.Charge(path.Length);
        if (value is JsonObject { Count: > 0 } map && schema?.MapType != "atomic")
        {
            foreach (var (name, inner) in map)
            {
                Add(inner, schema?.Properties.GetValueOrDefault(name) ?? schema?.AdditionalProperties, $"{path}{Separator}f:{name}", leaves, budget);
            }
        }
        else if (value is JsonArray list && schema?.ListType == "map")
        {
            foreach (var item in list.OfType<JsonObject>())
            {
                var at = $"{path}{Separator}k:{JsonTree.ToText(ListRules.KeyOf(item, schema))}";
                leaves[at + Separator + "."] = null;
                Add(item, schema.Items, at, leaves, budget);
            }
        }
        else if (value is JsonArray set && schema?.ListType == "set")
        {
            foreach (var item in set)
            {
                budget.Charge(path.Length);
                leaves[$"{path}{Separator}v:{JsonTree.ToText(item)}"] = item;
            }
        }
        else
        {
            leaves[path] = value;
        }
    }

    private static JsonNode? Step(JsonNode? node, string step, StructuralSchema? schema) => (node, step.Length > 2 ? step[..2] : "") switch
    {
        (JsonObject map, "f:") => map[step[2..]],
        (JsonArray list, "k:") when schema is not null => list.OfType<JsonObject>().FirstOrDefault(item => "k:" + JsonTree.ToText(ListRules.KeyOf(item, schema)) == step),
        (JsonArray list, "v:") => list.FirstOrDefault(item => "v:" + JsonTree.ToText(item) == step),
        _ => null,
    };

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonDecoder.Decode(Encoding.UTF8.GetBytes(text)).Root;
        }
        catch (Exception e) when (e is JsonException or ApiException)
        {
            return null;
        }
    }

    private static void Detach(JsonNode container, JsonNode child, string step)
    {
        if (container is JsonObject map)
        {
            map.Remove(step[2..]);
        }
        else if (container is JsonArray list)
        {
            list.Remove(child);
        }
    }
}
