namespace Foreman.Scheduling;

/// <summary>Which classes of tasks are told in a decision what they were told at the end of the last one.</summary>
internal sealed class QuietClasses
{
    private readonly KeptRound? _kept;
    private readonly FleetMatch _match;
    private readonly FleetView _fleet;
    private readonly ServerSlots _servers;
    private readonly TimeSpan _uptime;
    private readonly KeptClass?[] _all;
    private readonly bool?[] _isSame;
    private readonly DemandClass?[] _asked;
    private readonly bool?[] _passes;
    private readonly int[]? _changed;

    /// <param name="known">The classes as the last decision left them.</param>
    /// <param name="kept">That decision; null when nothing of it holds, and so there are no classes.</param>
    /// <param name="match">The hosts before the clauses.</param>
    /// <param name="fleet">The hosts.</param>
    /// <param name="servers">The slots of model servers.</param>
    /// <param name="uptime">Uptime of the decision.</param>
    public QuietClasses(KeptClass?[] known, KeptRound? kept, FleetMatch match, FleetView fleet, ServerSlots servers, TimeSpan uptime)
    {
        (_kept, _match, _fleet, _servers, _uptime) = (kept, match, fleet, servers, uptime);
        _all = [.. known];
        (_isSame, _passes, _asked) = (new bool?[_all.Length], new bool?[_all.Length], new DemandClass?[_all.Length]);
        _changed = kept is null ? null : HostChanges.Of((kept.Fleet, kept.Snapshot.Uptime), (fleet, uptime));
    }

    /// <summary>How many places there are.</summary>
    public int Count => _all.Length;

    /// <summary>The class of a place; null where there is none.</summary>
    /// <param name="place">The place.</param>
    public KeptClass? this[int place] => _all[place];

    /// <summary>The class of a place, of which is asked in this decision.</summary>
    /// <param name="place">The place.</param>
    public DemandClass Asked(int place) => _asked[place] ??= _match.Of(_all[place]!.Verdicts);

    /// <summary>True when what its tasks are told depends on how many use their server.</summary>
    /// <param name="place">The place.</param>
    public bool IsBounded(int place) => _servers.IsBounded(_all[place]!.Verdicts.Demand);

    /// <summary>True when a host serves its tasks, at this moment or once what passes is over.</summary>
    /// <param name="place">The place.</param>
    public bool Passes(int place) => _passes[place] ??= _all[place] is { } known && !IsBounded(place) && _match.VerdictsOf(known.Verdicts).Fitting.Count > 0;

    /// <summary>By what the order of turns goes.</summary>
    /// <param name="place">The place.</param>
    public (bool IsTaken, bool StartsAtOnce) ChancesOf(int place) => (Asked(place).IsTaken, Asked(place).StartsAtOnce);

    /// <summary>True when its tasks are told what they were told.</summary>
    /// <param name="place">The place.</param>
    public bool IsSame(int place) => _isSame[place] ??=
        _all[place] is { Why: not null } known && !IsBounded(place) && (IsUntouched(place, known) || IsToldTheSame(place, known));

    /// <summary>What its tasks are told now. To be asked only while no host takes one.</summary>
    /// <param name="place">The place.</param>
    public PendingReason Why(int place) => _isSame[place] == true ? _all[place]!.Why! : Asked(place).Explain(null);

    /// <summary>True when the classes that were told the same would still be after a host has taken a task.</summary>
    /// <param name="node">The host.</param>
    /// <param name="isFull">True when it takes no other one.</param>
    public bool StaySo(NodeView node, bool isFull)
    {
        for (var i = 0; i < _all.Length; i++)
        {
            if (_isSame[i] == true
                && string.Equals(_all[i]!.Nearest.Name, node.Name, StringComparison.Ordinal)
                && (isFull || PromisedMemory.ShortOf(node, _all[i]!.Verdicts.Demand) != default))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The classes as this decision leaves them.</summary>
    public KeptClass?[] Left() => [.. Enumerable.Range(0, _all.Length).Select(place => LeftOf(place))];

    // A class of which tasks are in groups stays, whatever it is told by the end of the decision.
    private KeptClass? LeftOf(int place)
    {
        if (_all[place] is not { } known || _isSame[place] == true)
        {
            return _all[place];
        }

        if (known.Groups.Count == 0)
        {
            return _passes[place] == true ? new(_match.VerdictsOf(known.Verdicts), null, default) : null;
        }

        var like = Asked(place);
        return like.IsTaken ? new(like.Verdicts, null, default) { Groups = known.Groups } : new(like.Verdicts, like.Explain(null), like.Named) { Groups = known.Groups };
    }

    /// <summary>True when no host that has changed takes tasks of a class, changes its counts or its reason, or is or comes to be the nearest.</summary>
    private bool IsUntouched(int place, KeptClass known)
    {
        if (_changed is not { } changed)
        {
            return false;
        }

        var verdicts = _match.VerdictsOf(known.Verdicts);
        foreach (var host in changed)
        {
            if (!IsHarmless(host, known, verdicts))
            {
                return false;
            }
        }

        _all[place] = known with { Verdicts = verdicts };
        return true;
    }

    private bool IsHarmless(int host, KeptClass known, DemandVerdicts verdicts)
    {
        var (before, node) = (_kept!.Fleet.All[host], _fleet.All[host]);
        if (string.Equals(known.Nearest.Name, node.Name, StringComparison.Ordinal)
            || (verdicts.Fits(host) && MomentClauses.Takes(node, known.Verdicts.Demand, _uptime))
            || known.Verdicts.Known(host) is not { } was
            || verdicts.Known(host) is not { } misfit)
        {
            return false;
        }

        var momentBefore = MomentClauses.Violations(before, known.Verdicts.Demand, _kept.Snapshot.Uptime, null);
        var moment = MomentClauses.Violations(node, known.Verdicts.Demand, _uptime, null);
        return FirstOf(was, momentBefore) is { } first
            && first == FirstOf(misfit, moment)
            && (was.Lasting == 0) == (misfit.Lasting == 0)
            && was.Reason == misfit.Reason
            && Nearness.Of(misfit, moment, node.Name).CompareTo(known.Nearest) > 0;
    }

    private static string? FirstOf(HostMisfit misfit, IReadOnlyList<ConstraintViolation> moment) => misfit.First ?? (moment.Count > 0 ? moment[0].Summary : null);

    private bool IsToldTheSame(int place, KeptClass known)
    {
        var like = Asked(place);
        if (like.IsTaken || like.Explain(null) != known.Why)
        {
            return false;
        }

        _all[place] = known with { Verdicts = like.Verdicts, Nearest = like.Named };
        return true;
    }
}
