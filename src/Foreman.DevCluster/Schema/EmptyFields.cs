using System.Text.Json.Nodes;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Schema;

/// <summary>
/// Drops what the API server's Go types omit: nulls, empty maps and empty lists. A null in a map of strings is an empty
/// string.
/// </summary>
internal static class EmptyFields
{
    public static void Drop(JsonObject map, StructuralSchema schema)
    {
        var gone = new List<string>();
        foreach (var (name, value) in map.ToArray())
        {
            if (schema.Properties.TryGetValue(name, out var property))
            {
                DropField(value, property);
                if (IsEmpty(value, property))
                {
                    gone.Add(name);
                }
            }
            else if (value is null && schema.AdditionalProperties is { Type: "string" })
            {
                map[name] = "";
            }
        }

        map.RemoveAll(gone);
    }

    private static void DropField(JsonNode? value, StructuralSchema property)
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
    }

    private static bool IsEmpty(JsonNode? value, StructuralSchema property) =>
        value is JsonArray { Count: 0 }
        || (value is JsonObject { Count: 0 } && property.AdditionalProperties is not null)
        || (value is null && !property.Nullable);
}
