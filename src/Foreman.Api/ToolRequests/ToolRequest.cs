using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>A call of a tool that a run may not make by itself: a runner asks, the operator or a person answers. Nothing acts on them yet.</summary>
[CustomResource(ShortNames = ["treq"])]
[PrinterColumn("Task", "string", ".spec.taskRef.name")]
[PrinterColumn("Attempt", "integer", ".spec.attempt")]
[PrinterColumn("Tool", "string", ".spec.tool")]
[PrinterColumn("Decision", "string", ".status.decision")]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
public sealed record ToolRequest : IResource<ToolRequest>
{
    /// <inheritdoc/>
    public static ResourceType Type { get; } = new(ApiGroup.Name, ApiGroup.Version, "ToolRequest", "toolrequests", Namespaced: true);

    /// <inheritdoc/>
    public static JsonTypeInfo<ToolRequest> TypeInfo => OperatorJson.Default.ToolRequest;

    /// <inheritdoc/>
    public static JsonTypeInfo<ResourceList<ToolRequest>> ListTypeInfo => OperatorJson.Default.ResourceListToolRequest;

    /// <inheritdoc/>
    public string ApiVersion { get => field ?? Type.ApiVersion; init; }

    /// <inheritdoc/>
    public string Kind { get => field ?? Type.Kind; init; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get => field ?? new(); init; }

    /// <summary>What is asked; it cannot be changed.</summary>
    [Required]
    [ValidationRule("self == oldSelf", "spec cannot be changed: create a new ToolRequest")]
    public ToolRequestSpec Spec { get => field ?? new(); init; }

    /// <summary>The answer.</summary>
    public ToolRequestStatus? Status { get; init; }
}

/// <summary>A call that a runner asks for.</summary>
public sealed record ToolRequestSpec
{
    /// <summary>The task.</summary>
    [Required]
    public RunLogTask TaskRef { get => field ?? new(); init; }

    /// <summary>The attempt.</summary>
    [Required]
    [RangeMinimum(1)]
    public long Attempt { get; init; }

    /// <summary>Holder that asks.</summary>
    [Required]
    [Length(Max = 253)]
    public string Holder { get => field ?? ""; init; }

    /// <summary>FleetNode whose agent asks; absent for runs with placement Operator or Job.</summary>
    [Length(Max = 253)]
    public string? Node { get; init; }

    /// <summary>Name of the tool.</summary>
    [Required]
    [Length(Max = 128)]
    public string Tool { get => field ?? ""; init; }

    /// <summary>Arguments of the call, as the model gave them.</summary>
    [PreserveUnknownFields]
    public JsonObject? Arguments { get; init; }
}

/// <summary>The answer to a ToolRequest.</summary>
public sealed record ToolRequestStatus
{
    /// <summary>What was decided; absent while nobody has.</summary>
    public ToolDecision? Decision { get; init; }

    /// <summary>Who decided.</summary>
    [Length(Max = 253)]
    public string? By { get; init; }

    /// <summary>Why, for people.</summary>
    [Length(Max = 1024)]
    public string? Reason { get; init; }

    /// <summary>Result of the call, once it was made; at most 64 KiB.</summary>
    [Length(Max = 65536)]
    public string? Result { get; init; }

    /// <summary>When it was decided.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>Generation that the answer is about.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Conditions.</summary>
    [ListMap("type")]
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}
