using System.Text.Json.Nodes;

namespace Foreman.DevCluster.Schema;

/// <summary>OpenAPI v3 value validations; absent ones are null.</summary>
internal sealed record ValueBounds
{
    public double? Minimum { get; init; }

    public double? Maximum { get; init; }

    public bool ExclusiveMinimum { get; init; }

    public bool ExclusiveMaximum { get; init; }

    public double? MultipleOf { get; init; }

    public long? MinLength { get; init; }

    public long? MaxLength { get; init; }

    public long? MinItems { get; init; }

    public long? MaxItems { get; init; }

    public long? MinProperties { get; init; }

    public long? MaxProperties { get; init; }

    public bool UniqueItems { get; init; }

    public SchemaPattern? Pattern { get; init; }
}

/// <summary>
/// A structural schema as CustomResourceDefinitions write it (Kubernetes, "Specifying a structural schema"): every field is
/// in the tree, so that unknown fields can be pruned and defaults applied. CEL rules (x-kubernetes-validations) are read apart
/// (<see cref="RuleReader"/>).
/// </summary>
internal sealed record StructuralSchema
{
    public static StructuralSchema Anything { get; } = new() { Type = "object", PreserveUnknownFields = true };

    public string Type { get; init; } = "";

    public string Format { get; init; } = "";

    public string Description { get; init; } = "";

    public bool Nullable { get; init; }

    public JsonNode? Default { get; init; }

    public IReadOnlyDictionary<string, StructuralSchema> Properties { get; init; } = new Dictionary<string, StructuralSchema>(StringComparer.Ordinal);

    public IReadOnlyList<string> Required { get; init; } = [];

    public StructuralSchema? Items { get; init; }

    public StructuralSchema? AdditionalProperties { get; init; }

    public bool PreserveUnknownFields { get; init; }

    public bool IntOrString { get; init; }

    public bool EmbeddedResource { get; init; }

    /// <summary>atomic (the default), set or map.</summary>
    public string ListType { get; init; } = "atomic";

    public IReadOnlyList<string> ListMapKeys { get; init; } = [];

    public string MapType { get; init; } = "granular";

    public IReadOnlyList<JsonNode?>? Enum { get; init; }

    public ValueBounds Bounds { get; init; } = new();

    public IReadOnlyList<StructuralSchema> AllOf { get; init; } = [];

    public IReadOnlyList<StructuralSchema> AnyOf { get; init; } = [];

    public IReadOnlyList<StructuralSchema> OneOf { get; init; } = [];

    public StructuralSchema? Not { get; init; }

    /// <summary>The schema as it was written, for OpenAPI documents.</summary>
    public JsonObject Source { get; init; } = [];
}
