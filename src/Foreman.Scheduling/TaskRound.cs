using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>One pass over all tasks: rescue what stands on lost hosts, end what cannot go on, then place by priority.</summary>
internal sealed class TaskRound
{
    // A changed number in a waiting message is worth a write now and then, not with every heartbeat of the fleet.
    private static readonly TimeSpan LeastBetweenMessages = TimeSpan.FromSeconds(5);

    private readonly ClusterSnapshot _snapshot;
    private readonly SchedulerMemory _memory;
    private readonly DateTimeOffset _now;
    private readonly Wake _wake;
    private readonly WriteLog _log;
    private readonly TaskIndex _index;
    private readonly Dictionary<ObjectKey, Agent> _agents;
    private readonly List<TaskWrite> _writes = [];

    public TaskRound(ClusterSnapshot snapshot, SchedulerMemory memory, DateTimeOffset now, Wake wake, WriteLog log)
    {
        _snapshot = snapshot;
        _memory = memory;
        _now = now;
        _wake = wake;
        _log = log;
        _index = new TaskIndex(snapshot.Tasks);
        _agents = snapshot.Agents.ToDictionary(a => ObjectKey.Of(a));
        Fleet = FleetView.From(snapshot, memory);
        TrialsAfter = memory.Trials;
    }

    public FleetView Fleet { get; }

    public ImmutableDictionary<string, NodeTrial> TrialsAfter { get; private set; }

    public IReadOnlyList<TaskWrite> Decide()
    {
        foreach (var task in _snapshot.Tasks.Where(t => t.HoldsSlot()))
        {
            Rescue(task);
        }

        foreach (var task in QueueOrder.Sort(_snapshot.Tasks.Where(t => t.IsPending() && t.Metadata.DeletionTimestamp is null)))
        {
            Place(task);
        }

        return _writes;
    }

    private void Rescue(AgenticTask task)
    {
        var name = task.Status.AssignedNode ?? "";
        var lease = _memory.Leases.GetValueOrDefault(name);
        var view = new RescueView(
            LivenessRules.StateOf(lease, _snapshot.Uptime, _memory.Disrupted),
            Fleet.Find(name) is not null,
            lease,
            SinceOf(task),
            _snapshot.Uptime,
            _snapshot.Settings.Identity);
        if (Rescuer.Check(task, view, _wake) is not { } reason)
        {
            return;
        }

        if (reason.Strike)
        {
            TrialsAfter = Trials.Strike(TrialsAfter, name, _snapshot.Uptime);
        }

        _writes.Add(TaskWriter.TakeBack(task, reason, _now));
    }

    private void Place(AgenticTask task)
    {
        var agent = task.AgentName() is { } name ? _agents.GetValueOrDefault(new ObjectKey(task.Namespace(), name)) : null;
        if (Endings.Check(task, agent, _index, _snapshot.Settings) is { } verdict)
        {
            _writes.Add(TaskWriter.End(task, verdict, _now));
            return;
        }

        if (Gate(task, agent) is { } hold)
        {
            Wait(task, hold);
            return;
        }

        var fixedServer = FixedServers.Find(_snapshot, task, agent);
        if (fixedServer.NotReachable is { } problem)
        {
            Wait(task, new Hold(Reasons.EndpointNotReachable, $"{problem}."));
            return;
        }

        var demand = DemandReader.Read(task, agent, fixedServer.Server);
        if (NodeRank.Best(Fleet.All.Where(n => Clauses.Match(ContextOf(demand, n))), demand) is not { } node)
        {
            Wait(task, Explanation.Explain(Fleet.All, n => ContextOf(demand, n)));
            return;
        }

        var write = TaskWriter.Assign(task, PlacementChoice.Assign(demand, node), _now);
        node.Take(write.After);
        _index.Activate(write.After);
        _writes.Add(write);
    }

    private Hold? Gate(AgenticTask task, Agent? agent)
    {
        if (agent is null && task.AgentName() is { } name)
        {
            return new Hold(
                Reasons.AgentNotFound,
                $"spec.agentRef: Agent \"{name}\" does not exist in namespace {task.Namespace()}; create it, or correct the name.");
        }

        return SuspendGate.Check(task)
            ?? DependencyGate.Check(task, _index)
            ?? BackoffGate.Check(task, SinceOf(task), _snapshot.Uptime, _wake)
            ?? ConcurrencyGate.Check(agent, _index);
    }

    private void Wait(AgenticTask task, Hold hold)
    {
        if (task.LastAttempt()?.Outcome == AttemptOutcome.Declined && SinceOf(task) + DeclinedClause.Pause > _snapshot.Uptime)
        {
            _wake.By(SinceOf(task) + DeclinedClause.Pause);
        }

        foreach (var trial in _memory.Trials.Values.Where(t => t.Until > _snapshot.Uptime))
        {
            _wake.By(trial.Until);
        }

        if (TaskWriter.Wait(task, hold, _now) is not { } write)
        {
            return;
        }

        var sameReason = task.Status.Conditions.Find(ConditionTypes.Scheduled) is { Status: Conditions.False } old && old.Reason == hold.Reason;
        if (_log.Due($"wait/{task.Uid()}", $"{hold.Reason} {hold.Message}", sameReason ? LeastBetweenMessages : TimeSpan.Zero))
        {
            _writes.Add(write);
        }
    }

    private TimeSpan SinceOf(AgenticTask task) => _memory.Tasks.GetValueOrDefault(task.Uid())?.Since ?? _snapshot.Uptime;

    private MatchContext ContextOf(Demand demand, NodeView node) => new(demand, node, _snapshot.Uptime, SinceOf(demand.Task));
}
