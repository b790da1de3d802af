using YamlDotNet.RepresentationModel;

namespace Foreman.CrdGen;

/// <summary>Writes structural schemas as OpenAPI v3.</summary>
internal static class SchemaYaml
{
    private static readonly string[] IntegerOrString = ["integer", "string"];

    public static YamlMappingNode Write(SchemaNode schema)
    {
        var (min, max) = schema.Type switch
        {
            "array" => ("minItems", "maxItems"),
            "object" => ("minProperties", "maxProperties"),
            _ => ("minLength", "maxLength"),
        };
        return new YamlTree()
            .Set("description", schema.Description)
            .Set("type", schema.Type)
            .Set("format", schema.Format)
            .Set("anyOf", schema.IntOrString ? YamlTree.List(IntegerOrString.Select(t => new YamlTree().Set("type", t).Node)) : null)
            .SetTexts("enum", schema.Enum)
            .Set("pattern", schema.Pattern)
            .Set("minimum", schema.Minimum)
            .Set("maximum", schema.Maximum)
            .Set(min, schema.MinLength)
            .Set(max, schema.MaxLength)
            .Set("default", schema.Default is { } value ? YamlTree.FromJson(value) : null)
            .SetTexts("required", schema.Required)
            .Set("properties", schema.Properties is { } fields ? Properties(fields) : null)
            .Set("additionalProperties", schema.Values is { } values ? Write(values) : null)
            .Set("items", schema.Items is { } items ? Write(items) : null)
            .Set("x-kubernetes-list-type", schema.ListMapKeys is null ? null : "map")
            .SetTexts("x-kubernetes-list-map-keys", schema.ListMapKeys)
            .Set("x-kubernetes-map-type", schema.Atomic ? "atomic" : null)
            .SetIfTrue("x-kubernetes-preserve-unknown-fields", schema.PreserveUnknownFields)
            .SetIfTrue("x-kubernetes-int-or-string", schema.IntOrString)
            .Set("x-kubernetes-validations", Rules(schema))
            .Node;
    }

    private static YamlMappingNode Properties(IReadOnlyDictionary<string, SchemaNode> fields) =>
        fields.OrderBy(f => f.Key, StringComparer.Ordinal)
            .Aggregate(new YamlTree(), (tree, field) => tree.Set(field.Key, Write(field.Value)))
            .Node;

    private static YamlSequenceNode? Rules(SchemaNode schema) => schema.Rules.Count == 0
        ? null
        : YamlTree.List(schema.Rules.Select(r => new YamlTree().Set("rule", r.Rule).Set("message", r.Message).Node));
}
