using System.Text.Json.Nodes;

namespace Foreman.DevCluster.Schema;

/// <summary>
/// Drops what the API server's Go types omit: nulls, empty maps and empty lists. A null in a map of strings is an empty
/// string.
/// </summary>
internal static class EmptyFields
{
    public static void Drop(JsonObject map, StructuralSchema schema)
    {
        foreach (var (name, value) in map.ToArray())
        {
            if (schema.Properties.TryGetValue(name, out var property))
            {
                DropField(map, name, value, property);
            }
            else if (value is null && schema.AdditionalProperties is { Type: "string" })
            {
                map[name] = "";
            }
        }
    }

    private static void DropField(JsonObject map, string name, JsonNode? value, StructuralSchema property)
    {
        if (value is JsonObject inner)
        {
            Drop(inner, property);
        }
        else if (value is JsonArray list && property.Items is { } items)
        {
            foreach (var item in list.OfType<JsonObject>())
            {
                Drop(item, items);
            }
        }

        var isEmpty = value is JsonArray { Count: 0 } || (value is JsonObject { Count: 0 } && property.AdditionalProperties is not null);
        if (isEmpty || (value is null && !property.Nullable))
        {
            map.Remove(name);
        }
    }
}
