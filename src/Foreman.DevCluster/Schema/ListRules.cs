using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Schema;

/// <summary>The rules of lists: how many items, and none twice in sets and maps.</summary>
internal static class ListRules
{
    public static void Check(JsonArray list, StructuralSchema schema, string path, List<FieldError> errors)
    {
        if (schema.Bounds.MaxItems is { } most && list.Count > most)
        {
            errors.Add(FieldError.TooMany(path, list.Count, most));
        }

        if (schema.Bounds.MinItems is { } least && list.Count < least)
        {
            errors.Add(FieldError.Invalid(path, list.Count.ToString(CultureInfo.InvariantCulture), $"{FieldError.Body(path)} should have at least {least} items"));
        }

        if (schema.Bounds.UniqueItems && list.Select((_, i) => i).Any(i => SeenBefore(list, i)))
        {
            errors.Add(FieldError.Invalid(path, "\"\"", $"{FieldError.Body(path)} shouldn't contain duplicates"));
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

    /// <summary>The stored item that is the same one by its keys; null where items have no identity.</summary>
    public static JsonNode? Counterpart(JsonNode? item, StructuralSchema schema, JsonArray? stored)
    {
        if (stored is null || schema.ListType != "map" || item is not JsonObject map)
        {
            return null;
        }

        var key = KeyOf(map, schema);
        return stored.OfType<JsonObject>().FirstOrDefault(other => JsonTree.Same(KeyOf(other, schema), key));
    }

    private static bool SeenBefore(JsonArray list, int index) => list.Take(index).Any(earlier => JsonTree.Same(earlier, list[index]));

    private static void CheckSet(JsonArray list, string path, List<FieldError> errors)
    {
        for (var i = 1; i < list.Count; i++)
        {
            if (SeenBefore(list, i))
            {
                errors.Add(FieldError.Duplicate($"{path}[{i}]", JsonTree.ToText(list[i])));
            }
        }
    }

    private static void CheckMap(JsonArray list, StructuralSchema schema, string path, List<FieldError> errors)
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
                errors.Add(FieldError.Duplicate($"{path}[{i}]", key));
            }
        }
    }
}
