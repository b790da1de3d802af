using System.Text.Json.Nodes;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>One merge patch to the status of an object that the operator alone writes.</summary>
/// <param name="Target">The object: FleetNode, Agent, Workload, AgentRelease or ModelProfile.</param>
/// <param name="Status">What is merged into its status.</param>
/// <param name="Event">What people are told; null for nothing.</param>
public sealed record StatusWrite(IKubernetesObject Target, JsonObject Status, PlannedEvent? Event)
{
    /// <summary>The write as a patch.</summary>
    public V1Patch ToPatch() => V1Patch.Merge(new JsonObject { ["status"] = Status.DeepClone() });
}
