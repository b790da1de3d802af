using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>A segment of the transcript of a run. Segments are written once and never changed.</summary>
[CustomResource(ShortNames = ["rl"], HasStatus = false)]
[PrinterColumn("Task", "string", ".spec.taskRef.name")]
[PrinterColumn("Attempt", "integer", ".spec.attempt")]
[PrinterColumn("Seq", "integer", ".spec.seq")]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
public sealed record RunLog : IResource<RunLog>
{
    /// <inheritdoc/>
    public static ResourceType Type { get; } = new(ApiGroup.Name, ApiGroup.Version, "RunLog", "runlogs", Namespaced: true);

    /// <inheritdoc/>
    public static JsonTypeInfo<RunLog> TypeInfo => ApiJson.Default.RunLog;

    /// <inheritdoc/>
    public static JsonTypeInfo<ResourceList<RunLog>> ListTypeInfo => ApiJson.Default.ResourceListRunLog;

    /// <inheritdoc/>
    public string ApiVersion { get => field ?? Type.ApiVersion; init; }

    /// <inheritdoc/>
    public string Kind { get => field ?? Type.Kind; init; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get => field ?? new(); init; }

    /// <summary>What is wanted.</summary>
    [Required]
    public RunLogSpec Spec { get => field ?? new(); init; }
}
