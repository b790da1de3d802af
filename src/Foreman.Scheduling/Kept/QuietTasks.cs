using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>
/// Which waiting tasks have no turn in a decision, because it would find of them what the last one did and change nothing: those with a mark
/// that holds. The others have their turns in the same order as among all.
/// </summary>
internal sealed class QuietTasks
{
    private readonly FleetMatch _match;
    private readonly FleetView _fleet;
    private readonly ServerSlots _servers;
    private readonly ClusterSnapshot _snapshot;
    private readonly Recalled _recalled;
    private readonly KeptClass?[] _classes;
    private readonly bool?[] _isSame;
    private readonly DemandClass?[] _asked;
    private readonly int[]? _changed;
    private readonly QuietMark?[] _marks;
    private readonly Dictionary<AgenticTask, QuietMark> _doubtful = new(ReferenceEqualityComparer.Instance);

    /// <param name="recalled">What of the last decision holds.</param>
    /// <param name="match">The hosts before the clauses.</param>
    /// <param name="fleet">The hosts.</param>
    /// <param name="servers">The slots of model servers.</param>
    /// <param name="snapshot">The cluster.</param>
    public QuietTasks(Recalled recalled, FleetMatch match, FleetView fleet, ServerSlots servers, ClusterSnapshot snapshot)
    {
        (_recalled, _match, _fleet, _servers, _snapshot) = (recalled, match, fleet, servers, snapshot);
        if (recalled.Kept is not { } kept)
        {
            _classes = [];
            _isSame = [];
            _asked = [];
            _marks = new QuietMark?[snapshot.Tasks.Count];
            Turns = recalled.Lists.Waiting;
            return;
        }

        _classes = [.. kept.Marks.Classes];
        _isSame = new bool?[_classes.Length];
        _asked = new DemandClass?[_classes.Length];
        _changed = HostChanges.Of((kept.Fleet, kept.Snapshot.Uptime), (fleet, snapshot.Uptime));
        _marks = recalled.AllSame ? kept.Marks.ByPlace : MarksNow(recalled.Lists, recalled.Diff!, kept.Marks.ByPlace);
        if (AllHold(kept))
        {
            (Turns, Any, Due) = (kept.Marks.Without, kept.Marks.Without.Count < recalled.Lists.Waiting.Count, kept.Marks.Due);
            return;
        }

        var turns = new List<int>();
        foreach (var place in recalled.Lists.Waiting)
        {
            if (_marks[place] is { } mark && Holds(mark, snapshot.Tasks[place], kept))
            {
                Any = true;
            }
            else
            {
                turns.Add(place);
                Doubt(place);
            }
        }

        Turns = turns;
    }

    /// <summary>Places of the tasks that have a turn.</summary>
    public IReadOnlyList<int> Turns { get; }

    /// <summary>True when a task has none.</summary>
    public bool Any { get; private set; }

    /// <summary>Uptime at which the first write that is held for one of them falls due; null when none is held.</summary>
    public TimeSpan? Due { get; private set; }

    /// <summary>The class of a task that has its turn only because its class may be told something else: it asks what it asked, so that it need not be read again. Null for others.</summary>
    /// <param name="task">The task.</param>
    public DemandClass? ClassOf(AgenticTask task) => _doubtful.TryGetValue(task, out var mark) ? Asked(mark.Class) : null;

    /// <summary>
    /// True when the turn of a task changes nothing after all, because its class is told the same by the time: the slot that was free when the decision began has
    /// gone to another one. What it waits for is then asked for, as its turn would.
    /// </summary>
    /// <param name="task">The task whose turn it is.</param>
    /// <param name="hasRoom">True when there is room for an explanation.</param>
    /// <param name="requeue">Told when a write that is held falls due.</param>
    /// <param name="findings">Told what was found.</param>
    public bool IsSpared(AgenticTask task, bool hasRoom, RequeueTimer requeue, QuietFindings findings)
    {
        if (!_doubtful.TryGetValue(task, out var mark))
        {
            return false;
        }

        var due = mark.Held?.Due(_recalled.Lists.Waiting.Count);
        if (due is { } at && (!hasRoom || at <= _snapshot.Uptime || at > mark.Held!.Until))
        {
            return false;
        }

        var like = Asked(mark.Class);
        if (like.IsTaken || like.Explain(null) != mark.Why)
        {
            return false;
        }

        findings.Keep(task, new(mark.Why, like, mark.Others, mark.Held));
        if (due is { } time)
        {
            requeue.NoLaterThan(time);
        }

        return true;
    }

    /// <summary>True when the tasks without a turn would still be told the same after a host has taken a task.</summary>
    /// <param name="node">The host.</param>
    /// <param name="demand">What that task asked.</param>
    public bool StaySo(NodeView node, Demand demand)
    {
        var isFull = !MomentClauses.Takes(node, _snapshot.Uptime);
        if (!isFull && demand.Capability is not ({ MinRAMGB: > 0 } or { MinAcceleratorMemoryGB: > 0 }))
        {
            return true;
        }

        for (var i = 0; i < _classes.Length; i++)
        {
            if (_isSame[i] == true
                && string.Equals(_classes[i]!.Nearest.Name, node.Name, StringComparison.Ordinal)
                && (isFull || PromisedMemory.ShortOf(node, _classes[i]!.Verdicts.Demand) != default))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The marks for the next decision.</summary>
    /// <param name="found">What was found of tasks that had a turn.</param>
    public KeptMarks Next(QuietFindings found)
    {
        for (var i = 0; i < _classes.Length; i++)
        {
            _classes[i] = _isSame[i] == true ? _classes[i] : null;
        }

        if (Turns.Count == 0)
        {
            return new(_marks, _classes, Turns, Due);
        }

        var (classes, marks, without, due) = (new KeptClasses(_classes, _match.Most), (QuietMark?[])_marks.Clone(), new List<int>(), Due);
        foreach (var place in Turns)
        {
            marks[place] = found.Find(_snapshot.Tasks[place]) is { } finding ? classes.Mark(finding) : null;
            if (marks[place] is not { } mark)
            {
                without.Add(place);
            }
            else if (mark.Held?.Due(_recalled.Lists.Waiting.Count) is { } at)
            {
                due = due < at ? due : at;
            }
        }

        return new(marks, classes.All, without, due);
    }

    private DemandClass Asked(int place) => _asked[place] ??= _match.Of(_classes[place]!.Verdicts);

    // Whether its class is told the same is asked again when its turn has come.
    private void Doubt(int place)
    {
        if (_marks[place] is { Class: >= 0 } mark && !_servers.IsBounded(_classes[mark.Class]!.Verdicts.Demand) && AreOthersSame(mark.Others, _snapshot.Tasks[place]))
        {
            _doubtful[_snapshot.Tasks[place]] = mark;
        }
    }

    // No task needs to be looked at: all are the same, all classes are told the same, and no write is due.
    private bool AllHold(KeptRound kept)
    {
        if (!_recalled.AllSame || (kept.Marks.Due is { } due && (kept.LeftOut || _snapshot.ExplanationRoom <= 0 || due <= _snapshot.Uptime)))
        {
            return false;
        }

        for (var i = 0; i < _classes.Length; i++)
        {
            if (_classes[i] is not null && !IsSame(i, kept))
            {
                return false;
            }
        }

        return true;
    }

    // A task may have come to wait for the answer to a decision, and be the same object.
    private static QuietMark?[] MarksNow(TaskLists lists, TaskDiff diff, QuietMark?[] before)
    {
        var marks = new QuietMark?[lists.Count];
        foreach (var place in lists.Waiting)
        {
            marks[place] = diff.From(place) is >= 0 and var old ? before[old] : null;
        }

        return marks;
    }

    private bool Holds(QuietMark mark, AgenticTask task, KeptRound kept) =>
        AreOthersSame(mark.Others, task) && (mark.Class < 0 || IsSame(mark.Class, kept)) && (mark.Held is not { } held || IsHeld(held, kept));

    private bool AreOthersSame(AskedOthers others, AgenticTask task) => others == AskedOthers.None || _recalled.Diff is { IsEmpty: true }
        || (others == AskedOthers.Upstream
            && _recalled.Diff is { HasSameDependencies: true } diff
            && task.Spec.DependsOn!.All(name => !diff.Has(new ObjectKey(task.Namespace(), name))));

    // Without room nothing is asked of the log, and so no time is set.
    private bool IsHeld(HeldWrite held, KeptRound kept)
    {
        var due = held.Due(_recalled.Lists.Waiting.Count);
        if (kept.LeftOut || _snapshot.ExplanationRoom <= 0 || due <= _snapshot.Uptime || due > held.Until)
        {
            return false;
        }

        Due = Due < due ? Due : due;
        return true;
    }

    private bool IsSame(int place, KeptRound kept) => _isSame[place] ??=
        _classes[place] is { } known && !_servers.IsBounded(known.Verdicts.Demand) && (IsUntouched(place, known, kept) || IsToldTheSame(place, known));

    /// <summary>True when no host that has changed takes tasks of a class, changes its counts or its reason, or is or comes to be the nearest.</summary>
    private bool IsUntouched(int place, KeptClass known, KeptRound kept)
    {
        if (_changed is not { } changed)
        {
            return false;
        }

        var verdicts = _match.VerdictsOf(known.Verdicts);
        foreach (var host in changed)
        {
            if (!IsHarmless(host, known, verdicts, kept))
            {
                return false;
            }
        }

        _classes[place] = known with { Verdicts = verdicts };
        return true;
    }

    private bool IsHarmless(int host, KeptClass known, DemandVerdicts verdicts, KeptRound kept)
    {
        var (before, node) = (kept.Fleet.All[host], _fleet.All[host]);
        if (string.Equals(known.Nearest.Name, node.Name, StringComparison.Ordinal)
            || (verdicts.Fits(host) && MomentClauses.Takes(node, known.Verdicts.Demand, _snapshot.Uptime))
            || known.Verdicts.Known(host) is not { } was
            || verdicts.Known(host) is not { } misfit)
        {
            return false;
        }

        var momentBefore = MomentClauses.Violations(before, known.Verdicts.Demand, kept.Snapshot.Uptime, null);
        var moment = MomentClauses.Violations(node, known.Verdicts.Demand, _snapshot.Uptime, null);
        return FirstOf(was, momentBefore) is { } first
            && first == FirstOf(misfit, moment)
            && (was.Lasting == 0) == (misfit.Lasting == 0)
            && was.Reason == misfit.Reason
            && Nearness.Of(misfit, moment, node.Name).CompareTo(known.Nearest) > 0;
    }

    private static string? FirstOf(HostMisfit misfit, IReadOnlyList<ConstraintViolation> moment) => misfit.First ?? (moment.Count > 0 ? moment[0].Summary : null);

    private bool IsToldTheSame(int place, KeptClass known)
    {
        var like = _match.Of(known.Verdicts);
        if (like.IsTaken || like.Explain(null) != known.Why)
        {
            return false;
        }

        _classes[place] = new(like.Verdicts, known.Why, like.Named);
        return true;
    }
}
