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
    private readonly bool?[] _passes;
    private readonly bool?[] _hasHost;
    private readonly int[]? _changed;
    private readonly QuietQuotas? _quotas;
    private readonly QuietMark?[] _marks;
    private readonly Dictionary<AgenticTask, QuietMark> _doubtful = new(ReferenceEqualityComparer.Instance);

    // Classes of which a host takes tasks, where only quotas keep these waiting.
    private readonly HashSet<int> _taken = [];
    private bool _dependOnQuotas;

    /// <param name="recalled">What of the last decision holds.</param>
    /// <param name="match">The hosts before the clauses.</param>
    /// <param name="fleet">The hosts.</param>
    /// <param name="servers">The slots of model servers.</param>
    /// <param name="quotas">What quotas have had; null when none limits anything.</param>
    /// <param name="snapshot">The cluster.</param>
    public QuietTasks(Recalled recalled, FleetMatch match, FleetView fleet, ServerSlots servers, QuotaLedger? quotas, ClusterSnapshot snapshot)
    {
        (_recalled, _match, _fleet, _servers, _snapshot) = (recalled, match, fleet, servers, snapshot);
        if (recalled.Kept is not { } kept)
        {
            _classes = [];
            _isSame = [];
            _passes = [];
            _hasHost = [];
            _marks = new QuietMark?[snapshot.Tasks.Count];
            Turns = recalled.Lists.Waiting;
            return;
        }

        _classes = [.. kept.Marks.Classes];
        (_isSame, _passes, _hasHost) = (new bool?[_classes.Length], new bool?[_classes.Length], new bool?[_classes.Length]);
        _changed = HostChanges.Of(kept.Fleet, fleet);
        _marks = recalled.AllSame ? kept.Marks.ByPlace : MarksNow(recalled.Lists, recalled.Diff!, kept.Marks.ByPlace);
        if (AllHold(kept))
        {
            (Turns, Any, Due) = (kept.Marks.Without, kept.Marks.Without.Count < recalled.Lists.Waiting.Count, kept.Marks.Due);
            return;
        }

        _quotas = quotas is null ? null : new(quotas, kept);
        Turns = TurnsNow(kept);
    }

    /// <summary>Places of the tasks that have a turn.</summary>
    public IReadOnlyList<int> Turns { get; }

    /// <summary>True when a task has none.</summary>
    public bool Any { get; private set; }

    /// <summary>Uptime at which the first write that is held for one of them falls due; null when none is held.</summary>
    public TimeSpan? Due { get; private set; }

    /// <summary>UIDs of those whose reason to wait is a quota.</summary>
    public IReadOnlyList<string> WaitForQuota => _quotas?.Waiting ?? [];

    /// <summary>When the window of a quota has room for one of them; null when none waits for that.</summary>
    public DateTimeOffset? QuotaFreesAt => _quotas?.FreesAt;

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
        if (_quotas is { HasFilled: true })
        {
            return false;
        }

        if (MomentClauses.Takes(node, _snapshot.Uptime))
        {
            return true;
        }

        if (_taken.Any(place => !HasHost(place)))
        {
            return false;
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

    /// <summary>The marks for the next decision.</summary>
    /// <param name="found">What was found of tasks that had a turn.</param>
    public KeptMarks Next(QuietFindings found)
    {
        for (var i = 0; i < _classes.Length; i++)
        {
            _classes[i] = _isSame[i] == true ? _classes[i] : _passes[i] == true ? new KeptClass(_match.VerdictsOf(_classes[i]!.Verdicts), null, default) : null;
        }

        if (Turns.Count == 0)
        {
            return new(_marks, _classes, Turns, Due) { DependOnQuotas = _dependOnQuotas };
        }

        var (classes, marks, without, due) = (new KeptClasses(_classes, _match.Most), (QuietMark?[])_marks.Clone(), new List<int>(), Due);
        foreach (var place in Turns)
        {
            marks[place] = found.Find(_snapshot.Tasks[place]) is { } finding ? classes.Mark(finding) : null;
            _dependOnQuotas |= marks[place]?.Quota is not null;
            if (marks[place] is not { } mark)
            {
                without.Add(place);
            }
            else if (mark.Held?.Due(_recalled.Lists.Waiting.Count) is { } at)
            {
                due = due < at ? due : at;
            }
        }

        return new(marks, classes.All, without, due) { DependOnQuotas = _dependOnQuotas };
    }

    private List<int> TurnsNow(KeptRound kept)
    {
        var (waiting, turns) = (_recalled.Lists.Waiting, new List<int>());
        var stays = _quotas is null ? null : HoldingNow(_quotas, kept);
        for (var i = 0; i < waiting.Count; i++)
        {
            var (place, task) = (waiting[i], _snapshot.Tasks[waiting[i]]);
            if (_marks[place] is { } mark && (stays is null ? Holds(mark, task, kept) : stays[i] && _quotas!.IsAtRest(task, mark.Quota)))
            {
                Spare(mark, task);
            }
            else
            {
                turns.Add(place);
                Doubt(place);
            }
        }

        return turns;
    }

    // Which marks hold, whatever the order of turns; quotas are told of all tasks that wait.
    private bool[] HoldingNow(QuietQuotas quotas, KeptRound kept)
    {
        var waiting = _recalled.Lists.Waiting;
        var holding = new bool[waiting.Count];
        for (var i = 0; i < holding.Length; i++)
        {
            var (mark, task) = (_marks[waiting[i]], _snapshot.Tasks[waiting[i]]);
            holding[i] = mark is not null && Holds(mark, task, kept);
            quotas.Note(task, mark?.Quota, holding[i]);
        }

        var diff = _recalled.Diff!;
        foreach (var task in diff.Changed.Concat(diff.Gone).Concat(_recalled.Lists.Unanswered.Where(t => t.IsPending())))
        {
            quotas.Disturb(task);
        }

        quotas.Settle();
        return holding;
    }

    private void Spare(QuietMark mark, AgenticTask task)
    {
        Any = true;
        if (mark.Held?.Due(_recalled.Lists.Waiting.Count) is { } due)
        {
            Due = Due < due ? Due : due;
        }

        if (mark.Quota is not { } finding)
        {
            return;
        }

        _dependOnQuotas = true;
        _quotas!.Spare(task, finding);
        if (finding is { Answer: QuotaAnswer.Short, HadHost: true })
        {
            _taken.Add(mark.Class);
        }
    }

    // Whether its class is told the same is asked again when its turn has come.
    private void Doubt(int place)
    {
        if (_marks[place] is { Class: >= 0, Quota: null } mark && !_servers.IsBounded(_classes[mark.Class]!.Verdicts.Demand) && AreOthersSame(mark.Others, _snapshot.Tasks[place]))
        {
            _doubtful[_snapshot.Tasks[place]] = mark;
        }
    }

    // No task needs to be looked at: all are the same, all classes are told the same, and no write is due.
    private bool AllHold(KeptRound kept)
    {
        if (!_recalled.AllSame || kept.Marks.DependOnQuotas || (kept.Marks.Due is { } due && (kept.LeftOut || _snapshot.ExplanationRoom <= 0 || due <= _snapshot.Uptime)))
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
        AreOthersSame(mark.Others, task)
        && (mark.Quota is { } finding ? HoldsOfQuota(mark.Class, finding, task, kept) : mark.Class < 0 || IsSame(mark.Class, kept))
        && (mark.Held is not { } held || IsHeld(held, kept));

    // A quota is told while a host can take tasks of the class, at this moment or once what passes is over.
    private bool HoldsOfQuota(int place, QuotaFinding finding, AgenticTask task, KeptRound kept) =>
        (finding.Answer == QuotaAnswer.Room ? IsSame(place, kept) : Passes(place))
        && (finding.Answer != QuotaAnswer.Short || (_hasHost[place] ??= HasHost(place)) == finding.HadHost)
        && _quotas!.IsFullAs(task, finding);

    private bool AreOthersSame(AskedOthers others, AgenticTask task) => others == AskedOthers.None || _recalled.Diff is { IsEmpty: true }
        || (others == AskedOthers.Upstream
            && _recalled.Diff is { HasSameDependencies: true } diff
            && task.Spec.DependsOn!.All(name => !diff.Has(new ObjectKey(task.Namespace(), name))));

    // Without room nothing is asked of the log, and so no time is set.
    private bool IsHeld(HeldWrite held, KeptRound kept)
    {
        var due = held.Due(_recalled.Lists.Waiting.Count);
        return !kept.LeftOut && _snapshot.ExplanationRoom > 0 && due > _snapshot.Uptime && due <= held.Until;
    }

    private bool Passes(int place) => _passes[place] ??=
        _classes[place] is { } known && !_servers.IsBounded(known.Verdicts.Demand) && _match.VerdictsOf(known.Verdicts).Fitting.Count > 0;

    private bool HasHost(int place) => _match.Of(_classes[place]!.Verdicts).Best(null) is not null;

    private bool IsSame(int place, KeptRound kept) => _isSame[place] ??=
        _classes[place] is { Why: not null } known && !_servers.IsBounded(known.Verdicts.Demand) && (IsUntouched(place, known, kept) || IsToldTheSame(place, known));

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
