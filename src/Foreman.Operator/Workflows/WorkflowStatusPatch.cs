using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Workloads;

namespace Foreman.Operator.Workflows;

/// <summary>A Workflow's status as a patch. Pure.</summary>
internal static class WorkflowStatusPatch
{
    /// <summary>The merge patch from the status that was read to the new one, for the very version that was read: the steps that were looked at are those that are stored.</summary>
    /// <param name="workflow">The Workflow as it was read.</param>
    /// <param name="after">The new status.</param>
    public static V1Patch Of(Workflow workflow, WorkflowStatus after) =>
        WorkloadStatusPatch.Between(workflow, Node(workflow.Status ?? new()), Node(after), isExact: true);

    private static JsonObject Node(WorkflowStatus status) => JsonSerializer.SerializeToNode(new Workflow { Status = status }, Workflow.TypeInfo)!["status"]!.DeepClone().AsObject();
}
