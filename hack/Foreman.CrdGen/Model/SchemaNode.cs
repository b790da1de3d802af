using System.Text.Json.Nodes;
using Foreman.Kubernetes.Schema;

namespace Foreman.CrdGen;

/// <summary>A structural schema, as far as this API uses it.</summary>
public sealed record SchemaNode
{
    /// <summary>OpenAPI type; null only for values that may be an integer or a text.</summary>
    public string? Type { get; init; }

    /// <summary>int32, int64, double or date-time.</summary>
    public string? Format { get; init; }

    /// <summary>What the field means, in plain text.</summary>
    public string? Description { get; init; }

    /// <summary>The allowed values.</summary>
    public IReadOnlyList<string>? Enum { get; init; }

    /// <summary>RE2 expression that a text must match.</summary>
    public string? Pattern { get; init; }

    /// <summary>Minimum.</summary>
    public long? Minimum { get; init; }

    /// <summary>Maximum.</summary>
    public long? Maximum { get; init; }

    /// <summary>Fewest characters, items or keys.</summary>
    public int? MinLength { get; init; }

    /// <summary>Most characters, items or keys.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Value that the server fills in.</summary>
    public JsonNode? Default { get; init; }

    /// <summary>Fields of an object, by JSON name.</summary>
    public IReadOnlyDictionary<string, SchemaNode>? Properties { get; init; }

    /// <summary>Fields that must be there.</summary>
    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>Items of a list.</summary>
    public SchemaNode? Items { get; init; }

    /// <summary>Values of a map.</summary>
    public SchemaNode? Values { get; init; }

    /// <summary>Keys that make a list a map.</summary>
    public IReadOnlyList<string>? ListMapKeys { get; init; }

    /// <summary>True for references that are replaced as a whole.</summary>
    public bool Atomic { get; init; }

    /// <summary>True to preserve unknown fields.</summary>
    public bool PreserveUnknownFields { get; init; }

    /// <summary>True for a value that may be an integer or a text.</summary>
    public bool IntOrString { get; init; }

    /// <summary>CEL rules.</summary>
    public IReadOnlyList<ValidationRuleAttribute> Rules { get; init; } = [];
}
