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
    /// <param name="asked">What a task asks of its host.</param>
    public static IReadOnlyList<ConstraintViolation> Violations(
        AgenticTask task, Demand demand, NodeView node, PlacementRegistry placements, (TimeSpan Uptime, TimeSpan Since) times, Func<AgenticTask, RequiredCapability?> asked)
    {
        ConstraintViolation?[] ofTheMoment =
        [
            .. Promised(demand, node, asked), Probation(node, times.Uptime), Declined(task, node, times), LostHere(task, node, placements, times),
            Slots(node),
        ];
        return [.. OfDemand(demand, node, placements).Concat(ofTheMoment).OfType<ConstraintViolation>().OrderBy(v => v.Temporary)];
    }

    /// <summary>The violations that no assignment changes.</summary>
    /// <param name="demand">What is asked.</param>
    /// <param name="node">The host.</param>
    /// <param name="placements">Where runs can take place.</param>
    public static IEnumerable<ConstraintViolation> OfDemand(Demand demand, NodeView node, PlacementRegistry placements)
    {
        var context = new MatchContext(demand, Unseen(node), placements);
        return Clauses.InOrder.Select(c => c.Clause(context)).OfType<ConstraintViolation>();
    }

    /// <summary>True when a host with which every clause of a demand holds takes a task of it now, whichever.</summary>
    /// <param name="demand">What is asked.</param>
    /// <param name="node">The host.</param>
    /// <param name="uptime">Uptime of the decision.</param>
    /// <param name="asked">What a task asks of its host.</param>
    public static bool TakesNow(Demand demand, NodeView node, TimeSpan uptime, Func<AgenticTask, RequiredCapability?> asked) =>
        Probation(node, uptime) is null && Slots(node) is null && !Promised(demand, node, asked).Any();

    /// <summary>True when a task would start on a host without its model being loaded.</summary>
    /// <param name="demand">What is asked.</param>
    /// <param name="node">The host.</param>
    public static bool IsLoaded(Demand demand, NodeView node) => !demand.NeedsNodeModel || ModelChoice.Best(Unseen(node), demand) is null or { Loaded: true };

    /// <summary>The best of the hosts that fit; null for none.</summary>
    /// <param name="matching">The hosts.</param>
    /// <param name="demand">What the task asks.</param>
    /// <param name="task">The task.</param>
    /// <param name="stored">The cluster as it was read.</param>
    /// <param name="moment">What a task asks of its host, and whether tasks of other demands need a host.</param>
    public static NodeView? Best(
        IEnumerable<NodeView> matching, Demand demand, AgenticTask task, ClusterSnapshot stored, (Func<AgenticTask, RequiredCapability?> Asked, Func<NodeView, bool> IsNeeded) moment) =>
        matching.Select(n => (Node: n, Model: demand.NeedsNodeModel ? ModelChoice.Best(Unseen(n), demand) : null))
            .OrderBy(c => Failed(c.Node, task))
            .ThenByDescending(c => c.Model?.Loaded == true)
            .ThenByDescending(c => Points(c.Node, c.Model, demand, stored)
                + (IsWarm(c.Node, c.Model, task, stored) ? stored.Settings.Rank.WarmPrefix : 0)
                - (c.Model?.Vision == true && !demand.NeedsVision ? stored.Settings.Rank.SpareVision : 0)
                - (moment.IsNeeded(c.Node) ? stored.Settings.Rank.NeededHost : 0)
                - PromisedPoints(c.Node, stored.Settings.Rank.PromisedMemory, moment.Asked))
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

    private static long PromisedPoints(NodeView node, int weight, Func<AgenticTask, RequiredCapability?> asked)
    {
        long Share(long promised, long there) => promised == 0 ? 0 : Math.Min(weight, there <= 0 ? weight : weight * promised / there);
        var (ram, accelerator) = PromisedOf(node, asked);
        return Share(ram, RamOf(node)) + Share(accelerator, AcceleratorOf(node));
    }

    private static IEnumerable<ConstraintViolation> Promised(Demand demand, NodeView node, Func<AgenticTask, RequiredCapability?> asked)
    {
        var (ram, accelerator) = PromisedOf(node, asked);
        var (ramLeft, acceleratorLeft) = (Math.Max(0, RamOf(node) - ram), Math.Max(0, AcceleratorOf(node) - accelerator));
        if (ram > 0 && demand.Capability.MinRAMGB is > 0 and var least && least > ramLeft)
        {
            yield return Short("with RAM promised to other tasks", "RAM", least, ramLeft, new AskLess(demand.CapabilityPath, "minRAMGB", $"{ramLeft}"));
        }

        var isLoaded = demand.NeedsNodeModel && ModelChoice.Best(Unseen(node), demand)?.Loaded == true;
        if (accelerator > 0 && !isLoaded && demand.Capability.MinAcceleratorMemoryGB is > 0 and var memory && memory > acceleratorLeft)
        {
            yield return Short(
                "with accelerator memory promised to other tasks", "accelerator memory", memory, acceleratorLeft, new AskLess(demand.CapabilityPath, "minAcceleratorMemoryGB", $"{acceleratorLeft}"));
        }
    }

    private static ConstraintViolation Short(string summary, string what, int asked, long left, HintStep less) =>
        new(summary, $"{asked} GiB of {what} asked, {left} left of what it told last", new Either(new Wait("its next heartbeat"), less)) { Temporary = true, Gap = (asked - left) / (double)asked };

    private static (long Ram, long Accelerator) PromisedOf(NodeView node, Func<AgenticTask, RequiredCapability?> asked)
    {
        var told = node.Node.Status?.LastHeartbeatTime;
        var since = node.Tasks.Where(t => t.IsScheduled() || (t.IsRunning() && (told is null || t.Status.Claim?.AcquiredAt is not { } at || at > told))).ToArray();
        var loads = since.Where(t => node.Capability.Models?.Any(m => m.Loaded == true && m.Name == t.Status.Model?.Name) != true);
        return (since.Sum(t => (long)(asked(t)?.MinRAMGB ?? 0)), loads.Sum(t => (long)(asked(t)?.MinAcceleratorMemoryGB ?? 0)));
    }

    private static long RamOf(NodeView node) => node.Capability.AvailableRAMGB ?? node.Capability.TotalRAMGB ?? 0;

    private static long AcceleratorOf(NodeView node) => (node.Capability.Accelerators ?? []).Where(d => d.Healthy != false).Sum(d => d.MemoryTotalMB ?? 0) / 1024;

    private static int Failed(NodeView node, AgenticTask task) =>
        (node.Probation?.Failures ?? 0) + task.Status.Attempts.Count(a =>
            a.Node == node.Name && (a.IsLoss() || a.IsFailure() || a.Outcome == AttemptOutcome.Declined));

    private static ConstraintViolation? Probation(NodeView node, TimeSpan uptime) =>
        node.Probation is { Failures: > 1 } probation && (uptime < probation.Until || node.Tasks.Any(t => t.IsScheduled() || probation.FailedRuns > 0))
            ? new ConstraintViolation("on probation", NodeProbations.Tell(probation), new MendAgent(node.Name)) { Temporary = true }
            : null;

    private static ConstraintViolation? Declined(AgenticTask task, NodeView node, (TimeSpan Uptime, TimeSpan Since) times) =>
        task.LastAttempt() is { } last && last.Outcome == AttemptOutcome.Declined && last.Node == node.Name && times.Uptime - times.Since < TaskHistory.DeclinedPause
            ? new ConstraintViolation("which just declined", last.Reason ?? "no reason given", new Wait()) { Temporary = true }
            : null;

    private static ConstraintViolation? LostHere(AgenticTask task, NodeView node, PlacementRegistry placements, (TimeSpan Uptime, TimeSpan Since) times) =>
        LossesOn(task, node.Name, placements) is var losses && times.Uptime - times.Since < NodeProbations.Pause(losses)
            ? new ConstraintViolation("which lost this task before", $"{losses} of its runs were lost there", new Either(new Wait(), new Advice($"look at foreman-agent on {node.Name}"))) { Temporary = true }
            : null;

    private static ConstraintViolation? Slots(NodeView node) => node.FreeSlots > 0
        ? null
        : new ConstraintViolation("with all slots taken", $"{node.Tasks.Count} of {node.Slots} in use", new GetSlot(node.Name)) { Temporary = true, Gap = 0 };

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
        return $"Nearest is {nearest.Node.Name}: {first.Detail}{more}. To let it match: {string.Join("; ", nearest.Violations.Select(v => v.Fix).Distinct())}.";
    }
}
