using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Workloads;

namespace Foreman.Operator.Workloads;

/// <summary>Changes of a Workload's tasks as patches: each tests that the task is as it was when the change was decided. Pure.</summary>
internal static class ChildWrites
{
    /// <summary>The patch of a change.</summary>
    public static V1Patch ToPatch(ChildChange change) => change switch
    {
        ReleaseChild release => V1Patch.Json([.. Same(change.Task, Labels.Awaiting), .. Filled(release), Resume(change.Task), RemoveAnnotation(Labels.Awaiting)]),
        ForgetUpstream forget => V1Patch.Json(
        [
            .. Same(change.Task),
            forget.DependsOn.IsEmpty ? JsonPatchOperation.Remove("/spec/dependsOn") : JsonPatchOperation.Add("/spec/dependsOn", new JsonArray([.. forget.DependsOn.Select(d => JsonValue.Create(d))])),
        ]),
        SuspendChild { Suspended: true } => V1Patch.Json([.. Same(change.Task), .. AddAnnotation(change.Task, Labels.SuspendedByWorkload), JsonPatchOperation.Add("/spec/suspend", true)]),
        SuspendChild => V1Patch.Json([.. Same(change.Task, Labels.SuspendedByWorkload), Resume(change.Task), RemoveAnnotation(Labels.SuspendedByWorkload)]),
        CancelChild cancel => V1Patch.Json(
            [.. Same(change.Task), .. cancel.Because is { } why ? AddAnnotation(change.Task, cancel.Annotation, why) : [], JsonPatchOperation.Add("/spec/cancel", true)]),
        _ => throw new ArgumentOutOfRangeException(nameof(change), change.GetType().Name, "this change is not known here"),
    };

    // What somebody else changed meanwhile is decided about anew.
    internal static IEnumerable<JsonPatchOperation> Same(IKubernetesObject task, string? annotation = null)
    {
        yield return JsonPatchOperation.Test("/metadata/uid", task.Uid());
        if (task.Metadata.Generation is { } generation)
        {
            yield return JsonPatchOperation.Test("/metadata/generation", generation);
        }

        if (annotation is not null && task.Metadata.Annotations?.GetValueOrDefault(annotation) is { } value)
        {
            yield return JsonPatchOperation.Test(Path(annotation), value);
        }
    }

    private static IEnumerable<JsonPatchOperation> Filled(ReleaseChild release)
    {
        var spec = JsonSerializer.SerializeToNode(
            new AgenticTask { Spec = new() { Payload = release.Payload ?? new(), Budget = release.Budget } }, AgenticTask.TypeInfo)!["spec"]!;
        if (release.Payload is not null)
        {
            yield return JsonPatchOperation.Add("/spec/payload", spec["payload"]!.DeepClone());
        }

        if (release.Budget is not null)
        {
            yield return JsonPatchOperation.Add("/spec/budget", spec["budget"]!.DeepClone());
        }
    }

    private static JsonPatchOperation Resume(AgenticTask task) =>
        task.Spec.Suspend is null ? JsonPatchOperation.Add("/spec/suspend", false) : JsonPatchOperation.Remove("/spec/suspend");

    // Where there are none, the map is set whole: one that somebody else has set meanwhile must not be lost.
    internal static IEnumerable<JsonPatchOperation> AddAnnotation(IKubernetesObject task, string name, string value = "true") => task.Metadata.Annotations is { Count: > 0 }
        ? [JsonPatchOperation.Add(Path(name), value)]
        : [JsonPatchOperation.Test("/metadata/resourceVersion", task.ResourceVersion()), JsonPatchOperation.Add("/metadata/annotations", new JsonObject { [name] = value })];

    internal static JsonPatchOperation RemoveAnnotation(string name) => JsonPatchOperation.Remove(Path(name));

    private static string Path(string annotation) => $"/metadata/annotations/{annotation.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
}
