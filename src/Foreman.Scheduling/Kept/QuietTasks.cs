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
    private readonly ClusterSnapshot _snapshot;
    private readonly Recalled _recalled;
    private readonly KeptClass?[] _classes;
    private readonly bool?[] _isSame;
    private readonly int[]? _changed;
    private readonly QuietMark?[] _marks;
    private readonly Dictionary<AgenticTask, QuietMark> _doubtful = new(ReferenceEqualityComparer.Instance);

    /// <param name="recalled">What of the last decision holds.</param>
    /// <param name="match">The hosts before the clauses.</param>
    /// <param name="fleet">The hosts.</param>
    /// <param name="snapshot">The cluster.</param>
    public QuietTasks(Recalled recalled, FleetMatch match, FleetView fleet, ClusterSnapshot snapshot)
    {
        (_recalled, _match, _fleet, _snapshot) = (recalled, match, fleet, snapshot);
        if (recalled.Kept is not { } kept)
        {
            _classes = [];
            _isSame = [];
            _marks = new QuietMark?[snapshot.Tasks.Count];
            Turns = recalled.Lists.Waiting;
            return;
        }

        _classes = [.. kept.Marks.Classes];
        _isSame = new bool?[_classes.Length];
        _changed = HostChanges.Of(kept.Fleet, fleet);
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

        var like = _match.Of(_classes[mark.Class]!.Verdicts);
        if (like.Best(null) is not null || like.Explain(null) != mark.Why)
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
    public bool StaySo(NodeView node)
    {
        if (MomentClauses.Takes(node, _snapshot.Uptime))
        {
            return true;
        }

        for (var i = 0; i < _classes.Length; i++)
        {
            if (_isSame[i] == true && string.Equals(_classes[i]!.Nearest.Name, node.Name, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The marks for the next decision; null when that is better off without.</summary>
    /// <param name="found">What was found of tasks that had a turn.</param>
    public KeptMarks? Next(QuietFindings found)
    {
        for (var i = 0; i < _classes.Length; i++)
        {
            _classes[i] = _isSame[i] == true ? _classes[i] : null;
        }

        if (Turns.Count == 0)
        {
            return new(_marks, _classes, Turns, Due);
        }

        var (classes, marks, without, due) = (new KeptClasses(_classes), (QuietMark?[])_marks.Clone(), new List<int>(), Due);
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

        return classes.IsSparse ? null : new(marks, classes.All, without, due);
    }

    // Whether its class is told the same is asked again when its turn has come.
    private void Doubt(int place)
    {
        if (_marks[place] is { Class: >= 0 } mark && AreOthersSame(mark.Others, _snapshot.Tasks[place]))
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

    private bool IsSame(int place, KeptRound kept) => _isSame[place] ??= _classes[place] is { } known && (IsUntouched(place, known, kept) || IsToldTheSame(place, known));

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
            || (verdicts.Fits(host) && MomentClauses.Takes(node, _snapshot.Uptime))
            || known.Verdicts.Known(host) is not { } was
            || verdicts.Known(host) is not { } misfit)
        {
            return false;
        }

        var momentBefore = MomentClauses.Violations(before, kept.Snapshot.Uptime, null);
        var moment = MomentClauses.Violations(node, _snapshot.Uptime, null);
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
        if (like.Best(null) is not null || like.Explain(null) != known.Why)
        {
            return false;
        }

        _classes[place] = new(like.Verdicts, known.Why, like.Named);
        return true;
    }
}

/// <summary>What was found of a task whose turn changed nothing.</summary>
/// <param name="Why">What it was told.</param>
/// <param name="Class">Its class; null when it was not held against hosts.</param>
/// <param name="Others">Which other tasks were asked.</param>
/// <param name="Held">Its write that is held; null when the task says so already.</param>
internal sealed record QuietFinding(PendingReason Why, DemandClass? Class, AskedOthers Others, HeldWrite? Held);

/// <summary>What one decision found of tasks whose turns changed nothing.</summary>
/// <param name="isOn">False when what tasks are told depends on more than marks tell.</param>
internal sealed class QuietFindings(bool isOn)
{
    private readonly Dictionary<AgenticTask, QuietFinding> _byTask = new(ReferenceEqualityComparer.Instance);

    /// <summary>What was found of a task; null for nothing that lasts.</summary>
    /// <param name="task">The task.</param>
    public QuietFinding? Find(AgenticTask task) => _byTask.GetValueOrDefault(task);

    /// <summary>Notes that what was found before holds.</summary>
    /// <param name="task">The task.</param>
    /// <param name="finding">What was found.</param>
    public void Keep(AgenticTask task, QuietFinding finding) => _byTask[task] = finding;

    /// <summary>Notes what was found.</summary>
    /// <param name="asked">The task.</param>
    /// <param name="why">What it was told.</param>
    /// <param name="like">Its class; null when it was not held against hosts.</param>
    /// <param name="held">Its write that is held; null when the task says so already.</param>
    public void Add(AskedTask asked, PendingReason why, DemandClass? like, HeldWrite? held)
    {
        if (isOn && (like is not null || Lasts(why.Reason)) && asked.Agent?.Spec.MaxConcurrentTasks is null && asked.History is not { ExcludesAny: true })
        {
            _byTask[asked.Task] = new(why, like, OthersOf(asked.Task), held);
        }
    }

    // A pause ends by itself, files come, and an Agent's limit changes with each task that is placed.
    private static bool Lasts(string reason) =>
        reason is Reasons.Suspended or Reasons.WaitingForDependency or Reasons.AgentNotFound or Reasons.EndpointNotReachable;

    // Whether a second loss on one host counts depends on what else ran there.
    private static AskedOthers OthersOf(AgenticTask task) =>
        task.Status.Attempts.Count(a => a.IsLoss()) > 1 ? AskedOthers.All
        : task.Spec.DependsOn is { Count: > 0 } ? AskedOthers.Upstream
        : AskedOthers.None;
}

/// <summary>A waiting task that has its turn.</summary>
/// <param name="Task">The task.</param>
/// <param name="Agent">Its Agent; null for the built-in one, or while it does not exist.</param>
/// <param name="History">What it has against hosts; null for nothing.</param>
internal readonly record struct AskedTask(AgenticTask Task, Agent? Agent, TaskHistory? History);

/// <summary>The classes that marks refer to, while those of one decision are made.</summary>
internal sealed class KeptClasses
{
    // As many places of classes that are gone are no trouble.
    private const int Spare = 64;

    private readonly List<KeptClass?> _all;
    private readonly Dictionary<Demand, int> _byDemand = [];
    private readonly Dictionary<DemandClass, int> _places = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(int Class, AskedOthers Others), QuietMark> _shared = [];

    /// <param name="known">Those of the decision before that still hold, at their places.</param>
    public KeptClasses(IEnumerable<KeptClass?> known)
    {
        _all = [.. known];
        foreach (var (place, kept) in _all.Index())
        {
            if (kept is not null)
            {
                _byDemand.TryAdd(kept.Verdicts.Demand, place);
            }
        }
    }

    /// <summary>All of them.</summary>
    public KeptClass?[] All => [.. _all];

    /// <summary>True when most places are of classes that are gone.</summary>
    public bool IsSparse => _all.Count > Spare + (4 * _all.Count(c => c is not null));

    /// <summary>The mark of a task; null when its class is told something else by now.</summary>
    /// <param name="found">What was found of it.</param>
    public QuietMark? Mark(QuietFinding found)
    {
        if (found.Class is not { } like)
        {
            return new(found.Why, -1, found.Others, found.Held);
        }

        var place = PlaceOf(like);
        if (_all[place]!.Why != found.Why)
        {
            return null;
        }

        if (found.Held is not null)
        {
            return new(found.Why, place, found.Others, found.Held);
        }

        if (!_shared.TryGetValue((place, found.Others), out var mark))
        {
            _shared.Add((place, found.Others), mark = new(found.Why, place, found.Others, null));
        }

        return mark;
    }

    private int PlaceOf(DemandClass like)
    {
        if (_places.TryGetValue(like, out var place))
        {
            return place;
        }

        if (!_byDemand.TryGetValue(like.Demand, out place))
        {
            place = _all.Count;
            _all.Add(new(like.Verdicts, like.Explain(null), like.Named));
        }

        _places.Add(like, place);
        return place;
    }
}
