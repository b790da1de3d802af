using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Workloads;

/// <summary>A Workload's status as a patch. Pure.</summary>
internal static class WorkloadStatusPatch
{
    /// <summary>The merge patch from the status that was read to the new one; fields that nobody here knows stay.</summary>
    public static V1Patch Of(WorkloadStatus? before, WorkloadStatus after)
    {
        var old = Node(before ?? new());
        var changes = Node(after);
        foreach (var (name, _) in old.Where(o => !changes.ContainsKey(o.Key)).ToArray())
        {
            changes[name] = null;
        }

        return V1Patch.Merge(new JsonObject { ["status"] = changes });
    }

    private static JsonObject Node(WorkloadStatus status) => JsonSerializer.SerializeToNode(new Workload { Status = status }, Workload.TypeInfo)!["status"]!.DeepClone().AsObject();
}
