using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Workloads;

/// <summary>A Workload's status as a patch. Pure.</summary>
internal static class WorkloadStatusPatch
{
    /// <summary>The merge patch from the status that was read to the new one, for this very Workload and not another one of its name; fields that nobody here knows stay.</summary>
    public static V1Patch Of(Workload workload, WorkloadStatus after)
    {
        var old = Node(workload.Status ?? new());
        var changes = Node(after);
        foreach (var (name, _) in old.Where(o => !changes.ContainsKey(o.Key)).ToArray())
        {
            changes[name] = null;
        }

        return V1Patch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["uid"] = workload.Uid() }, ["status"] = changes });
    }

    private static JsonObject Node(WorkloadStatus status) => JsonSerializer.SerializeToNode(new Workload { Status = status }, Workload.TypeInfo)!["status"]!.DeepClone().AsObject();
}
