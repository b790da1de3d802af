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
    private readonly bool?[] _passes;
    private readonly int[]? _changed;
    private readonly QuietQuotas? _quotas;
    private readonly QuietMark?[] _marks;
    private readonly Dictionary<AgenticTask, QuietMark> _doubtful = new(ReferenceEqualityComparer.Instance);

    // Those without a turn that only quotas keep waiting, as a host takes tasks of their class.
    private readonly Dictionary<AgenticTask, int> _keptByQuotas = new(ReferenceEqualityComparer.Instance);

    // What the order of turns went by, for those without a turn of which quotas say something that depends on it.
    private readonly Dictionary<int, (bool IsTaken, bool StartsAtOnce)> _chances = [];
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
            _asked = [];
            _passes = [];
            _marks = new QuietMark?[snapshot.Tasks.Count];
            Turns = recalled.Lists.Waiting;
            return;
        }

        _classes = [.. kept.Marks.Classes];
        (_isSame, _passes, _asked) = (new bool?[_classes.Length], new bool?[_classes.Length], new DemandClass?[_classes.Length]);
        _changed = HostChanges.Of((kept.Fleet, kept.Snapshot.Uptime), (fleet, snapshot.Uptime));
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

    /// <summary>Tasks without a turn that only quotas keep waiting: the others come in the order that they have among them.</summary>
    public IReadOnlyCollection<AgenticTask> KeptByQuotas => _keptByQuotas.Keys;

    /// <summary>True for one of <see cref="KeptByQuotas"/>.</summary>
    /// <param name="task">The task.</param>
    public bool IsKeptByQuotas(AgenticTask task) => _keptByQuotas.ContainsKey(task);

    /// <summary>
    /// The class of a task that only quotas keep waiting, or that has its turn only because its class may be told something else: it asks what it asked, so that it need
    /// not be read again. Null for others.
    /// </summary>
    /// <param name="task">The task.</param>
    public DemandClass? ClassOf(AgenticTask task) =>
        _doubtful.TryGetValue(task, out var mark) ? Asked(mark.Class) : _keptByQuotas.TryGetValue(task, out var place) ? Asked(place) : null;

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
        if (_quotas is { HasFilled: true })
        {
            return false;
        }

        var isFull = !MomentClauses.Takes(node, _snapshot.Uptime);
        if (!isFull && demand.Capability is not ({ MinRAMGB: > 0 } or { MinAcceleratorMemoryGB: > 0 }))
        {
            return true;
        }

        if (_chances.Any(known => ChancesOf(known.Key) != known.Value))
        {
            return false;
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
        if (ChancesOf(mark.Class).IsTaken)
        {
            _keptByQuotas.Add(task, mark.Class);
        }

        if (finding.DependsOnTurns)
        {
            _chances[mark.Class] = finding.Chances;
        }
    }

    private DemandClass Asked(int place) => _asked[place] ??= _match.Of(_classes[place]!.Verdicts);

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
        && (!finding.DependsOnTurns || ChancesOf(place) == finding.Chances)
        && (finding.Answer != QuotaAnswer.Short || ChancesOf(place).IsTaken == finding.HadHost)
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

    private (bool IsTaken, bool StartsAtOnce) ChancesOf(int place) => (Asked(place).IsTaken, Asked(place).StartsAtOnce);

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
