using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Schema;

/// <summary>Checks a value against its schema and words what is wrong as the API server does.</summary>
internal static class SchemaValidator
{
    public static void Validate(JsonNode? node, StructuralSchema schema, string path, List<FieldError> errors)
    {
        if (node is null && schema.Nullable)
        {
            return;
        }

        if (TypeRules.Check(node, schema, path) is { } mismatch)
        {
            errors.Add(mismatch);
            return;
        }

        switch (node)
        {
            case JsonObject map:
                ValidateMap(map, schema, path, errors);
                break;
            case JsonArray list:
                ListRules.Check(list, schema, path, errors);
                ValidateItems(list, schema, path, errors);
                break;
            case JsonValue value:
                ScalarRules.Check(value, schema, path, errors);
                break;
        }

        CheckEnum(node, schema, path, errors);
        CheckBranches(node, schema, path, errors);
    }

    private static void ValidateMap(JsonObject map, StructuralSchema schema, string path, List<FieldError> errors)
    {
        var bounds = schema.Bounds;
        if (bounds.MaxProperties is { } most && map.Count > most)
        {
            errors.Add(FieldError.TooMany(path, map.Count, most));
        }

        if (bounds.MinProperties is { } least && map.Count < least)
        {
            errors.Add(FieldError.Invalid(path, map.Count.ToString(CultureInfo.InvariantCulture), $"{FieldError.Body(path)} should have at least {least} properties"));
        }

        foreach (var (name, value) in map)
        {
            var inner = path.Length == 0 ? name : path + "." + name;
            if (schema.Properties.TryGetValue(name, out var property))
            {
                Validate(value, property, inner, errors);
            }
            else if (schema.AdditionalProperties is { } additional)
            {
                Validate(value, additional, inner, errors);
            }
        }

        foreach (var name in schema.Required)
        {
            if (!map.ContainsKey(name))
            {
                errors.Add(FieldError.Required(path.Length == 0 ? name : path + "." + name));
            }
        }
    }

    private static void ValidateItems(JsonArray list, StructuralSchema schema, string path, List<FieldError> errors)
    {
        if (schema.Items is not { } items)
        {
            return;
        }

        for (var i = 0; i < list.Count; i++)
        {
            Validate(list[i], items, $"{path}[{i}]", errors);
        }
    }

    private static void CheckEnum(JsonNode? node, StructuralSchema schema, string path, List<FieldError> errors)
    {
        if (schema.Enum is { } allowed && !allowed.Any(value => JsonTree.Same(value, node)))
        {
            errors.Add(FieldError.NotSupported(path, Show(node), allowed.Select(Show)));
        }
    }

    private static void CheckBranches(JsonNode? node, StructuralSchema schema, string path, List<FieldError> errors)
    {
        foreach (var branch in schema.AllOf)
        {
            Validate(node, branch, path, errors);
        }

        if (schema.AnyOf.Count > 0 && !schema.AnyOf.Any(branch => Matches(node, branch, path)))
        {
            errors.Add(FieldError.Invalid(path, "\"\"", $"\"{path}\" must validate at least one schema (anyOf)"));
        }

        if (schema.OneOf.Count > 0 && schema.OneOf.Count(branch => Matches(node, branch, path)) != 1)
        {
            errors.Add(FieldError.Invalid(path, "\"\"", $"\"{path}\" must validate one and only one schema (oneOf)"));
        }

        if (schema.Not is { } not && Matches(node, not, path))
        {
            errors.Add(FieldError.Invalid(path, "\"\"", $"\"{path}\" must not validate the schema (not)"));
        }
    }

    private static bool Matches(JsonNode? node, StructuralSchema schema, string path)
    {
        var errors = new List<FieldError>();
        Validate(node, schema, path, errors);
        return errors.Count == 0;
    }

    private static string Show(JsonNode? node) => JsonTree.AsText(node) is { } text
        ? $"\"{text}\""
        : JsonTree.ToText(node);
}
