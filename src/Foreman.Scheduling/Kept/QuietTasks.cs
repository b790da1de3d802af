using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>
/// Which waiting tasks have no turn in a decision, because it would find of them what the last one did and change nothing: those with a mark
/// that holds. The others have their turns in the same order as among all; of a group of them that say the same for the same class only those of which something is decided.
/// </summary>
internal sealed class QuietTasks
{
    private readonly FleetMatch _match;
    private readonly ClusterSnapshot _snapshot;
    private readonly Recalled _recalled;
    private readonly QuietClasses _classes;
    private readonly bool _hasQuotas;
    private readonly QuietQuotas? _quotas;
    private readonly KeptMarks _marks;
    private readonly List<TaskLine> _lines = [];
    private readonly Dictionary<AgenticTask, QuietMark> _doubtful = new(ReferenceEqualityComparer.Instance);

    // Those without a turn that only quotas keep waiting, as a host takes tasks of their class.
    private readonly Dictionary<AgenticTask, int> _keptByQuotas = new(ReferenceEqualityComparer.Instance);

    // What the order of turns went by, for those without a turn of which quotas say something that depends on it.
    private readonly Dictionary<int, (bool IsTaken, bool StartsAtOnce)> _chances = [];

    // Places of tasks of groups that had a turn, and what was found of groups as a whole.
    private readonly HashSet<int> _taken = [];
    private readonly Dictionary<KeptGroup, KeptGroup> _concluded = new(ReferenceEqualityComparer.Instance);
    private bool _dependOnQuotas;

    /// <param name="recalled">What of the last decision holds.</param>
    /// <param name="match">The hosts before the clauses.</param>
    /// <param name="fleet">The hosts.</param>
    /// <param name="servers">The slots of model servers.</param>
    /// <param name="quotas">What quotas have had; null when none limits anything.</param>
    /// <param name="snapshot">The cluster.</param>
    public QuietTasks(Recalled recalled, FleetMatch match, FleetView fleet, ServerSlots servers, QuotaLedger? quotas, ClusterSnapshot snapshot)
    {
        (_recalled, _match, _snapshot, _hasQuotas) = (recalled, match, snapshot, quotas is not null);
        _marks = recalled.Kept?.Marks.For(recalled, snapshot.Tasks) ?? KeptMarks.None(recalled.Lists);
        _classes = new(_marks.Classes, recalled.Kept, match, fleet, servers, snapshot.Uptime);
        if (recalled.Kept is not { } kept)
        {
            Turns = recalled.Lists.Waiting;
            return;
        }

        if (AllHold())
        {
            (Turns, Any, Due) = (_marks.Without, _marks.Without.Count < Waiting, _marks.Due);
            return;
        }

        _quotas = quotas is null ? null : new(quotas, kept);
        Turns = TurnsNow();
    }

    /// <summary>Places of the tasks that have a turn, but for those of <see cref="Lines"/>.</summary>
    public IReadOnlyList<int> Turns { get; }

    /// <summary>The groups of tasks that may be told something else, or get a slot.</summary>
    public IReadOnlyList<TaskLine> Lines => _lines;

    /// <summary>True when a task has none.</summary>
    public bool Any { get; private set; }

    /// <summary>Uptime at which the first write that is held falls due for one of them; null when none is held.</summary>
    public TimeSpan? Due { get; private set; }

    /// <summary>Tasks without a turn that only quotas keep waiting: the others come in the order that they have among them.</summary>
    public IReadOnlyCollection<AgenticTask> KeptByQuotas => _keptByQuotas.Keys;

    private int Waiting => _recalled.Lists.Waiting.Count;

    /// <summary>True for one of <see cref="KeptByQuotas"/>.</summary>
    /// <param name="task">The task.</param>
    public bool IsKeptByQuotas(AgenticTask task) => _keptByQuotas.ContainsKey(task);

    /// <summary>
    /// The class of a task that only quotas keep waiting, or that has its turn only because its class may be told something else: it asks what it asked, so that it need
    /// not be read again. Null for others.
    /// </summary>
    /// <param name="task">The task.</param>
    public DemandClass? ClassOf(AgenticTask task) =>
        _doubtful.TryGetValue(task, out var mark) ? _classes.Asked(mark.Class) : _keptByQuotas.TryGetValue(task, out var place) ? _classes.Asked(place) : null;

    /// <summary>UIDs of those whose reason to wait is a quota.</summary>
    public IReadOnlyList<string> WaitForQuota => _quotas?.Waiting ?? [];

    /// <summary>When the window of a quota has room for one of them; null when none waits for that.</summary>
    public DateTimeOffset? QuotaFreesAt => _quotas?.FreesAt;

    /// <summary>
    /// True when the turn of a task changes nothing after all, because its class is told the same by the time: the slot that was free when the decision began has
    /// gone to another one. What it waits for is then asked for, as its turn would.
    /// </summary>
    /// <param name="task">The task whose turn it is.</param>
    /// <param name="requeue">Told when a write that is held falls due.</param>
    /// <param name="findings">Told what was found.</param>
    public bool IsSpared(AgenticTask task, RequeueTimer requeue, QuietFindings findings)
    {
        if (!_doubtful.TryGetValue(task, out var mark) || (mark.Held is { } held && !IsHeld(held)))
        {
            return false;
        }

        var like = _classes.Asked(mark.Class);
        if (like.IsTaken || like.Explain(null) != mark.Why)
        {
            return false;
        }

        findings.Keep(task, new(mark.Why, like, mark.Others, mark.Held));
        if (mark.Held?.Due(Waiting) is { } due)
        {
            requeue.NoLaterThan(due);
        }

        return true;
    }

    /// <summary>Notes that a task of a group has its turn.</summary>
    /// <param name="entry">The task; of no meaning for one without a group.</param>
    public void Take(QueueEntry entry)
    {
        if (entry.Line is not null)
        {
            _taken.Add(entry.Place);
        }
    }

    /// <summary>
    /// Has those of a group follow that are told something else now, once no host takes its tasks any more. For the others a change of numbers is asked for when it falls due,
    /// as their turns would.
    /// </summary>
    /// <param name="line">The group; the first one that is left of it has come, and has no turn yet.</param>
    /// <param name="told">What tasks were told.</param>
    /// <param name="requeue">Told when a write that is held falls due.</param>
    public void Conclude(TaskLine line, ExplanationLog told, RequeueTimer requeue)
    {
        var group = line.Group;
        var why = _classes.Why(group.Key.Class);
        if (why == group.Key.Says)
        {
            line.Conclude([]);
        }
        else if (_hasQuotas && why.Reason == Reasons.WaitingForCapacity)
        {
            line.Conclude(line.Left, isOfEach: true);
        }
        else if (!why.IsPacedAfter(group.Key.Says.Reason))
        {
            line.Conclude(line.Left);
        }
        else if (line.Taken == 0 && group.Held is { } known && known.HoldsFor(why, Waiting, _snapshot.Uptime))
        {
            line.Conclude([]);
            Hold(known, requeue);
        }
        else
        {
            ConcludeNumbers(line, why, told, requeue);
        }
    }

    /// <summary>Notes that a task was to be told something for which there was no room: one of a group stays there.</summary>
    /// <param name="entry">The task.</param>
    public void PutOff(QueueEntry entry)
    {
        if (entry.Line is { IsConcluded: true })
        {
            _taken.Remove(entry.Place);
        }
    }

    /// <summary>
    /// Asks for those of a group that come no more, as there is no room: for what they were told a moment ago, when it falls due again because it may have been lost. For
    /// changed numbers that was done when the group was concluded.
    /// </summary>
    /// <param name="line">The group.</param>
    /// <param name="told">What tasks were told.</param>
    /// <param name="requeue">Told when a write that is held falls due.</param>
    public void Await(TaskLine line, ExplanationLog told, RequeueTimer requeue)
    {
        var why = _classes.Why(line.Group.Key.Class);
        if (why.IsPacedAfter(line.Group.Key.Says.Reason))
        {
            return;
        }

        var text = why.Text;
        foreach (var place in line.Behind)
        {
            if (told.HeldUntil(told.Find(_snapshot.Tasks[place].Uid()), text, TimeSpan.Zero) is { } due)
            {
                requeue.NoLaterThan(due);
            }
        }
    }

    /// <summary>True when the tasks without a turn would still be told the same after a host has taken a task.</summary>
    /// <param name="node">The host.</param>
    /// <param name="demand">What that task asked.</param>
    public bool StaySo(NodeView node, Demand demand)
    {
        if (_quotas is { HasFilled: true })
        {
            return false;
        }

        var isFull = !MomentClauses.Takes(node, _snapshot.Uptime);
        if (!isFull && demand.Capability is not ({ MinRAMGB: > 0 } or { MinAcceleratorMemoryGB: > 0 }))
        {
            return true;
        }

        return _chances.All(known => _classes.ChancesOf(known.Key) == known.Value) && _classes.StaySo(node, isFull);
    }

    /// <summary>The marks for the next decision.</summary>
    /// <param name="found">What was found of tasks that had a turn.</param>
    /// <param name="index">All tasks.</param>
    public KeptMarks Next(QuietFindings found, TaskIndex index)
    {
        if (!found.IsOn)
        {
            return KeptMarks.None(_recalled.Lists);
        }

        var known = _classes.Left();
        HashSet<int> gone = [.. Turns, .. _taken];
        if (gone.Count == 0 && _concluded.Count == 0)
        {
            return _marks with { Classes = known, Due = Due, DependOnQuotas = _dependOnQuotas };
        }

        var (classes, marks, single, without) = (new KeptClasses(known, _match.Most, index), new Dictionary<int, QuietMark?>(gone.Count), new List<int>(), new List<int>());
        foreach (var place in gone)
        {
            var mark = found.Find(_snapshot.Tasks[place]) is { } finding ? classes.Mark(finding, place) : null;
            marks.Add(place, mark);
            if (mark is null)
            {
                without.Add(place);
            }
            else if (mark.Group is null)
            {
                single.Add(place);
                Note(mark);
            }
        }

        var left = gone.Select(place => _marks.ByPlace[place]?.Group).OfType<QuietGroup>().ToHashSet();
        return new(_marks.ByPlace.With([.. gone], place => marks[place]), classes.Regrouped(gone, left, _concluded), [.. _marks.Single.Where(place => !gone.Contains(place)), .. single], without)
        {
            Due = Due,
            DependOnQuotas = _dependOnQuotas,
        };
    }

    private void ConcludeNumbers(TaskLine line, PendingReason why, ExplanationLog log, RequeueTimer requeue)
    {
        var group = line.Group;
        var told = group.Told ?? [.. group.Places.Select(place => _snapshot.Tasks[place].Uid()).Select(uid => new ToldMember(log.Find(uid), ExplanationPace.FactorOf(uid)))];
        var (text, due, first) = (why.Text, new List<int>(), TimeSpan.MaxValue);
        for (var i = line.Taken; i < told.Length; i++)
        {
            var (last, factor) = told[i];
            if (log.HeldUntil(last, text, ExplanationPace.Between(factor, Waiting, why.LeastBetween)) is { } at)
            {
                first = at < first ? at : first;
            }
            else
            {
                due.Add(group.Places[i]);
            }
        }

        var held = new HeldGroup(why, Waiting, first);
        if (due.Count < told.Length - line.Taken)
        {
            Hold(held, requeue);
        }

        _concluded[group] = group with { Told = told, Held = due.Count == 0 && line.Taken == 0 ? held : null };
        line.Conclude([.. due]);
    }

    private void Hold(HeldGroup held, RequeueTimer requeue)
    {
        requeue.NoLaterThan(held.Due);
        Note(held.Due);
    }

    private void Note(QuietMark mark)
    {
        _dependOnQuotas |= mark.Quota is not null;
        if (mark.Held is { } held)
        {
            Note(held.Due(Waiting));
        }
    }

    private void Note(TimeSpan due) => Due = Due < due ? Due : due;

    private List<int> TurnsNow()
    {
        List<int> turns = [.. _marks.Without];
        var holding = Array.ConvertAll(_marks.Single, place => Holds(_marks.ByPlace[place]!, _snapshot.Tasks[place]));
        if (_quotas is { } quotas)
        {
            NoteAll(quotas, holding);
        }

        for (var i = 0; i < holding.Length; i++)
        {
            var place = _marks.Single[i];
            var (mark, task) = (_marks.ByPlace[place]!, _snapshot.Tasks[place]);
            if (holding[i] && _quotas?.IsAtRest(task, mark.Quota) != false)
            {
                Spare(mark, task);
            }
            else
            {
                turns.Add(place);
                Doubt(place);
            }
        }

        Line(turns);
        return turns;
    }

    // Which marks hold, whatever the order of turns; quotas are told of all tasks that wait.
    private void NoteAll(QuietQuotas quotas, bool[] holding)
    {
        foreach (var place in _marks.Without)
        {
            quotas.Note(_snapshot.Tasks[place], null, stays: false);
        }

        foreach (var (i, place) in _marks.Single.Index())
        {
            quotas.Note(_snapshot.Tasks[place], _marks.ByPlace[place]!.Quota, holding[i]);
        }

        foreach (var group in _marks.Classes.SelectMany(c => c?.Groups ?? []))
        {
            var isQuiet = IsQuiet(group);
            foreach (var place in group.Places)
            {
                quotas.Note(_snapshot.Tasks[place], null, isQuiet);
            }
        }

        var diff = _recalled.Diff!;
        foreach (var task in diff.Changed.Concat(diff.Gone).Concat(_recalled.Lists.Unanswered.Where(t => t.IsPending())))
        {
            quotas.Disturb(task);
        }

        quotas.Settle();
    }

    // One of a group has a turn only where the group may be told something else, or get a slot; all of them where each is told how many use a server.
    private void Line(List<int> turns)
    {
        for (var i = 0; i < _classes.Count; i++)
        {
            foreach (var group in _classes[i]?.Groups ?? [])
            {
                if (IsQuiet(group))
                {
                    Any = true;
                    if (group.Key.Says != _classes[i]!.Why)
                    {
                        Note(group.Held!.Due);
                    }
                }
                else if (_classes.IsBounded(i))
                {
                    turns.AddRange(group.Places);
                }
                else
                {
                    _lines.Add(new(group, _classes.Asked(i), _snapshot.Tasks));
                }
            }
        }
    }

    // Its tasks say what the class is told, or the time has not come at which one of them is told it.
    private bool IsQuiet(KeptGroup group) =>
        _classes.IsSame(group.Key.Class)
        && _classes[group.Key.Class]!.Why is { } why
        && (why == group.Key.Says || group.Held?.HoldsFor(why, Waiting, _snapshot.Uptime) == true);

    private void Spare(QuietMark mark, AgenticTask task)
    {
        Any = true;
        Note(mark);
        if (mark.Quota is not { } finding)
        {
            return;
        }

        _quotas!.Spare(task, finding);
        if (_classes.ChancesOf(mark.Class).IsTaken)
        {
            _keptByQuotas.Add(task, mark.Class);
        }

        if (finding.DependsOnTurns)
        {
            _chances[mark.Class] = finding.Chances;
        }
    }

    // Whether its class is told the same is asked again when its turn has come.
    private void Doubt(int place)
    {
        if (_marks.ByPlace[place] is { Class: >= 0, Quota: null } mark && !_classes.IsBounded(mark.Class) && AreOthersSame(mark.Others, _snapshot.Tasks[place]))
        {
            _doubtful[_snapshot.Tasks[place]] = mark;
        }
    }

    // No task needs to be looked at: all are the same, all classes are told the same, and no write is due.
    private bool AllHold()
    {
        if (!_recalled.AllSame || _marks.DependOnQuotas || _marks.Due <= _snapshot.Uptime)
        {
            return false;
        }

        for (var i = 0; i < _classes.Count; i++)
        {
            if (_classes[i] is { } known && (known.IsOpen || !_classes.IsSame(i)))
            {
                return false;
            }
        }

        return true;
    }

    private bool Holds(QuietMark mark, AgenticTask task) =>
        AreOthersSame(mark.Others, task)
        && (mark.Quota is { } finding ? HoldsOfQuota(mark.Class, finding, task) : mark.Class < 0 || _classes.IsSame(mark.Class))
        && (mark.Held is not { } held || IsHeld(held));

    // A quota is told while a host can take tasks of the class, at this moment or once what passes is over.
    private bool HoldsOfQuota(int place, QuotaFinding finding, AgenticTask task) =>
        (finding.Answer == QuotaAnswer.Room ? _classes.IsSame(place) : _classes.Passes(place))
        && (!finding.DependsOnTurns || _classes.ChancesOf(place) == finding.Chances)
        && (finding.Answer != QuotaAnswer.Short || _classes.ChancesOf(place).IsTaken == finding.HadHost)
        && _quotas!.IsFullAs(task, finding);

    private bool AreOthersSame(AskedOthers others, AgenticTask task) => others == AskedOthers.None || _recalled.Diff is { IsEmpty: true }
        || (others == AskedOthers.Upstream
            && _recalled.Diff is { HasSameDependencies: true } diff
            && task.Spec.DependsOn!.All(name => !diff.Has(new ObjectKey(task.Namespace(), name))));

    private bool IsHeld(HeldWrite held) => held.Due(Waiting) > _snapshot.Uptime;
}
