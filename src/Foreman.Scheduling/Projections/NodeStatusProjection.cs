using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>The operator's part of a FleetNode's status: conditions, NotReady, and which tasks it has.</summary>
internal static class NodeStatusProjection
{
    private static readonly TimeSpan LeastBetweenWrites = TimeSpan.FromSeconds(1);

    /// <summary>The changes of all hosts. One that is what it was in an earlier decision, with the same tasks, and had none then, has none.</summary>
    /// <param name="fleet">The hosts.</param>
    /// <param name="before">Those of the earlier decision; null for none.</param>
    /// <param name="now">Time of day.</param>
    /// <param name="log">Which writes are due.</param>
    public static IReadOnlyList<Decision> Decide(FleetView fleet, FleetView? before, DateTimeOffset now, WriteLog log)
    {
        var changes = new List<Decision>();
        for (var i = 0; i < fleet.All.Count; i++)
        {
            var node = fleet.All[i];
            if (before is not null && i < before.All.Count && before.All[i].IsShown && IsSame(before.All[i], node))
            {
                node.IsShown = true;
            }
            else if (Decide(node, now, log) is { } change)
            {
                changes.Add(change);
            }
        }

        return changes;
    }

    /// <summary>Null when nothing has changed, or when it was written less than a second ago.</summary>
    public static ChangeNodeStatus? Decide(NodeView node, DateTimeOffset now, WriteLog log)
    {
        if (node.Liveness == NodeLiveness.Unmanaged)
        {
            node.IsShown = true;
            return null;
        }

        var before = node.Node.Status ?? new();
        var (ready, schedulable) = (Ready(node), Schedulable(node));
        var after = WithTasks(node, before) with
        {
            Conditions = WithSandbox(before.Conditions.Set(ready, now).Set(schedulable, now), node, now),
            Phase = ready.Status == Conditions.False ? FleetNodePhase.NotReady : before.Phase,
        };
        node.IsShown = IsSame(before, after);
        return !node.IsShown && log.IsDue($"FleetNode/{node.Node.Uid()}", Text(after), LeastBetweenWrites)
            ? new ChangeNodeStatus { Node = node.Node, After = after, Event = EventOf(ready, before, node) ?? EventOf(schedulable, before) }
            : null;
    }

    // Absent counts as none, so that a host that never had a task is not written.
    private static FleetNodeStatus WithTasks(NodeView node, FleetNodeStatus before)
    {
        var tasks = node.Tasks.Select(t => ObjectKey.Of(t).ToString()).ToArray();
        var first = tasks.FirstOrDefault();
        return before with
        {
            UsedSlots = tasks.Length == (before.UsedSlots ?? 0) ? before.UsedSlots : tasks.Length,
            CurrentTasks = tasks.SequenceEqual(before.CurrentTasks ?? [], StringComparer.Ordinal) ? before.CurrentTasks : tasks,
            CurrentTask = string.Equals(first ?? "", before.CurrentTask ?? "", StringComparison.Ordinal) ? before.CurrentTask : first,
        };
    }

    private static bool IsSame(NodeView before, NodeView now)
    {
        if (!ReferenceEquals(before.Node, now.Node) || before.Liveness != now.Liveness || before.Lease?.SiteIsSilent != now.Lease?.SiteIsSilent
            || before.Probation != now.Probation || before.Tasks.Count != now.Tasks.Count)
        {
            return false;
        }

        for (var i = 0; i < now.Tasks.Count; i++)
        {
            if (!ReferenceEquals(before.Tasks[i], now.Tasks[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsSame(FleetNodeStatus before, FleetNodeStatus after) =>
        ReferenceEquals(before.Conditions, after.Conditions)
        && before.Phase == after.Phase
        && before.UsedSlots == after.UsedSlots
        && ReferenceEquals(before.CurrentTasks, after.CurrentTasks)
        && before.CurrentTask == after.CurrentTask;

    private static string Text(FleetNodeStatus status) => string.Join(
        ' ', [.. status.Conditions ?? [], status.Phase, status.UsedSlots, status.CurrentTask, .. status.CurrentTasks ?? []]);

    private static V1Condition Ready(NodeView node) => node.Liveness switch
    {
        NodeLiveness.Dead => Condition(node, ConditionTypes.Ready, Conditions.False, Reasons.HeartbeatStale,
            $"The agent has not renewed its Lease for {LivenessRules.DeadAfter.TotalSeconds:0} s; its tasks are placed elsewhere. Look at foreman-agent on this host."),
        NodeLiveness.Stopped => Condition(node, ConditionTypes.Ready, Conditions.False, Reasons.AgentStopped,
            "The agent was stopped and released its Lease; start it again to bring the host back."),
        NodeLiveness.Unknown when node.Lease is { SiteIsSilent: true } => Condition(node, ConditionTypes.Ready, Conditions.Unknown, Reasons.ControlPlanePartition,
            $"Most hosts {(Disruption.SiteOf(node.Node) is { Length: > 0 } site ? $"of site {site}" : "without a site")} fell silent at once while others go on, so its tasks stay for {LivenessRules.LongestSiteSilence.TotalMinutes:0} min before they are placed elsewhere. Look at the network of that site."),
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

        return node.Node.Status?.NotAccepting is { Count: > 0 } reasons
            ? Condition(node, ConditionTypes.Schedulable, Conditions.False, Reasons.NotAccepting, $"{NodeStateClauses.NotAcceptingText(reasons)}.")
            : node.Probation is { Failures: > 1 } probation
            ? Condition(node, ConditionTypes.Schedulable, Conditions.False, Reasons.OnProbation, OnProbation(probation))
            : Condition(node, ConditionTypes.Schedulable, Conditions.True, Reasons.AcceptingTasks, "New tasks may be placed here.");
    }

    private static string OnProbation(NodeProbation probation)
    {
        var until = probation.Ends is { } ends ? string.Create(CultureInfo.InvariantCulture, $"until {ends.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z") : "for a while";
        return $"{NodeProbations.Tell(probation)}, one after the other: the host gets no task {until}, then one at a time until {(probation.FailedRuns > 0 ? "a run comes to a good end" : "it claims one")}. Look at foreman-agent on this host.";
    }

    // An agent that does not say what it has is too old to run commands.
    private static IReadOnlyList<V1Condition> WithSandbox(IReadOnlyList<V1Condition> conditions, NodeView node, DateTimeOffset now) =>
        node.Capability.Sandbox is { } sandbox ? conditions.Set(Sandboxed(node, sandbox), now) : conditions;

    private static V1Condition Sandboxed(NodeView node, NodeSandbox sandbox)
    {
        var why = sandbox.Reason is { Length: > 0 } reason ? $" {reason.Trim().TrimEnd('.')}." : "";
        return sandbox.Mode == SandboxMode.Full
                ? Condition(node, ConditionTypes.Sandboxed, Conditions.True, Reasons.SandboxFull, "Commands of models run in a sandbox.")
            : sandbox.Mode == SandboxMode.Reduced
                ? Condition(node, ConditionTypes.Sandboxed, Conditions.True, Reasons.SandboxReduced, $"Commands of models run in a reduced sandbox.{why}")
            : sandbox.RunsCommands()
                ? Condition(node, ConditionTypes.Sandboxed, Conditions.False, Reasons.SandboxDisabled,
                    $"Commands of models run unconfined: the agent has --insecure-no-sandbox.{why}")
            : Condition(node, ConditionTypes.Sandboxed, Conditions.False, Reasons.SandboxUnavailable, $"The host runs no commands of models.{why}");
    }

    private static DecisionEvent? EventOf(V1Condition ready, FleetNodeStatus status, NodeView node)
    {
        var before = status.Conditions.Find(ConditionTypes.Ready);
        return before?.Status == ready.Status && before.Reason == ready.Reason
            ? null
            : before is null && ready.Status == Conditions.True
                ? new DecisionEvent(Warning: false, Reasons.Registered, $"{node.Name} registered and renews its Lease.")
                : new DecisionEvent(
                    Warning: ready.Status != Conditions.True && ready.Reason != Reasons.AgentStopped, ready.Reason, ready.Message);
    }

    private static DecisionEvent? EventOf(V1Condition schedulable, FleetNodeStatus before) =>
        schedulable.Reason == Reasons.OnProbation && before.Conditions.Find(ConditionTypes.Schedulable)?.Reason != Reasons.OnProbation
            ? new DecisionEvent(Warning: true, Reasons.OnProbation, schedulable.Message)
            : null;

    private static V1Condition Condition(NodeView node, string type, string status, string reason, string message) => new()
    {
        Type = type,
        Status = status,
        Reason = reason,
        Message = message,
        ObservedGeneration = node.Node.Metadata.Generation,
    };
}
