using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Schema;

/// <summary>Prunes unknown fields and reports their paths for field validation, a hundred at most.</summary>
internal static class Pruning
{
    private static readonly string[] RootFields = ["apiVersion", "kind", "metadata"];

    /// <summary>Prunes a whole object in place, except its metadata.</summary>
    public static void PruneObject(JsonObject root, StructuralSchema schema, List<string> unknown) => Prune(root, schema, FieldPath.Root, RootFields, unknown);

    private static void Prune(JsonNode? node, StructuralSchema? schema, FieldPath path, string[] always, List<string> unknown)
    {
        if (node is JsonObject map)
        {
            PruneMap(map, schema, path, always, unknown);
        }
        else if (node is JsonArray list && schema?.Items is { } items)
        {
            for (var i = 0; i < list.Count; i++)
            {
                Prune(list[i], items, path.Item(i), [], unknown);
            }
        }
    }

    private static void PruneMap(JsonObject map, StructuralSchema? schema, FieldPath path, string[] always, List<string> unknown)
    {
        if (schema is null)
        {
            return;
        }

        List<string>? gone = null;
        foreach (var (name, value) in map)
        {
            var inner = path.Field(name);
            if (always.Contains(name, StringComparer.Ordinal) || (schema.EmbeddedResource && RootFields.Contains(name, StringComparer.Ordinal)))
            {
                continue;
            }

            if (schema.Properties.TryGetValue(name, out var property))
            {
                Prune(value, property, inner, [], unknown);
            }
            else if (schema.AdditionalProperties is { } additional)
            {
                Prune(value, additional, inner, [], unknown);
            }
            else if (!schema.PreserveUnknownFields)
            {
                (gone ??= []).Add(name);
                if (unknown.Count < FieldErrors.Limit)
                {
                    unknown.Add(inner.ToString());
                }
            }
        }

        if (gone is not null)
        {
            map.RemoveAll(gone);
        }
    }
}
