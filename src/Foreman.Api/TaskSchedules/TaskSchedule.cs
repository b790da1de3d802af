using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Work that is begun again and again at set times.</summary>
[CustomResource(ShortNames = ["tsched"])]
[PrinterColumn("Schedule", "string", ".spec.schedule")]
[PrinterColumn("Suspend", "boolean", ".spec.suspend")]
[PrinterColumn("Active", "string", ".status.active[*].task")]
[PrinterColumn("Last Schedule", "date", ".status.lastScheduleTime")]
[PrinterColumn("Next", "string", ".status.nextScheduleTime")]
[PrinterColumn("Last Status", "string", ".status.lastStatus")]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
public sealed record TaskSchedule : IResource<TaskSchedule>
{
    /// <inheritdoc/>
    public static ResourceType Type { get; } = new(ApiGroup.Name, ApiGroup.Version, "TaskSchedule", "taskschedules", Namespaced: true);

    /// <inheritdoc/>
    public static JsonTypeInfo<TaskSchedule> TypeInfo => OperatorJson.Default.TaskSchedule;

    /// <inheritdoc/>
    public static JsonTypeInfo<ResourceList<TaskSchedule>> ListTypeInfo => OperatorJson.Default.ResourceListTaskSchedule;

    /// <inheritdoc/>
    public string ApiVersion { get => field ?? Type.ApiVersion; init; }

    /// <inheritdoc/>
    public string Kind { get => field ?? Type.Kind; init; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get => field ?? new(); init; }

    /// <summary>Desired state.</summary>
    [Required]
    public TaskScheduleSpec Spec { get => field ?? new(); init; }

    /// <summary>Observed state.</summary>
    public TaskScheduleStatus? Status { get; init; }
}
