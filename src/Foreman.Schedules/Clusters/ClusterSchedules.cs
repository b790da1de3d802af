using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Schedules;

/// <summary>The TaskSchedules of a cluster. A write is refused when the schedule has changed since it was read.</summary>
/// <param name="client">Reads and writes.</param>
internal sealed class ClusterSchedules(IKubernetes client)
{
    private const string StatusField = "status";
    private const string VersionPath = "/metadata/resourceVersion";

    private static readonly WriteOptions Creating = new() { FieldManager = ApiGroup.FieldManager };

    private static readonly PatchOptions Changing = new() { FieldManager = ApiGroup.FieldManager };

    private static readonly PatchOptions Reporting = new() { Subresource = StatusField, FieldManager = ApiGroup.FieldManager };

    /// <summary>True when a write was refused since somebody else was faster: read again and decide again.</summary>
    public static bool IsStale(KubernetesException e) => e.IsConflict || e.IsTestFailed || e.IsAlreadyExists || e.IsNotFound;

    /// <summary>The schedules.</summary>
    /// <param name="ns">Only those of this namespace; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ScheduleBook> BookAsync(string? ns, CancellationToken cancellationToken)
    {
        var book = ScheduleBook.Empty;
        await foreach (var schedule in client.ListPagesAsync<TaskSchedule>(ns, null, cancellationToken))
        {
            book = book.With(Known(schedule));
        }

        return book;
    }

    /// <summary>A schedule; null when it is not there, or about to go.</summary>
    /// <param name="key">Which.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<TaskSchedule?> FindAsync(ObjectKey key, CancellationToken cancellationToken) =>
        await client.TryReadAsync<TaskSchedule>(key.Name, key.Namespace, cancellationToken) is { Metadata.DeletionTimestamp: null } schedule ? Known(schedule) : null;

    /// <summary>Creates or changes a schedule; writes nothing when nothing differs. What follows for its status is for the next look.</summary>
    /// <param name="before">As it was read; null for none.</param>
    /// <param name="after">As it shall be.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>As it is stored.</returns>
    /// <exception cref="KubernetesException">It was refused; see <see cref="IsStale"/>.</exception>
    public async Task<TaskSchedule> WriteAsync(TaskSchedule? before, TaskSchedule after, CancellationToken cancellationToken)
    {
        if (before is null)
        {
            var metadata = new V1ObjectMeta { Name = after.Name(), NamespaceProperty = after.Namespace(), Labels = after.Metadata.Labels, Annotations = after.Metadata.Annotations };
            var made = Known(await client.CreateAsync(new TaskSchedule { Metadata = metadata, Spec = after.Spec }, Creating, cancellationToken));
            return await BeginAsync(made, after, cancellationToken);
        }

        return Drift.Of(before, after).IsEmpty
            ? before
            : Known(await client.PatchAsync<TaskSchedule>(Changes(before, after), before.Name(), before.Namespace(), Changing, cancellationToken));
    }

    /// <summary>Writes the status of a schedule; writes nothing when it does not differ.</summary>
    /// <param name="before">As it was read.</param>
    /// <param name="after">With the status that it shall have.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>As it is stored.</returns>
    /// <exception cref="KubernetesException">It was refused; see <see cref="IsStale"/>.</exception>
    public async Task<TaskSchedule> WriteStatusAsync(TaskSchedule before, TaskSchedule after, CancellationToken cancellationToken)
    {
        if (Field(after, StatusField) is not { } status || JsonNode.DeepEquals(Field(before, StatusField), status))
        {
            return before;
        }

        var patch = V1Patch.Json(JsonPatchOperation.Test(VersionPath, before.ResourceVersion()), JsonPatchOperation.Add("/status", status));
        return Known(await client.PatchAsync<TaskSchedule>(patch, before.Name(), before.Namespace(), Reporting, cancellationToken));
    }

    /// <summary>Deletes a schedule, if it is still as it was read.</summary>
    /// <param name="schedule">As it was read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KubernetesException">It was refused; see <see cref="IsStale"/>.</exception>
    public Task DeleteAsync(TaskSchedule schedule, CancellationToken cancellationToken) => client.DeleteAsync<TaskSchedule>(
        schedule.Name(), schedule.Namespace(), new DeleteOptions { PreconditionResourceVersion = schedule.ResourceVersion() }, cancellationToken);

    // It was made, whoever writes its status first; the clocks of two machines may differ.
    private async Task<TaskSchedule> BeginAsync(TaskSchedule made, TaskSchedule after, CancellationToken cancellationToken)
    {
        try
        {
            return await WriteStatusAsync(made, after, cancellationToken);
        }
        catch (KubernetesException e) when (IsStale(e))
        {
            return made;
        }
    }

    // What people apply has no label of a source.
    private static TaskSchedule Known(TaskSchedule schedule) =>
        schedule.GetLabel(Labels.ScheduleSource) is null ? ScheduleSource.With(schedule, ScheduleSource.Yaml) : schedule;

    private static V1Patch Changes(TaskSchedule before, TaskSchedule after) => V1Patch.Json(
        JsonPatchOperation.Test(VersionPath, before.ResourceVersion()),
        JsonPatchOperation.Add("/spec", Field(after, "spec")!),
        JsonPatchOperation.Add("/metadata/labels", Texts(after.Metadata.Labels)),
        JsonPatchOperation.Add("/metadata/annotations", Texts(after.Metadata.Annotations)));

    private static JsonNode? Field(TaskSchedule schedule, string name) => JsonSerializer.SerializeToNode(schedule, TaskSchedule.TypeInfo)?[name]?.DeepClone();

    private static JsonObject Texts(IReadOnlyDictionary<string, string>? texts) =>
        new((texts ?? new Dictionary<string, string>()).Select(t => KeyValuePair.Create(t.Key, (JsonNode?)t.Value)));
}
