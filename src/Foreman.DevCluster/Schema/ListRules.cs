using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Schema;

/// <summary>The rules of lists: how many items, and none twice in sets and maps.</summary>
internal static class ListRules
{
    public static void Check(JsonArray list, StructuralSchema schema, FieldPath path, FieldErrors errors)
    {
        if (schema.Bounds.MaxItems is { } most && list.Count > most)
        {
            errors.Add(FieldError.TooMany(path.ToString(), list.Count, most));
        }

        if (schema.Bounds.MinItems is { } least && list.Count < least)
        {
            errors.Add(FieldError.Invalid(path.ToString(), list.Count.ToString(CultureInfo.InvariantCulture), $"{FieldError.Body(path.ToString())} should have at least {least} items"));
        }

        if (schema.Bounds.UniqueItems && list.Select(JsonTree.Key).Distinct(StringComparer.Ordinal).Count() < list.Count)
        {
            errors.Add(FieldError.Invalid(path.ToString(), "\"\"", $"{FieldError.Body(path.ToString())} shouldn't contain duplicates"));
        }

        if (schema.ListType == "set")
        {
            CheckSet(list, path, errors);
        }
        else if (schema.ListType == "map")
        {
            CheckMap(list, schema, path, errors);
        }
    }

    /// <summary>The values of the list-map's keys of an item, defaults included.</summary>
    public static JsonObject KeyOf(JsonObject item, StructuralSchema schema)
    {
        var key = new JsonObject();
        foreach (var name in schema.ListMapKeys)
        {
            var value = item[name] ?? schema.Items?.Properties.GetValueOrDefault(name)?.Default;
            if (value is not null)
            {
                key[name] = value.DeepClone();
            }
        }

        return key;
    }

    /// <summary>The items of a list-map by a text of their keys, the first of each; null where items have no identity.</summary>
    public static Dictionary<string, JsonNode>? ByKey(JsonArray? list, StructuralSchema schema)
    {
        if (list is null || schema.ListType != "map")
        {
            return null;
        }

        var items = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        foreach (var item in list.OfType<JsonObject>())
        {
            items.TryAdd(JsonTree.Key(KeyOf(item, schema)), item);
        }

        return items;
    }

    /// <summary>The stored item that is the same one by its keys; null where items have no identity.</summary>
    public static JsonNode? Counterpart(JsonNode? item, StructuralSchema schema, Dictionary<string, JsonNode>? stored) =>
        stored is not null && item is JsonObject map ? stored.GetValueOrDefault(JsonTree.Key(KeyOf(map, schema))) : null;

    private static void CheckSet(JsonArray list, FieldPath path, FieldErrors errors)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < list.Count; i++)
        {
            if (!seen.Add(JsonTree.Key(list[i])))
            {
                errors.Add(FieldError.Duplicate(path.Item(i).ToString(), JsonTree.ToText(list[i])));
            }
        }
    }

    private static void CheckMap(JsonArray list, StructuralSchema schema, FieldPath path, FieldErrors errors)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is not JsonObject item)
            {
                continue;
            }

            var key = JsonTree.ToText(KeyOf(item, schema));
            if (!seen.Add(key))
            {
                errors.Add(FieldError.Duplicate(path.Item(i).ToString(), key));
            }
        }
    }
}
