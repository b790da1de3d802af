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
    private readonly ExplanationLog _told;
    private readonly TaskIndex _index;
    private readonly AgentIndex _agents;
    private readonly FixedServers _servers;
    private readonly ServerSlots _serverSlots;
    private readonly FleetMatch _match;
    private readonly QuotaLedger? _quotas;
    private readonly TaskLists _tasks;
    private readonly QuietTasks _quiet;
    private readonly QuietFindings _findings;
    private readonly QuietRuns _runs;
    private readonly List<Decision> _decisions = [];
    private readonly List<AgenticTask> _turns = [];
    private readonly List<string> _waitForQuota = [];
    private readonly HashSet<QueueKey> _placed = [];

    // One for all tasks that are told the same.
    private readonly Dictionary<PendingReason, string> _texts = new(ReferenceEqualityComparer.Instance);
    private int _explained;
    private int _refreshed;
    private bool _isPutOff;
    private bool _awaitsProbations;

    public TaskRound(ClusterSnapshot snapshot, SchedulerState state, DateTimeOffset now, RequeueTimer requeue, ExplanationLog told, Recalled recalled)
    {
        _snapshot = snapshot;
        _state = state;
        _now = now;
        _requeue = requeue;
        _told = told;
        _tasks = recalled.Lists;
        _index = new TaskIndex(snapshot.Tasks, _tasks.Holding.Select(t => t.Task), recalled.Cycles);
        _agents = new AgentIndex(snapshot.Agents, snapshot.Settings);
        _servers = new FixedServers(snapshot);
        Fleet = FleetView.From(snapshot, state, _tasks, _tasks.Runs, snapshot.State.Kept?.Fleet);
        _serverSlots = new ServerSlots(snapshot, _tasks.Holding, Fleet);
        _match = new FleetMatch(Fleet, snapshot.Settings, snapshot.Uptime, state.Verdicts);
        _quotas = QuotaLedger.Of(snapshot, now);
        _quiet = new QuietTasks(recalled, _match, Fleet, _serverSlots, _quotas, snapshot);
        _findings = new QuietFindings(Fleet.All.Count > 0 && KeptRound.MayMark(snapshot));
        _runs = new QuietRuns(recalled, Fleet, snapshot, UndisturbedSince);
        ProbationsAfter = state.Probations;
    }

    public FleetView Fleet { get; }

    /// <summary>The waiting tasks that had a turn, in that order.</summary>
    public IReadOnlyList<AgenticTask> Turns => _turns;

    /// <summary>UIDs of the tasks whose reason to wait is a quota; that it is so is written at its pace.</summary>
    public IReadOnlyList<string> WaitForQuota => _waitForQuota;

    /// <summary>When the window of a quota has room for a task that waits for it; null when none waits for that.</summary>
    public DateTimeOffset? QuotaFreesAt { get; private set; }

    /// <summary>The hosts that waiting tasks need, as no other one served them when turns began.</summary>
    public IReadOnlyDictionary<string, HostNeed> Needs { get; private set; } = new Dictionary<string, HostNeed>();

    /// <summary>True when something was left out because too much of its kind waits to be written.</summary>
    public bool LeftOut { get; private set; }

    /// <summary>True while quotas count the seconds of runs under way: what is set aside for one grows with the time once it takes longer than expected.</summary>
    public bool CountsTime => _quotas?.Accounts.Any(a => a is { Running: > 0, Quota.SecondsPerWindow: not null }) == true;

    private PlacementRegistry Placements => _snapshot.Settings.Placements;

    private TimeSpan? UndisturbedSince => _state.Disrupted || _state.UnreachableSince is not null ? null : _state.UndisturbedSince;

    public ImmutableDictionary<string, NodeProbation> ProbationsAfter { get; private set; }

    /// <summary>What was decided about tasks.</summary>
    public IReadOnlyList<Decision> Decisions => _decisions;

    /// <summary>Decides; false when what was recalled turns out not to hold to the end, so that all of it is to be decided anew without it.</summary>
    public bool TryDecide()
    {
        for (var place = 0; place < _tasks.Underway.Count; place++)
        {
            if (_runs.StaysUntil(place) is not { } until)
            {
                Rescue(_tasks.Underway[place], place);
            }
            else if (until < TimeSpan.MaxValue)
            {
                _requeue.NoLaterThan(until);
            }
        }

        if (_quiet.Due is { } due)
        {
            _requeue.NoLaterThan(due);
        }

        if (_quiet.Any)
        {
            AwaitProbations();
        }

        _waitForQuota.AddRange(_quiet.WaitForQuota);
        if (_quiet.QuotaFreesAt is { } freesAt)
        {
            _requeue.NoLaterThan(_snapshot.Uptime + (freesAt - _now));
            QuotaFreesAt = freesAt;
        }

        return TryPlaceAll();
    }

    /// <summary>What the next decision may recall.</summary>
    /// <param name="state">The state that is left to it.</param>
    public KeptRound Keep(SchedulerState state) => new()
    {
        Snapshot = _snapshot with { State = SchedulerState.Empty },
        Lists = _tasks,
        Fleet = Fleet,
        Runs = _runs.Kept,
        Marks = _quiet.Next(_findings, _index),
        Cycles = _index.KnownCycles,
        Tasks = state.Tasks,
        Writes = state.Writes,
        Told = state.Told.ByUid,
        Verdicts = state.Verdicts,
        Quotas = _quotas,
        Placed = _placed,
    };

    /// <summary>What was found of the classes of tasks, for the next decision; made anew each time.</summary>
    public FleetVerdicts Verdicts() => _match.Verdicts;

    private bool TryPlaceAll()
    {
        var turns = Waiting();
        var rescued = _decisions.Count;
        while (turns.TryTake(out var task))
        {
            if (_quiet.IsKeptByQuotas(task))
            {
                continue;
            }

            if (turns.Last is { Line: { IsConcluded: false } line, Class.IsTaken: false })
            {
                AwaitProbations();
                _quiet.Conclude(line, _told, _requeue);
                turns.Follow(line);
                continue;
            }

            if (_quiet.IsSpared(task, _requeue, _findings))
            {
                AwaitProbations();
                continue;
            }

            if (_decisions.Count - rescued - _explained >= _snapshot.AssignmentRoom)
            {
                LeftOut = true;
                break;
            }

            if (!TryGiveTurn(turns))
            {
                return false;
            }
        }

        return true;
    }

    // False when others who have no turn would be told something else after it.
    private bool TryGiveTurn(FairTurns turns)
    {
        var entry = turns.Last;
        _turns.Add(entry.Task);
        _quiet.Take(entry);
        _isPutOff = false;
        if (Place(entry.Task, entry.Class as DemandClass) is { } placed)
        {
            turns.Charge();
            return _quiet.StaySo(placed.Node, placed.Demand);
        }

        if (_isPutOff)
        {
            _quiet.PutOff(entry);
        }

        if (entry.Line is not { IsConcluded: true } line)
        {
            return true;
        }

        if (!_isPutOff || line.IsOfEach)
        {
            turns.Follow(line);
        }
        else if (_explained >= _snapshot.ExplanationRoom)
        {
            _quiet.Await(line, _told, _requeue);
        }

        return true;
    }

    private FairTurns Waiting()
    {
        // No host takes those without a turn, but for some that only quotas keep waiting: without the former the others come in the order that they have among all.
        var (classes, waiting) = (new HashSet<DemandClass>(), new List<QueueEntry>());
        foreach (var task in _quiet.KeptByQuotas.Concat(_quiet.Turns.Select(place => _snapshot.Tasks[place])))
        {
            var like = _quiet.ClassOf(task) ?? DemandClassOf(task);
            waiting.Add(new(task) { Class = like });
            if (like is not null)
            {
                classes.Add(like);
            }
        }

        foreach (var line in _quiet.Lines)
        {
            classes.Add(line.Class);
            waiting.Add(line.Follow()!);
        }

        Needs = HostNeed.Of(classes);
        return FairTurns.Of(_snapshot, _quiet.Turns.Count > 0 || _quiet.Lines.Count > 0 ? waiting : [], _index, _now);
    }

    // Null for a task that can't start, whatever hosts there are, for a reason that no placement of this decision changes.
    private DemandClass? DemandClassOf(AgenticTask task)
    {
        var agent = _agents.Of(task);
        if (task.Spec.Cancel == true || SuspendGate.Check(task) is not null || (agent is null && task.AgentName() is not null) || DependencyGate.Check(task, _index) is not null)
        {
            return null;
        }

        var server = _servers.Find(task, agent);
        return server.NotReachable is null ? _match.Of(DemandReader.Read(task, agent, server)) : null;
    }

    private void Rescue(AgenticTask task, int place)
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
            if (rules is not null)
            {
                _runs.Note(place, verdict.JudgeAgainAt);
            }

            return;
        }

        if (reason.RecordFailure)
        {
            ProbationsAfter = NodeProbations.RecordFailure(ProbationsAfter, view.NodeName, _snapshot.Uptime, _now);
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
            UndisturbedSince = UndisturbedSince,
            Uptime = _snapshot.Uptime,
            Identity = _snapshot.Settings.Identity,
        };
    }

    // The host whose slot the task gets, and what it asked; null when it gets none.
    private (NodeView Node, Demand Demand)? Place(AgenticTask task, DemandClass? known)
    {
        var agent = _agents.Of(task);
        if (PendingCompletion.Check(task, agent, _index, _agents, _snapshot.Settings) is { } completion)
        {
            _decisions.Add(TaskDecisions.Complete(task, completion, _now));
            return null;
        }

        var asked = new AskedTask(task, agent, TaskHistory.Of(task, _snapshot.Uptime - SinceOf(task), Placements));
        if (Gate(task, agent) is { } pending)
        {
            Explain(asked, pending);
            return null;
        }

        var fixedServer = _servers.Find(task, agent);
        if (fixedServer.NotReachable is { } problem)
        {
            Explain(asked, new PendingReason(Reasons.EndpointNotReachable, $"{problem}."));
            return null;
        }

        asked = asked with { UsesBoundedServer = _serverSlots.IsBounded(task.Spec.Kind.AsksModel, fixedServer.Server) };
        if (_serverSlots.Check(task, fixedServer.Server) is { } full)
        {
            Explain(asked, full);
            return null;
        }

        var like = known ?? _match.Of(DemandReader.Read(task, agent, fixedServer));
        if (like.Best(asked.History) is not { } node)
        {
            var why = like.Explain(asked.History);
            ExplainWithin(asked, like, why, why.Reason == Reasons.WaitingForCapacity ? _quotas?.Check(task) : null);
            return null;
        }

        if (_quotas?.Check(task) is { } refusal)
        {
            _quotas.Hold(task);
            ExplainWithin(asked, like, null, refusal);
            return null;
        }

        var decision = TaskDecisions.Assign(task, PlacementChoice.Assign(like.Demand, node, Placements), _now);
        node.Take(decision.After);
        _index.Activate(decision.After);
        _serverSlots.Use(decision.After);
        _quotas?.Reserve(task);
        _placed.Add(QueueKey.Of(task));
        _decisions.Add(decision);
        return (node, like.Demand);
    }

    // Quotas are told of a task that could start but for them, and of one for which no host is free; every other reason comes before them.
    private void ExplainWithin(AskedTask asked, DemandClass like, PendingReason? other, QuotaRefusal? refusal)
    {
        if (_quotas is { } quotas && other is null or { Reason: Reasons.WaitingForCapacity })
        {
            asked = asked with { Quota = QuotaFinding.Of(quotas.AccountsOf(asked.Task), refusal, hadHost: other is null, like) };
        }

        Explain(asked, refusal is null ? other! : OverQuota(asked.Task, refusal), like);
    }

    private PendingReason OverQuota(AgenticTask task, QuotaRefusal refusal)
    {
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

    private void Explain(AskedTask asked, PendingReason pending, DemandClass? like = null)
    {
        var task = asked.Task;
        foreach (var pause in asked.History?.Pauses ?? [])
        {
            _requeue.NoLaterThan(SinceOf(task) + pause);
        }

        AwaitProbations();
        if (TaskDecisions.Explain(task, pending, _now) is not { } decision)
        {
            _findings.Add(asked, pending, like, held: null);
            return;
        }

        var text = TextOf(pending, like);
        var before = task.Status.Conditions.Find(ConditionTypes.Scheduled) is { Status: Conditions.False } old ? old.Reason : null;
        var between = ExplanationPace.Between(task.Uid(), _tasks.Waiting.Count, pending.LeastBetween);
        var last = _told.Find(task.Uid());
        if (_told.HeldUntil(last, text, pending.IsPacedAfter(before) ? between : TimeSpan.Zero) is { } due)
        {
            _requeue.NoLaterThan(due);
            _findings.Add(asked, pending, like, HeldWrite.Of(last!, text, task.Uid(), pending.LeastBetween));
            return;
        }

        if (HasRoom(isRefresh: like is not null && before is not null))
        {
            _told.Record(task.Uid(), text, ExplanationPace.Remembered(between));
            _explained++;
            _decisions.Add(decision);
        }
    }

    private string TextOf(PendingReason pending, DemandClass? like)
    {
        if (like is null)
        {
            return pending.Text;
        }

        if (!_texts.TryGetValue(pending, out var text))
        {
            _texts.Add(pending, text = pending.Text);
        }

        return text;
    }

    // What finds no room in its lane waits until there is some; what is one too many of those that say why they wait follows in the next decision.
    private bool HasRoom(bool isRefresh)
    {
        if (_explained >= _snapshot.ExplanationRoom)
        {
            (_isPutOff, LeftOut) = (true, true);
            return false;
        }

        if (isRefresh && _refreshed >= _snapshot.RefreshRoom)
        {
            _isPutOff = true;
            _requeue.NoLaterThan(_snapshot.Uptime);
            return false;
        }

        _refreshed += isRefresh ? 1 : 0;
        return true;
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

    private TimeSpan SinceOf(AgenticTask task) => _state.Tasks.GetValueOrDefault(task.Uid())?.Since ?? _snapshot.Uptime;
}
