using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Schema;

/// <summary>Validates a value against its schema, with the API server's messages.</summary>
internal static class SchemaValidator
{
    private static readonly string[] EmbeddedFields = ["apiVersion", "kind"];

    // Nobody reads it, and to write the values of an enum out for each alternative takes longer than to compare them.
    private static readonly FieldError NotInBranch = new("FieldValueNotSupported", "", "");

    /// <param name="node">The value.</param>
    /// <param name="schema">Its schema.</param>
    /// <param name="path">Its path.</param>
    /// <param name="errors">Collects the errors.</param>
    /// <param name="stored">What stood there before, or null: what is stored unchanged is not judged again, so that a schema that became
    /// stricter does not stop changes of something else ("ratcheting").</param>
    public static void Validate(JsonNode? node, StructuralSchema schema, FieldPath path, FieldErrors errors, JsonNode? stored = null)
    {
        if (errors.IsFull || (node is null && schema.Nullable) || (stored is not null && JsonTree.Same(node, stored)))
        {
            return;
        }

        errors.Charge(1);
        if (TypeRules.Check(node, schema, path) is { } mismatch)
        {
            errors.Add(mismatch);
            return;
        }

        switch (node)
        {
            case JsonObject map:
                ValidateMap(map, schema, path, errors, stored as JsonObject);
                break;
            case JsonArray list:
                ListRules.Check(list, schema, path, errors);
                ValidateItems(list, schema, path, errors, stored as JsonArray);
                break;
            case JsonValue value:
                ScalarRules.Check(value, schema, path, errors);
                break;
        }

        CheckEnum(node, schema, path, errors);
        CheckBranches(node, schema, path, errors);
    }

    private static void ValidateMap(JsonObject map, StructuralSchema schema, FieldPath path, FieldErrors errors, JsonObject? stored)
    {
        var bounds = schema.Bounds;
        if (bounds.MaxProperties is { } most && map.Count > most)
        {
            errors.Add(FieldError.TooMany(path.ToString(), map.Count, most));
        }

        if (bounds.MinProperties is { } least && map.Count < least)
        {
            errors.Add(FieldError.Invalid(path.ToString(), map.Count.ToString(CultureInfo.InvariantCulture), $"{FieldError.Body(path.ToString())} should have at least {least} properties"));
        }

        foreach (var (name, value) in map)
        {
            var inner = path.Field(name);
            if (schema.Properties.TryGetValue(name, out var property))
            {
                Validate(value, property, inner, errors, stored?[name]);
            }
            else if (schema.AdditionalProperties is { } additional)
            {
                Validate(value, additional, inner, errors, stored?[name]);
            }
        }

        foreach (var name in schema.Required)
        {
            if (!map.ContainsKey(name))
            {
                errors.Add(FieldError.Required(path.Field(name).ToString()));
            }
        }

        if (schema.EmbeddedResource)
        {
            errors.AddRange(EmbeddedFields.Where(name => string.IsNullOrEmpty(map.Text(name))).Select(name => FieldError.Required(path.Field(name).ToString(), "must not be empty")));
        }
    }

    private static void ValidateItems(JsonArray list, StructuralSchema schema, FieldPath path, FieldErrors errors, JsonArray? stored)
    {
        if (schema.Items is not { } items)
        {
            return;
        }

        var before = ListRules.ByKey(stored, schema);
        for (var i = 0; i < list.Count && !errors.IsFull; i++)
        {
            Validate(list[i], items, path.Item(i), errors, ListRules.Counterpart(list[i], schema, before));
        }
    }

    private static void CheckEnum(JsonNode? node, StructuralSchema schema, FieldPath path, FieldErrors errors)
    {
        if (schema.Enum is not { } allowed)
        {
            return;
        }

        errors.Charge(allowed.Count);
        if (!allowed.Any(value => JsonTree.Same(value, node)))
        {
            errors.Add(errors.IsBranch ? NotInBranch : FieldError.NotSupported(path.ToString(), Show(node), allowed.Select(Show)));
        }
    }

    private static void CheckBranches(JsonNode? node, StructuralSchema schema, FieldPath path, FieldErrors errors)
    {
        foreach (var branch in schema.AllOf)
        {
            Validate(node, branch, path, errors);
        }

        if (schema.AnyOf.Count > 0 && !schema.AnyOf.Any(branch => Matches(node, branch, errors)))
        {
            errors.Add(FieldError.Invalid(path.ToString(), "\"\"", $"\"{path}\" must validate at least one schema (anyOf)"));
        }

        if (schema.OneOf.Count > 0 && schema.OneOf.Count(branch => Matches(node, branch, errors)) != 1)
        {
            errors.Add(FieldError.Invalid(path.ToString(), "\"\"", $"\"{path}\" must validate one and only one schema (oneOf)"));
        }

        if (schema.Not is { } not && Matches(node, not, errors))
        {
            errors.Add(FieldError.Invalid(path.ToString(), "\"\"", $"\"{path}\" must not validate the schema (not)"));
        }
    }

    private static bool Matches(JsonNode? node, StructuralSchema schema, FieldErrors errors)
    {
        var inner = errors.Branch();
        Validate(node, schema, FieldPath.Root, inner);
        errors.Charge(inner.Work);
        return inner.Count == 0;
    }

    private static string Show(JsonNode? node) => JsonTree.AsText(node) is { } text
        ? $"\"{text}\""
        : JsonTree.ToText(node);
}
