using System.Collections.Frozen;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>
/// What the scheduler would decide about a cluster that was read once, by the very decision that the operator makes. Pure; nothing is written.
/// What only a running operator knows is missing: hosts on probation, and Leases that fell silent a moment ago.
/// </summary>
public static class Forecast
{
    // What waits for these starts once they are over: a slot, a task, files, a quota, a pause, a server that comes up, the word of whoever suspended it. Every other reason stays until the task or the fleet is changed.
    private static readonly FrozenSet<string> Passing = FrozenSet.Create(
        StringComparer.Ordinal,
        Reasons.WaitingForCapacity,
        Reasons.WaitingForDependency,
        Reasons.WaitingForInputs,
        Reasons.ConcurrencyLimit,
        Reasons.WaitingForQuota,
        Reasons.BackingOff,
        Reasons.Suspended,
        Reasons.EndpointNotReachable);

    /// <summary>Every waiting task, in the order in which they are placed.</summary>
    /// <param name="cluster">The cluster as <see cref="ObservedCluster"/> makes it of what was read.</param>
    /// <param name="now">Time of day.</param>
    public static IReadOnlyList<TaskForecast> OfQueue(ClusterSnapshot cluster, DateTimeOffset now)
    {
        var plan = Scheduler.Decide(Unsettled(cluster), now);
        var decided = plan.Decisions.OfType<TaskDecision>().ToDictionary(d => d.Task.Uid(), StringComparer.Ordinal);
        var there = cluster.Tasks.Select(t => ObjectKey.Of(t)).ToHashSet();
        var quotas = QuotaLedger.Of(cluster, now);
        var forecasts = plan.Turns.ToDictionary(
            t => t.Uid(), t => Of(t, decided.GetValueOrDefault(t.Uid()), reason => NeverPasses(t, reason, there, quotas)), StringComparer.Ordinal);

        // A task that waits for a slot will get one, and is charged for it then.
        var turns = FairTurns.Of(cluster, plan.Turns.Select(t => new QueueEntry(t) { Class = AnyTurnClass.Instance }), new TaskIndex(cluster.Tasks, cluster.Unconfirmed), now);
        var order = new List<TaskForecast>();
        while (turns.TryTake(out var task))
        {
            order.Add(forecasts[task.Uid()] with { Position = order.Count + 1 });
            if (order[^1].Outcome == ForecastOutcome.Starts || order[^1].Reason == Reasons.WaitingForCapacity)
            {
                turns.Charge();
            }
        }

        return order;
    }

    /// <summary>Each host for one waiting task, at the moment at which the tasks before it in the queue have been placed: the best ones first, then the nearest.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="forecast">What becomes of the task, one of the cluster.</param>
    /// <param name="now">Time of day.</param>
    /// <returns>Empty when it is not for want of a host that the task does not start.</returns>
    public static IReadOnlyList<HostForecast> OfHosts(ClusterSnapshot cluster, TaskForecast forecast, DateTimeOffset now)
    {
        var task = forecast.Task;
        if (!forecast.NeedsHost)
        {
            return [];
        }

        var plan = Scheduler.Decide(Unsettled(cluster), now);
        var ahead = plan.Turns.TakeWhile(t => t.Uid() != task.Uid()).Select(t => t.Uid()).ToHashSet(StringComparer.Ordinal);
        var placed = plan.Decisions.OfType<AssignTask>().Where(d => ahead.Contains(d.Task.Uid())).ToDictionary(d => d.Task.Uid(), d => d.After, StringComparer.Ordinal);
        var before = cluster with { Tasks = [.. cluster.Tasks.Select(t => placed.GetValueOrDefault(t.Uid(), t))] };
        var fleet = FleetView.From(before, plan.State, cluster.Tasks);
        var agent = new AgentIndex(cluster.Agents, cluster.Settings).Of(task);
        var demand = DemandReader.Read(task, agent, new FixedServers(before).Find(task, agent));
        var since = plan.State.Tasks.GetValueOrDefault(task.Uid())?.Since ?? cluster.Uptime;
        var history = TaskHistory.Of(task, cluster.Uptime - since, cluster.Settings.Placements);
        Need(fleet, demand, plan.Needs);
        return Ranked(fleet, demand, history, cluster);
    }

    // Equal demands are one object within the decision; this one was read anew.
    private static void Need(FleetView fleet, Demand demand, IReadOnlyDictionary<string, HostNeed> needs)
    {
        var lists = new DemandLists();
        var shared = lists.Share(demand);
        foreach (var (name, need) in needs)
        {
            if (fleet.Find(name) is { } node)
            {
                node.Need = lists.Share(need.Demand) == shared ? need with { Demand = demand } : need;
            }
        }
    }

    // A decision names no turns of tasks of which it knows from the last one that nothing has changed.
    private static ClusterSnapshot Unsettled(ClusterSnapshot cluster) => cluster with { State = cluster.State with { Settled = null, Kept = null } };

    private static IReadOnlyList<HostForecast> Ranked(FleetView fleet, Demand demand, TaskHistory? history, ClusterSnapshot cluster)
    {
        var judge = new FleetJudge(fleet.All, cluster.Settings);
        var hosts = fleet.All.Select((node, place) => (Node: node, Violations: Violations(judge, demand, place, cluster.Uptime, history))).ToArray();
        var fitting = hosts.Where(h => h.Violations.Count == 0).Select(h => (h.Node, Rank: RankOf(h.Node, demand, history, judge.Weights))).OrderBy(h => h.Rank).Select(h => h.Node);
        return
        [
            .. fitting.Select((node, index) => new HostForecast(node.Node, index + 1, []) { Score = HostTerms.Of(node, demand).ScoreNow(node, demand, judge.Weights) }),
            .. hosts.Where(h => h.Violations.Count > 0)
                .OrderBy(h => h.Violations.Count(v => !v.Temporary)).ThenBy(h => h.Violations.Count).ThenBy(h => h.Violations.Sum(v => v.Gap)).ThenBy(h => h.Node.Name, StringComparer.Ordinal)
                .Select(h => new HostForecast(h.Node.Node, null, h.Violations)),
        ];
    }

    private static IReadOnlyList<ConstraintViolation> Violations(FleetJudge judge, Demand demand, int host, TimeSpan uptime, TaskHistory? history) =>
        [.. judge.Violations(demand, host), .. MomentClauses.Violations(judge.Fleet[host], demand, uptime, history)];

    private static NodeRank RankOf(NodeView node, Demand demand, TaskHistory? history, RankWeights weights)
    {
        var rank = NodeRank.Now(HostTerms.Of(node, demand), node, demand, weights);
        return rank with { Failures = rank.Failures + (history?.Failures(node.Name) ?? 0) };
    }

    // What is waited for is not there, or more than there ever is.
    private static bool NeverPasses(AgenticTask task, string reason, HashSet<ObjectKey> there, QuotaLedger? quotas) =>
        !Passing.Contains(reason)
        || (reason == Reasons.WaitingForDependency && task.Spec.DependsOn!.Any(name => !there.Contains(new(task.Namespace(), name))))
        || (reason == Reasons.WaitingForQuota && quotas?.Check(task) is { IsForEver: true });

    private static TaskForecast Of(AgenticTask task, TaskDecision? decision, Func<string, bool> neverPasses)
    {
        if (decision is AssignTask assign)
        {
            var scheduled = assign.After.Status.Conditions.Find(ConditionTypes.Scheduled)!;
            return new(task, ForecastOutcome.Starts, scheduled.Reason, scheduled.Message) { Node = assign.Assignment.Node, Model = assign.Assignment.Model?.Name, NeedsHost = true };
        }

        if (decision is CompleteTask complete)
        {
            var completed = complete.After.Status.Conditions.Find(ConditionTypes.Completed)!;
            return new(task, ForecastOutcome.Never, completed.Reason, completed.Message);
        }

        // Without a decision the task says already why it waits.
        var waiting = (decision?.After ?? task).Status.Conditions.Find(ConditionTypes.Scheduled);
        var reason = waiting?.Reason ?? Reasons.WaitingForCapacity;
        return new(task, neverPasses(reason) ? ForecastOutcome.Never : ForecastOutcome.Waits, reason, waiting?.Message ?? "")
        {
            NeedsHost = !Passing.Contains(reason) ? reason != Reasons.AgentNotFound : reason == Reasons.WaitingForCapacity,
        };
    }
}
