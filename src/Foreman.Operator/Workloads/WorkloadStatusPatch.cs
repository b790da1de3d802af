using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Workloads;

/// <summary>A Workload's status as a patch. Pure.</summary>
internal static class WorkloadStatusPatch
{
    /// <summary>The merge patch from the status that was read to the new one, for this very Workload and not another one of its name; fields that nobody here knows stay.</summary>
    /// <param name="workload">The Workload as it was read.</param>
    /// <param name="after">The new status.</param>
    /// <param name="isExact">True has the write refused when anything of the Workload has changed since.</param>
    public static V1Patch Of(Workload workload, WorkloadStatus after, bool isExact = false) => Between(workload, Node(workload.Status ?? new()), Node(after), isExact);

    /// <summary>The same of any kind.</summary>
    /// <param name="target">The object as it was read.</param>
    /// <param name="before">Its status.</param>
    /// <param name="changes">The new status; it becomes part of the patch.</param>
    /// <param name="isExact">True has the write refused when anything of the object has changed since.</param>
    internal static V1Patch Between(IKubernetesObject target, JsonObject before, JsonObject changes, bool isExact)
    {
        RemoveOld(before, changes);
        var metadata = new JsonObject { ["uid"] = target.Uid() };
        if (isExact)
        {
            metadata["resourceVersion"] = target.ResourceVersion();
        }

        return V1Patch.Merge(new JsonObject { ["metadata"] = metadata, ["status"] = changes });
    }

    private static void RemoveOld(JsonObject old, JsonObject changes)
    {
        foreach (var (name, value) in old)
        {
            if (!changes.TryGetPropertyValue(name, out var present))
            {
                changes[name] = null;
            }
            else if (value is JsonObject inner && present is JsonObject innerChanges)
            {
                RemoveOld(inner, innerChanges);
            }
        }
    }

    private static JsonObject Node(WorkloadStatus status) => JsonSerializer.SerializeToNode(new Workload { Status = status }, Workload.TypeInfo)!["status"]!.DeepClone().AsObject();
}
