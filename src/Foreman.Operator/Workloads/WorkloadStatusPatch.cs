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
    public static V1Patch Of(Workload workload, WorkloadStatus after, bool isExact = false)
    {
        var changes = Node(after);
        RemoveOld(Node(workload.Status ?? new()), changes);

        var metadata = new JsonObject { ["uid"] = workload.Uid() };
        if (isExact)
        {
            metadata["resourceVersion"] = workload.ResourceVersion();
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
