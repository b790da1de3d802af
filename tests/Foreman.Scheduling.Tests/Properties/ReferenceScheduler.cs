using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Properties;

/// <summary>
/// The scheduler without its indexes: each task is held against each host by every clause, the hosts that fit are sorted, and each
/// explanation is made anew. What <see cref="Scheduler"/> decides is held against it, and how long that takes.
/// </summary>
internal sealed class ReferenceScheduler
{
    private readonly ClusterSnapshot _snapshot;
    private readonly SchedulerState _state;
    private readonly DateTimeOffset _now;
    private readonly RequeueTimer _requeue;
    private readonly ExplanationLog _told;
    private readonly TaskIndex _index;
    private readonly Dictionary<ObjectKey, Agent> _agents;
    private readonly FleetView _fleet;
    private readonly ReferenceQuotas _quotas;
    private readonly List<Decision> _decisions = [];
    private readonly List<AgenticTask> _placed = [];
    private readonly Dictionary<string, (Demand Demand, NodeView[] Fitting)> _served = [];
    private readonly Dictionary<string, HashSet<Demand>> _needs = [];
    private readonly DemandLists _lists = new();
    private ImmutableDictionary<string, NodeProbation> _probations;

    private ReferenceScheduler(ClusterSnapshot snapshot, SchedulerState state, DateTimeOffset now, RequeueTimer requeue, ExplanationLog told)
    {
        (_snapshot, _state, _now, _requeue, _told) = (snapshot, state, now, requeue, told);
        _index = new TaskIndex(snapshot.Tasks, snapshot.Unconfirmed);
        _agents = snapshot.Agents.ToDictionary(a => ObjectKey.Of(a));
        _fleet = FleetView.From(snapshot, state);
        _quotas = new(snapshot, now);
        _probations = state.Probations;
    }

    private int Waiting => _snapshot.Tasks.Count(t => t.IsPending() && t.Metadata.DeletionTimestamp is null && !_snapshot.Unconfirmed.Contains(t.Uid()));

    private PlacementRegistry Placements => _snapshot.Settings.Placements;

    /// <summary>Decides as <see cref="Scheduler.Decide"/> does.</summary>
    /// <param name="snapshot">The cluster.</param>
    /// <param name="now">Time of day.</param>
    public static Plan Decide(ClusterSnapshot snapshot, DateTimeOffset now)
    {
        var requeue = new RequeueTimer(snapshot.Uptime);
        var before = LeaseWatch.Observe(snapshot, requeue);
        var state = before with
        {
            Tasks = TaskWatch.Observe(snapshot, before.Leases, now),
            Probations = NodeProbations.Observe(snapshot, before, snapshot.Tasks, now),
        };
        var log = new WriteLog(state.Writes, snapshot.Uptime, requeue);
        var told = new ExplanationLog(state.Told, snapshot.Uptime);
        var round = new ReferenceScheduler(snapshot, state, now, requeue, told);
        round.DecideTasks();
        var ofNodes = round._fleet.All.Select(n => NodeStatusProjection.Decide(n, now, log)).OfType<Decision>().ToArray();
        log.Trim();
        told.Trim();
        return new Plan
        {
            Decisions = [.. round._decisions, .. ofNodes],
            State = state with { Probations = round._probations, Writes = log.Writes, Told = told.After },
            RequeueAt = requeue.At,
        };
    }

    private void DecideTasks()
    {
        foreach (var task in _snapshot.Tasks.Where(t => !t.IsPending() && !t.IsTerminal() && !_snapshot.Unconfirmed.Contains(t.Uid())))
        {
            Rescue(task);
        }

        var waiting = _snapshot.Tasks.Where(t => t.IsPending() && t.Metadata.DeletionTimestamp is null && !_snapshot.Unconfirmed.Contains(t.Uid())).ToArray();
        foreach (var task in waiting)
        {
            Look(task);
        }

        new ReferenceTurns(_snapshot, _now).Give(waiting, Place, ChancesOf);
    }

    // Which hosts serve a task as they were read, and whether it needs one because no other one takes it now.
    private void Look(AgenticTask task)
    {
        var agent = AgentOf(task);
        if (task.Spec.Cancel == true || task.Spec.Suspend == true || (agent is null && task.AgentName() is not null) || DependencyGate.Check(task, _index) is not null
            || new FixedServers(_snapshot).Find(task, agent) is not { NotReachable: null } server)
        {
            return;
        }

        var demand = _lists.Share(DemandReader.Read(task, agent, server));
        NodeView[] fitting = [.. _fleet.All.Where(n => !ReferenceMatch.OfDemand(demand, n, Placements).Any())];
        _served[task.Uid()] = (demand, fitting);
        if (fitting.Where(n => TakesNow(demand, n)).ToArray() is [var only])
        {
            _needs.TryAdd(only.Name, []);
            _needs[only.Name].Add(demand);
        }
    }

    private (bool IsTaken, bool StartsAtOnce) ChancesOf(AgenticTask task)
    {
        if (!_served.TryGetValue(task.Uid(), out var served))
        {
            return default;
        }

        NodeView[] taking = [.. served.Fitting.Where(n => TakesNow(served.Demand, n))];
        return (taking.Length > 0, taking.Any(n => ReferenceMatch.IsLoaded(served.Demand, n)));
    }

    private bool TakesNow(Demand demand, NodeView node) => ReferenceMatch.TakesNow(demand, node, _snapshot.Uptime, AskedBy);

    private RequiredCapability? AskedBy(AgenticTask task) => AgentOf(task)?.Spec.RequiredCapability ?? task.Spec.RequiredCapability;

    private bool IsNeeded(Demand demand, NodeView node) => _needs.TryGetValue(node.Name, out var demands) && demands.Any(d => d != _lists.Share(demand));

    private void Rescue(AgenticTask task)
    {
        var name = task.Status.AssignedNode ?? "";
        var lease = _state.Leases.GetValueOrDefault(name);
        var view = new HolderView
        {
            Task = task,
            Liveness = LivenessRules.StateOf(lease, _snapshot.Uptime, _state.Disrupted),
            NodeExists = _fleet.Find(name) is not null,
            Lease = lease,
            Observation = _snapshot.Holders.GetValueOrDefault(task.Uid()),
            Since = SinceOf(task),
            Run = _state.Tasks.GetValueOrDefault(task.Uid())?.Run,
            UndisturbedSince = _state.Disrupted || _state.UnreachableSince is not null ? null : _state.UndisturbedSince,
            Uptime = _snapshot.Uptime,
            Identity = _snapshot.Settings.Identity,
        };
        var rules = Placements.Find(task.Status.Placement);
        var verdict = Rescuer.Check(view, rules, AgentOf(task)?.Spec ?? BuiltInAgent.Spec);
        if (rules is null && verdict.Reason is null && !UnknownStates.IsUnknown(task, rules) && SinceOf(task) == _snapshot.Uptime)
        {
            _decisions.Add(TaskDecisions.LeaveAlone(task));
        }

        if (verdict.JudgeAgainAt is { } at)
        {
            _requeue.NoLaterThan(at);
        }

        if (verdict.Reason is { } reason)
        {
            _probations = reason.RecordFailure ? NodeProbations.RecordFailure(_probations, view.NodeName, _snapshot.Uptime, _now) : _probations;
            _decisions.Add(TaskDecisions.TakeBack(task, reason, _now));
        }
    }

    private bool Place(AgenticTask task)
    {
        var agent = AgentOf(task);
        if (ReferenceEnds.Check(task, agent, _index, _snapshot.Settings) is { } completion)
        {
            _decisions.Add(TaskDecisions.Complete(task, completion, _now));
            return false;
        }

        if (Gate(task, agent) is { } pending)
        {
            Explain(task, pending);
            return false;
        }

        var fixedServer = new FixedServers(_snapshot).Find(task, agent);
        if (fixedServer.NotReachable is { } problem)
        {
            Explain(task, new PendingReason(Reasons.EndpointNotReachable, $"{problem}."));
            return false;
        }

        if (ReferenceServers.Check(_snapshot, _fleet, _placed, task, fixedServer.Server) is { } full)
        {
            Explain(task, full);
            return false;
        }

        var demand = DemandReader.Read(task, agent, fixedServer);
        if (ReferenceMatch.Best(_fleet.All.Where(n => Violations(task, demand, n).Count == 0), demand, task, _snapshot, (AskedBy, n => IsNeeded(demand, n))) is not { } node)
        {
            var why = ReferenceMatch.Explain(_fleet.All, n => Violations(task, demand, n));
            Explain(task, why.Reason == Reasons.WaitingForCapacity && _quotas.Check(task) is { } also ? QuotaGate.Tell(also, _now, _snapshot.Uptime, _requeue) : why);
            return false;
        }

        if (_quotas.Check(task) is { } overQuota)
        {
            _quotas.Wait(task, overQuota);
            Explain(task, QuotaGate.Tell(overQuota, _now, _snapshot.Uptime, _requeue));
            return false;
        }

        var decision = TaskDecisions.Assign(task, PlacementChoice.Assign(demand, node, Placements), _now);
        node.Take(decision.After);
        _index.Activate(decision.After);
        _quotas.Placed.Add(task);
        _placed.Add(decision.After);
        _decisions.Add(decision);
        return true;
    }

    private IReadOnlyList<ConstraintViolation> Violations(AgenticTask task, Demand demand, NodeView node) =>
        ReferenceMatch.Violations(task, demand, node, Placements, (_snapshot.Uptime, SinceOf(task)), AskedBy);

    private Agent? AgentOf(AgenticTask task) =>
        task.AgentName() is { } name ? _agents.GetValueOrDefault(new ObjectKey(task.Namespace(), name)) : null;

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
            ?? InputGate.Check(task, _snapshot.InputProblems)
            ?? BackoffGate.Check(task, SinceOf(task), _snapshot.Uptime, _requeue)
            ?? ConcurrencyGate.Check(agent, _index);
    }

    private void Explain(AgenticTask task, PendingReason pending)
    {
        if (task.LastAttempt()?.Outcome == AttemptOutcome.Declined && SinceOf(task) + TaskHistory.DeclinedPause > _snapshot.Uptime)
        {
            _requeue.NoLaterThan(SinceOf(task) + TaskHistory.DeclinedPause);
        }

        foreach (var host in task.Status.Attempts.Where(a => a.IsLoss()).Select(Placements.HostOf).Distinct(StringComparer.Ordinal))
        {
            var end = SinceOf(task) + NodeProbations.Pause(ReferenceMatch.LossesOn(task, host, Placements));
            if (end > _snapshot.Uptime)
            {
                _requeue.NoLaterThan(end);
            }
        }

        foreach (var probation in _state.Probations.Values.Where(t => t.Until > _snapshot.Uptime))
        {
            _requeue.NoLaterThan(probation.Until);
        }

        if (TaskDecisions.Explain(task, pending, _now) is not { } decision)
        {
            return;
        }

        var isPaced = task.Status.Conditions.Find(ConditionTypes.Scheduled) is { Status: Conditions.False } old && pending.IsPacedAfter(old.Reason);
        var (text, between) = ($"{pending.Reason} {pending.Message}", ExplanationPace.Between(task.Uid(), Waiting, pending.LeastBetween));
        if (_told.HeldUntil(_told.Find(task.Uid()), text, isPaced ? between : TimeSpan.Zero) is { } due)
        {
            _requeue.NoLaterThan(due);
            return;
        }

        _told.Record(task.Uid(), text, ExplanationPace.Remembered(between));
        _decisions.Add(decision);
    }

    private TimeSpan SinceOf(AgenticTask task) => _state.Tasks.GetValueOrDefault(task.Uid())?.Since ?? _snapshot.Uptime;
}
