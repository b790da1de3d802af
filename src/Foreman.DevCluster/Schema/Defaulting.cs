using System.Text.Json.Nodes;

namespace Foreman.DevCluster.Schema;

/// <summary>Fills in defaults, outer ones first, so that a defaulted object gets the defaults of its own fields; drops nulls that are not allowed.</summary>
internal static class Defaulting
{
    public static void Apply(JsonNode? node, StructuralSchema schema)
    {
        if (node is JsonObject map)
        {
            ApplyToMap(map, schema);
        }
        else if (node is JsonArray list && schema.Items is { } items)
        {
            foreach (var item in list)
            {
                Apply(item, items);
            }
        }
    }

    private static void ApplyToMap(JsonObject map, StructuralSchema schema)
    {
        foreach (var (name, property) in schema.Properties)
        {
            var present = map.TryGetPropertyValue(name, out var value);
            if (present && (value is not null || property.Nullable))
            {
                Apply(value, property);
            }
            else if (property.Default is { } fallback)
            {
                var copy = fallback.DeepClone();
                map[name] = copy;
                Apply(copy, property);
            }
            else if (present)
            {
                // A null that the schema does not allow is treated as absent, as in the API server.
                map.Remove(name);
            }
        }

        if (schema.AdditionalProperties is { } additional)
        {
            ApplyToValues(map, schema, additional);
        }
    }

    private static void ApplyToValues(JsonObject map, StructuralSchema schema, StructuralSchema additional)
    {
        foreach (var (name, value) in map.ToArray())
        {
            if (schema.Properties.ContainsKey(name))
            {
                continue;
            }

            if (value is null && !additional.Nullable && additional.Default is { } fallback)
            {
                map[name] = fallback.DeepClone();
            }

            Apply(map[name], additional);
        }
    }
}
