using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>One pass over all tasks: take back what lost its holder, end what cannot go on, then assign by priority.</summary>
internal sealed class TaskRound
{
    private readonly ClusterSnapshot _snapshot;
    private readonly SchedulerState _state;
    private readonly DateTimeOffset _now;
    private readonly RequeueTimer _requeue;
    private readonly WriteLog _log;
    private readonly TaskIndex _index;
    private readonly AgentIndex _agents;
    private readonly FixedServers _servers;
    private readonly FleetMatch _match;
    private readonly QuotaLedger? _quotas;
    private readonly List<Decision> _decisions = [];
    private readonly List<AgenticTask> _turns = [];
    private readonly List<string> _waitForQuota = [];
    private int _waiting;
    private int _explained;
    private bool _awaitsProbations;

    public TaskRound(ClusterSnapshot snapshot, SchedulerState state, DateTimeOffset now, RequeueTimer requeue, WriteLog log)
    {
        _snapshot = snapshot;
        _state = state;
        _now = now;
        _requeue = requeue;
        _log = log;
        _index = new TaskIndex(snapshot.Tasks, snapshot.Unconfirmed);
        _agents = new AgentIndex(snapshot.Agents, snapshot.Settings);
        _servers = new FixedServers(snapshot);
        Fleet = FleetView.From(snapshot, state);
        _match = new FleetMatch(Fleet, snapshot.Settings.Placements, snapshot.Uptime, state.Verdicts);
        _quotas = QuotaLedger.Of(snapshot, now);
        ProbationsAfter = state.Probations;
    }

    public FleetView Fleet { get; }

    public FleetVerdicts Verdicts => _match.Verdicts;

    /// <summary>The waiting tasks in the order in which they had their turns.</summary>
    public IReadOnlyList<AgenticTask> Turns => _turns;

    /// <summary>UIDs of the tasks whose reason to wait is a quota; that it is so is written at its pace.</summary>
    public IReadOnlyList<string> WaitForQuota => _waitForQuota;

    /// <summary>When the window of a quota has room for a task that waits for it; null when none waits for that.</summary>
    public DateTimeOffset? QuotaFreesAt { get; private set; }

    /// <summary>True when an explanation was left out because too many of them wait to be written.</summary>
    public bool LeftOut { get; private set; }

    private PlacementRegistry Placements => _snapshot.Settings.Placements;

    public ImmutableDictionary<string, NodeProbation> ProbationsAfter { get; private set; }

    public IReadOnlyList<Decision> Decide()
    {
        foreach (var task in _snapshot.Tasks.Where(t => !t.IsPending() && !t.IsTerminal() && !IsUnconfirmed(t)))
        {
            Rescue(task);
        }

        var waiting = _snapshot.Tasks.Where(t => t.IsPending() && t.Metadata.DeletionTimestamp is null && !IsUnconfirmed(t)).ToArray();
        _waiting = waiting.Length;
        var turns = FairTurns.Of(_snapshot, waiting, _index, _now);
        while (turns.TryTake(out var task))
        {
            _turns.Add(task);
            if (Place(task))
            {
                turns.Charge();
            }
        }

        return _decisions;
    }

    private bool IsUnconfirmed(AgenticTask task) => _snapshot.Unconfirmed.Contains(task.Uid());

    private void Rescue(AgenticTask task)
    {
        var view = ViewOf(task);
        var rules = Placements.Find(task.Status.Placement);
        var verdict = Rescuer.Check(view, rules, _agents.Of(task)?.Spec ?? BuiltInAgent.Spec);
        if (rules is null && verdict.Reason is null && !UnknownStates.IsUnknown(task, rules))
        {
            LeaveAlone(task);
        }

        if (verdict.JudgeAgainAt is { } at)
        {
            _requeue.NoLaterThan(at);
        }

        if (verdict.Reason is not { } reason)
        {
            return;
        }

        if (reason.RecordFailure)
        {
            ProbationsAfter = NodeProbations.RecordFailure(ProbationsAfter, view.NodeName, _snapshot.Uptime);
        }

        _decisions.Add(TaskDecisions.TakeBack(task, reason, _now));
    }

    // A placement without a backend can't say whether its holder is alive; the event comes once per attempt and phase.
    private void LeaveAlone(AgenticTask task)
    {
        if (SinceOf(task) == _snapshot.Uptime)
        {
            _decisions.Add(TaskDecisions.LeaveAlone(task));
        }
    }

    private HolderView ViewOf(AgenticTask task)
    {
        var name = task.Status.AssignedNode ?? "";
        var lease = _state.Leases.GetValueOrDefault(name);
        return new HolderView
        {
            Task = task,
            Liveness = LivenessRules.StateOf(lease, _snapshot.Uptime, _state.Disrupted),
            NodeExists = Fleet.Find(name) is not null,
            Lease = lease,
            Observation = _snapshot.Holders.GetValueOrDefault(task.Uid()),
            Since = SinceOf(task),
            Run = _state.Tasks.GetValueOrDefault(task.Uid())?.Run,
            UndisturbedSince = _state.Disrupted || _state.UnreachableSince is not null ? null : _state.UndisturbedSince,
            Uptime = _snapshot.Uptime,
            Identity = _snapshot.Settings.Identity,
        };
    }

    // True when the task gets a slot.
    private bool Place(AgenticTask task)
    {
        var agent = _agents.Of(task);
        if (PendingCompletion.Check(task, agent, _index, _agents, _snapshot.Settings) is { } completion)
        {
            _decisions.Add(TaskDecisions.Complete(task, completion, _now));
            return false;
        }

        if (Gate(task, agent) is { } pending)
        {
            Explain(task, pending);
            return false;
        }

        var fixedServer = _servers.Find(task, agent);
        if (fixedServer.NotReachable is { } problem)
        {
            Explain(task, new PendingReason(Reasons.EndpointNotReachable, $"{problem}."));
            return false;
        }

        var (like, history) = (_match.Of(DemandReader.Read(task, agent, fixedServer)), HistoryOf(task));
        if (like.Best(history) is not { } node)
        {
            var why = like.Explain(history);
            Explain(task, why.Reason == Reasons.WaitingForCapacity ? OverQuota(task) ?? why : why);
            return false;
        }

        if (OverQuota(task) is { } overQuota)
        {
            _quotas!.Hold(task);
            Explain(task, overQuota);
            return false;
        }

        var decision = TaskDecisions.Assign(task, PlacementChoice.Assign(like.Demand, node, Placements), _now);
        node.Take(decision.After);
        _index.Activate(decision.After);
        _quotas?.Reserve(task);
        _decisions.Add(decision);
        return true;
    }

    private PendingReason? OverQuota(AgenticTask task)
    {
        if (_quotas?.Check(task) is not { } refusal)
        {
            return null;
        }

        _waitForQuota.Add(task.Uid());
        if (refusal.FreesAt is { } at && (QuotaFreesAt is null || at < QuotaFreesAt))
        {
            QuotaFreesAt = at;
        }

        return QuotaGate.Tell(refusal, _now, _snapshot.Uptime, _requeue);
    }

    private PendingReason? Gate(AgenticTask task, Agent? agent)
    {
        if (agent is null && task.AgentName() is { } name)
        {
            return new PendingReason(
                Reasons.AgentNotFound,
                $"{task.Spec.AgentField()}: Agent \"{name}\" does not exist in namespace {task.Namespace()}; create it, or correct the name.");
        }

        return SuspendGate.Check(task)
            ?? DependencyGate.Check(task, _index)
            ?? InputGate.Check(task, _snapshot.InputProblems)
            ?? BackoffGate.Check(task, SinceOf(task), _snapshot.Uptime, _requeue)
            ?? ConcurrencyGate.Check(agent, _index);
    }

    private void Explain(AgenticTask task, PendingReason pending)
    {
        foreach (var pause in HistoryOf(task)?.Pauses ?? [])
        {
            _requeue.NoLaterThan(SinceOf(task) + pause);
        }

        AwaitProbations();
        if (TaskDecisions.Explain(task, pending, _now) is not { } decision)
        {
            return;
        }

        var isPaced = task.Status.Conditions.Find(ConditionTypes.Scheduled) is { Status: Conditions.False } old && pending.IsPacedAfter(old.Reason);
        if (_explained >= _snapshot.ExplanationRoom)
        {
            LeftOut = true;
        }
        else if (_log.IsDue($"wait/{task.Uid()}", $"{pending.Reason} {pending.Message}", isPaced ? ExplanationPace.Between(task.Uid(), _waiting, pending.LeastBetween) : TimeSpan.Zero))
        {
            _explained++;
            _decisions.Add(decision);
        }
    }

    // Any task that waits may get a host whose probation ends.
    private void AwaitProbations()
    {
        if (_awaitsProbations)
        {
            return;
        }

        _awaitsProbations = true;
        foreach (var probation in _state.Probations.Values.Where(t => t.Until > _snapshot.Uptime))
        {
            _requeue.NoLaterThan(probation.Until);
        }
    }

    private TaskHistory? HistoryOf(AgenticTask task) => TaskHistory.Of(task, _snapshot.Uptime - SinceOf(task), Placements);

    private TimeSpan SinceOf(AgenticTask task) => _state.Tasks.GetValueOrDefault(task.Uid())?.Since ?? _snapshot.Uptime;
}
