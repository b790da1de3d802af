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
    private readonly SchedulerState _state;
    private readonly DateTimeOffset _now;
    private readonly RequeueTimer _requeue;
    private readonly WriteLog _log;
    private readonly TaskIndex _index;
    private readonly Dictionary<ObjectKey, Agent> _agents;
    private readonly List<TaskWrite> _writes = [];

    public TaskRound(ClusterSnapshot snapshot, SchedulerState state, DateTimeOffset now, RequeueTimer requeue, WriteLog log)
    {
        _snapshot = snapshot;
        _state = state;
        _now = now;
        _requeue = requeue;
        _log = log;
        _index = new TaskIndex(snapshot.Tasks);
        _agents = snapshot.Agents.ToDictionary(a => ObjectKey.Of(a));
        Fleet = FleetView.From(snapshot, state);
        ProbationsAfter = state.Probations;
    }

    public FleetView Fleet { get; }

    public ImmutableDictionary<string, NodeProbation> ProbationsAfter { get; private set; }

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
        var lease = _state.Leases.GetValueOrDefault(name);
        var view = new RescueView(
            LivenessRules.StateOf(lease, _snapshot.Uptime, _state.Disrupted),
            Fleet.Find(name) is not null,
            lease,
            SinceOf(task),
            _snapshot.Uptime,
            _snapshot.Settings.Identity);
        if (Rescuer.Check(task, view, _requeue) is not { } reason)
        {
            return;
        }

        if (reason.RecordFailure)
        {
            ProbationsAfter = NodeProbations.RecordFailure(ProbationsAfter, name, _snapshot.Uptime);
        }

        _writes.Add(TaskWriter.TakeBack(task, reason, _now));
    }

    private void Place(AgenticTask task)
    {
        var agent = task.AgentName() is { } name ? _agents.GetValueOrDefault(new ObjectKey(task.Namespace(), name)) : null;
        if (PendingCompletion.Check(task, agent, _index, _snapshot.Settings) is { } verdict)
        {
            _writes.Add(TaskWriter.End(task, verdict, _now));
            return;
        }

        if (Gate(task, agent) is { } pending)
        {
            Wait(task, pending);
            return;
        }

        var fixedServer = FixedServers.Find(_snapshot, task, agent);
        if (fixedServer.NotReachable is { } problem)
        {
            Wait(task, new PendingReason(Reasons.EndpointNotReachable, $"{problem}."));
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

    private PendingReason? Gate(AgenticTask task, Agent? agent)
    {
        if (agent is null && task.AgentName() is { } name)
        {
            return new PendingReason(
                Reasons.AgentNotFound,
                $"spec.agentRef: Agent \"{name}\" does not exist in namespace {task.Namespace()}; create it, or correct the name.");
        }

        return SuspendGate.Check(task)
            ?? DependencyGate.Check(task, _index)
            ?? BackoffGate.Check(task, SinceOf(task), _snapshot.Uptime, _requeue)
            ?? ConcurrencyGate.Check(agent, _index);
    }

    private void Wait(AgenticTask task, PendingReason pending)
    {
        if (task.LastAttempt()?.Outcome == AttemptOutcome.Declined && SinceOf(task) + DeclinedClause.Pause > _snapshot.Uptime)
        {
            _requeue.NoLaterThan(SinceOf(task) + DeclinedClause.Pause);
        }

        foreach (var probation in _state.Probations.Values.Where(t => t.Until > _snapshot.Uptime))
        {
            _requeue.NoLaterThan(probation.Until);
        }

        if (TaskWriter.Wait(task, pending, _now) is not { } write)
        {
            return;
        }

        var sameReason = task.Status.Conditions.Find(ConditionTypes.Scheduled) is { Status: Conditions.False } old && old.Reason == pending.Reason;
        if (_log.Due($"wait/{task.Uid()}", $"{pending.Reason} {pending.Message}", sameReason ? LeastBetweenMessages : TimeSpan.Zero))
        {
            _writes.Add(write);
        }
    }

    private TimeSpan SinceOf(AgenticTask task) => _state.Tasks.GetValueOrDefault(task.Uid())?.Since ?? _snapshot.Uptime;

    private MatchContext ContextOf(Demand demand, NodeView node) => new(demand, node, _snapshot.Uptime, SinceOf(demand.Task));
}
