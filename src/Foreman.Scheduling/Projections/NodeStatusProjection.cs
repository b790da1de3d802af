using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Json;

namespace Foreman.Scheduling;

/// <summary>The operator's part of a FleetNode's status: conditions, NotReady, and which tasks stand on it.</summary>
internal static class NodeStatusProjection
{
    public static StatusWrite? Write(NodeView node, ProjectionInput view)
    {
        if (node.Liveness == NodeLiveness.Unmanaged)
        {
            return null;
        }

        var status = node.Node.Status ?? new();
        var ready = Ready(node);
        var conditions = status.Conditions.Set(ready, view.Now).Set(Schedulable(node), view.Now);
        var changes = new JsonObject();
        if (!ReferenceEquals(conditions, status.Conditions))
        {
            changes["conditions"] = JsonSerializer.SerializeToNode(conditions, KubernetesJson.Default.IReadOnlyListV1Condition);
        }

        if (ready.Status == Conditions.False && status.Phase != FleetNodePhase.NotReady)
        {
            changes["phase"] = FleetNodePhase.NotReady.Value;
        }

        AddTasks(node, status, changes);
        return changes.Count == 0 ? null : new StatusWrite(node.Node, changes, EventOf(ready, status, node));
    }

    private static void AddTasks(NodeView node, FleetNodeStatus status, JsonObject changes)
    {
        var tasks = node.Tasks.Select(t => ObjectKey.Of(t).ToString()).ToArray();
        if (tasks.Length != (status.UsedSlots ?? 0) || (status.UsedSlots is null && tasks.Length > 0))
        {
            changes["usedSlots"] = tasks.Length;
        }

        if (!tasks.SequenceEqual(status.CurrentTasks ?? [], StringComparer.Ordinal))
        {
            changes["currentTasks"] = new JsonArray([.. tasks.Select(t => JsonValue.Create(t))]);
        }

        var first = tasks.FirstOrDefault();
        if (!string.Equals(first, string.IsNullOrEmpty(status.CurrentTask) ? null : status.CurrentTask, StringComparison.Ordinal))
        {
            changes["currentTask"] = first;
        }
    }

    private static V1Condition Ready(NodeView node) => node.Liveness switch
    {
        NodeLiveness.Dead => Condition(node, ConditionTypes.Ready, Conditions.False, Reasons.HeartbeatStale,
            $"The agent has not renewed its Lease for {LivenessRules.DeadAfter.TotalSeconds:0} s; its tasks are placed elsewhere. Look at foreman-agent on this host."),
        NodeLiveness.Stopped => Condition(node, ConditionTypes.Ready, Conditions.False, Reasons.AgentStopped,
            "The agent was stopped and released its Lease; start it again to bring the host back."),
        NodeLiveness.Unknown => Condition(node, ConditionTypes.Ready, Conditions.Unknown, Reasons.ControlPlanePartition,
            "Most hosts fell silent at once, so nothing is concluded and nothing is taken back. Look at the network between hosts and API server."),
        _ => Condition(node, ConditionTypes.Ready, Conditions.True, Reasons.HeartbeatFresh, "The agent renews its Lease."),
    };

    private static V1Condition Schedulable(NodeView node)
    {
        var spec = node.Node.Spec;
        if (spec.Unschedulable == true || spec.Drain is not null)
        {
            return Condition(node, ConditionTypes.Schedulable, Conditions.False, Reasons.Cordoned,
                spec.Drain is { } drain ? $"spec.drain is set: {drain.Reason ?? "no reason given"}." : "spec.unschedulable is set.");
        }

        if (node.Liveness is NodeLiveness.Dead or NodeLiveness.Stopped)
        {
            return Condition(node, ConditionTypes.Schedulable, Conditions.False, Reasons.NotAccepting, "The host is not ready.");
        }

        if (node.Node.Status?.Phase == FleetNodePhase.Draining)
        {
            return Condition(node, ConditionTypes.Schedulable, Conditions.False, Reasons.Draining,
                "The agent was asked to stop: it finishes what it runs and takes nothing new.");
        }

        return node.Node.Status?.NotAccepting is [var first, ..]
            ? Condition(node, ConditionTypes.Schedulable, Conditions.False, Reasons.NotAccepting, $"{first.Reason}: {first.Message}")
            : Condition(node, ConditionTypes.Schedulable, Conditions.True, Reasons.AcceptingTasks, "New tasks may be placed here.");
    }

    private static PlannedEvent? EventOf(V1Condition ready, FleetNodeStatus status, NodeView node)
    {
        var before = status.Conditions.Find(ConditionTypes.Ready);
        return before?.Status == ready.Status && before.Reason == ready.Reason
            ? null
            : before is null && ready.Status == Conditions.True
                ? new PlannedEvent(Warning: false, Reasons.Registered, $"{node.Name} registered and renews its Lease.")
                : new PlannedEvent(
                    Warning: ready.Status != Conditions.True && ready.Reason != Reasons.AgentStopped, ready.Reason, ready.Message);
    }

    private static V1Condition Condition(NodeView node, string type, string status, string reason, string message) => new()
    {
        Type = type,
        Status = status,
        Reason = reason,
        Message = message,
        ObservedGeneration = node.Node.Metadata.Generation,
    };
}
