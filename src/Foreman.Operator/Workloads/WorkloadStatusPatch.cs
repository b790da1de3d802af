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
        var old = Node(workload.Status ?? new());
        var changes = Node(after);
        foreach (var (name, _) in old.Where(o => !changes.ContainsKey(o.Key)).ToArray())
        {
            changes[name] = null;
        }

        var metadata = new JsonObject { ["uid"] = workload.Uid() };
        if (isExact)
        {
            metadata["resourceVersion"] = workload.ResourceVersion();
        }

        return V1Patch.Merge(new JsonObject { ["metadata"] = metadata, ["status"] = changes });
    }

    private static JsonObject Node(WorkloadStatus status) => JsonSerializer.SerializeToNode(new Workload { Status = status }, Workload.TypeInfo)!["status"]!.DeepClone().AsObject();
}
