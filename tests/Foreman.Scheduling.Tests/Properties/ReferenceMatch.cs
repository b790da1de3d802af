using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Properties;

/// <summary>The match of one task with one host, the best of those that fit, and the explanation where none does, each made for one task alone.</summary>
internal static class ReferenceMatch
{
    private sealed record Mismatch(NodeView Node, IReadOnlyList<ConstraintViolation> Violations);

    /// <summary>Every violation; those that don't pass by themselves come first.</summary>
    /// <param name="task">The task.</param>
    /// <param name="demand">What it asks.</param>
    /// <param name="node">The host.</param>
    /// <param name="placements">Where runs can take place.</param>
    /// <param name="times">Uptime of the decision, and since when the task has been waiting.</param>
    public static IReadOnlyList<ConstraintViolation> Violations(
        AgenticTask task, Demand demand, NodeView node, PlacementRegistry placements, (TimeSpan Uptime, TimeSpan Since) times)
    {
        var context = new MatchContext(demand, Unseen(node), placements);
        ConstraintViolation?[] ofTheMoment = [Probation(node, times.Uptime), Declined(task, node, times), LostHere(task, node, placements, times), Slots(node)];
        return [.. Clauses.OfDemand.Select(c => c(context)).Concat(ofTheMoment).OfType<ConstraintViolation>().OrderBy(v => v.Temporary)];
    }

    /// <summary>The best of the hosts that fit; null for none.</summary>
    /// <param name="matching">The hosts.</param>
    /// <param name="demand">What the task asks.</param>
    /// <param name="task">The task.</param>
    /// <param name="stored">The cluster as it was read.</param>
    public static NodeView? Best(IEnumerable<NodeView> matching, Demand demand, AgenticTask task, ClusterSnapshot stored) =>
        matching.Select(n => (Node: n, Model: demand.NeedsNodeModel ? ModelChoice.Best(Unseen(n), demand) : null))
            .OrderBy(c => Failed(c.Node, task))
            .ThenByDescending(c => c.Model?.Loaded == true)
            .ThenByDescending(c => Points(c.Node, c.Model, demand, stored) + (IsWarm(c.Node, c.Model, task, stored) ? stored.Settings.Rank.WarmPrefix : 0))
            .ThenBy(c => c.Node.Name, StringComparer.Ordinal)
            .Select(c => c.Node)
            .FirstOrDefault();

    /// <summary>Why no host takes the task.</summary>
    /// <param name="fleet">All hosts, by name.</param>
    /// <param name="violations">Why a host does not take it.</param>
    public static PendingReason Explain(IReadOnlyList<NodeView> fleet, Func<NodeView, IReadOnlyList<ConstraintViolation>> violations)
    {
        if (fleet.Count == 0)
        {
            return new PendingReason(Reasons.NoMatchingNode, "0 of 0 nodes match: no host has registered. Start foreman-agent on a host.");
        }

        var nodes = fleet.Select(n => new Mismatch(n, violations(n))).Where(n => n.Violations.Count > 0).ToArray();
        return new PendingReason(
            Reason(nodes),
            string.Create(CultureInfo.InvariantCulture, $"0 of {fleet.Count} nodes match: {Counts(nodes)}. {Nearest(nodes)}"));
    }

    /// <summary>How many runs of a task a host has lost.</summary>
    public static int LossesOn(AgenticTask task, string node, PlacementRegistry placements) =>
        task.Status.Attempts.Count(a => a.IsLoss() && placements.HostOf(a) == node);

    // What was found for one demand is kept in the view of the host: a view of its own has nothing of another demand.
    private static NodeView Unseen(NodeView node) => new(node.Node, node.Liveness, node.Lease, node.Probation);

    private static long Points(NodeView node, ServedModel? model, Demand demand, ClusterSnapshot stored)
    {
        var (weights, capability) = (stored.Settings.Rank, node.Capability);
        var idle = model is null ? 0 : (model.FreeSlots ?? 0) - node.Tasks.Count(t => IsPromised(t, model, node.Node.Status?.LastHeartbeatTime));
        var ram = (capability.AvailableRAMGB ?? capability.TotalRAMGB ?? 0) - (demand.Capability.MinRAMGB ?? 0);
        var devices = (capability.Accelerators ?? []).Where(d => d.Healthy != false && d.Unified != true).Sum(d => (d.MemoryTotalMB ?? 0) / 1024) - (demand.Capability.MinAcceleratorMemoryGB ?? 0);
        return (weights.FreeSlots * node.FreeSlots / node.Slots)
            + (weights.IdleModelSlot * Math.Clamp(idle, 0, 4))
            + (weights.Speed * Math.Min(200, ModelChoice.SpeedOf(capability, model) ?? 0))
            - (weights.SpareMemory * (Math.Clamp(ram, 0, 256) / 4))
            - (weights.SpareMemory * (Math.Clamp(devices, 0, 256) / 4));
    }

    // The host does not know of it yet, or did not when it told how many slots are idle.
    private static bool IsPromised(AgenticTask task, ServedModel model, DateTimeOffset? told) =>
        task.Status.Model?.Name == model.Name && (task.IsScheduled() || (task.IsRunning() && (told is null || task.Status.Claim?.AcquiredAt is not { } at || at > told)));

    private static bool IsWarm(NodeView node, ServedModel? model, AgenticTask task, ClusterSnapshot stored)
    {
        var agents = stored.Tasks
            .SelectMany(t => RunsOf(t), (t, run) => (run.At, run.Host, run.Model, Space: t.Namespace(), Agent: t.AgentName() ?? ""))
            .Where(r => model is not null && r.Host == node.Name && r.Model == model.Name)
            .OrderBy(r => r.At)
            .ThenBy(r => r.Space, StringComparer.Ordinal)
            .ThenBy(r => r.Agent, StringComparer.Ordinal)
            .Select(r => (r.Space, r.Agent))
            .ToArray();
        return agents.Length > 0 && agents[^1] == (task.Namespace(), task.AgentName() ?? "");
    }

    private static IEnumerable<(DateTimeOffset At, string? Host, string? Model)> RunsOf(AgenticTask task)
    {
        foreach (var attempt in task.Status.Attempts.Where(a => a.StartedAt is not null))
        {
            yield return (attempt.StartedAt!.Value, attempt.Node, attempt.Model);
        }

        if (task.IsScheduled() || task.IsRunning())
        {
            var claimed = task.IsRunning() ? task.Status.Claim?.AcquiredAt : null;
            yield return (claimed ?? DateTimeOffset.MaxValue, task.Status.AssignedNode, task.Status.Model?.Name);
        }
    }

    private static int Failed(NodeView node, AgenticTask task) =>
        (node.Probation?.Failures ?? 0) + task.Status.Attempts.Count(a =>
            a.Node == node.Name && (a.IsLoss() || a.IsFailure() || a.Outcome == AttemptOutcome.Declined));

    private static ConstraintViolation? Probation(NodeView node, TimeSpan uptime) =>
        node.Probation is { Failures: > 1 } probation && (uptime < probation.Until || node.Tasks.Any(t => t.IsScheduled()))
            ? new ConstraintViolation("on probation", $"{probation.Failures} assignments were left unclaimed", $"look at foreman-agent on {node.Name}") { Temporary = true }
            : null;

    private static ConstraintViolation? Declined(AgenticTask task, NodeView node, (TimeSpan Uptime, TimeSpan Since) times) =>
        task.LastAttempt() is { } last && last.Outcome == AttemptOutcome.Declined && last.Node == node.Name && times.Uptime - times.Since < TaskHistory.DeclinedPause
            ? new ConstraintViolation("which just declined", last.Reason ?? "no reason given", "wait") { Temporary = true }
            : null;

    private static ConstraintViolation? LostHere(AgenticTask task, NodeView node, PlacementRegistry placements, (TimeSpan Uptime, TimeSpan Since) times) =>
        LossesOn(task, node.Name, placements) is var losses && times.Uptime - times.Since < NodeProbations.Pause(losses)
            ? new ConstraintViolation("which lost this task before", $"{losses} of its runs were lost there", $"wait, or look at foreman-agent on {node.Name}") { Temporary = true }
            : null;

    private static ConstraintViolation? Slots(NodeView node) => node.FreeSlots > 0
        ? null
        : new ConstraintViolation("with all slots taken", $"{node.Tasks.Count} of {node.Slots} in use", "wait, raise --max-concurrent-tasks, or add a host") { Temporary = true, Gap = 0 };

    private static string Reason(Mismatch[] nodes) =>
        nodes.Any(n => n.Violations.All(v => v.Temporary))
            ? Reasons.WaitingForCapacity
            : nodes.FirstOrDefault(n => n.Violations.All(v => v.Temporary || v.Reason is not null))?
                .Violations.First(v => v.Reason is not null).Reason ?? Reasons.NoMatchingNode;

    private static string Counts(IEnumerable<Mismatch> nodes) => string.Join(", ", nodes
        .GroupBy(n => n.Violations[0].Summary)
        .OrderByDescending(g => g.Count())
        .ThenBy(g => g.Key, StringComparer.Ordinal)
        .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Count()} {g.Key}")));

    private static string Nearest(IEnumerable<Mismatch> nodes)
    {
        var nearest = nodes
            .OrderBy(n => n.Violations.Count(v => !v.Temporary))
            .ThenBy(n => n.Violations.Count)
            .ThenBy(n => n.Violations.Sum(v => v.Gap))
            .ThenBy(n => n.Node.Name, StringComparer.Ordinal)
            .First();
        var first = nearest.Violations[0];
        var more = nearest.Violations.Count == 1
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" and {nearest.Violations.Count - 1} more");
        return $"Nearest is {nearest.Node.Name}: {first.Detail}{more}. To let it match: {first.Fix}.";
    }
}
