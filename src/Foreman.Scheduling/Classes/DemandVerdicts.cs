using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>
/// Each host by the clauses of one demand, as it was read: what no assignment changes. It is kept while each decision holds a task of the demand against hosts,
/// and knows hosts by their places in the fleet only.
/// </summary>
internal sealed class DemandVerdicts
{
    private readonly Chunks<bool> _fits;
    private Chunks<HostMisfit>? _misfits;

    /// <param name="demand">The demand.</param>
    /// <param name="judge">The hosts.</param>
    public DemandVerdicts(Demand demand, FleetJudge judge)
    {
        Demand = demand;
        _fits = new(Enumerable.Range(0, judge.Fleet.Count).Select(host => judge.Fits(demand, host)));
        Fitting = [.. Hosts(judge).Select(host => (host, HostTerms.Of(judge.Fleet[host], demand)))];
    }

    private DemandVerdicts(DemandVerdicts before, FleetJudge judge, int[] same)
    {
        Demand = before.Demand;
        _fits = new(same.Select((old, host) => old < 0 ? judge.Fits(Demand, host) : before._fits[old]));
        var terms = new HostTerms[before._fits.Count];
        foreach (var (host, ofHost) in before.Fitting)
        {
            terms[host] = ofHost;
        }

        Fitting = [.. Hosts(judge).Select(host => (host, same[host] < 0 ? HostTerms.Of(judge.Fleet[host], Demand) : terms[same[host]]))];
        _misfits = before._misfits is not { } misfits
            ? null
            : new(same.Select((old, host) => old >= 0 ? misfits[old] : _fits[host] ? HostMisfit.None : judge.Misfit(Demand, host)));
    }

    private DemandVerdicts(DemandVerdicts before, Chunks<bool> fits, Chunks<HostMisfit>? misfits, IReadOnlyList<(int Host, HostTerms Terms)> fitting) =>
        (Demand, _fits, _misfits, Fitting) = (before.Demand, fits, misfits, fitting);

    /// <summary>What is asked.</summary>
    public Demand Demand { get; }

    /// <summary>The hosts with which every clause holds, by their places, with what no task changes of their ranks.</summary>
    public IReadOnlyList<(int Host, HostTerms Terms)> Fitting { get; }

    /// <summary>The verdicts about another fleet: only hosts that are not the same are judged.</summary>
    /// <param name="judge">The hosts.</param>
    /// <param name="known">Which of them are here; null when all are the same.</param>
    public DemandVerdicts For(FleetJudge judge, KnownHosts? known) =>
        known is null ? this : known.Others is { } others ? With(judge, others) : new(this, judge, known.Places);

    /// <summary>How far each host is from a match. It is found when it is asked for the first time, as most demands fit somewhere.</summary>
    /// <param name="judge">The hosts.</param>
    public IReadOnlyList<HostMisfit> Misfits(FleetJudge judge) =>
        _misfits ??= new(_fits.Select((fits, host) => fits ? HostMisfit.None : judge.Misfit(Demand, host)));

    /// <summary>True when every clause holds with a host.</summary>
    /// <param name="host">Its place.</param>
    public bool Fits(int host) => _fits[host];

    /// <summary>How far a host is from a match; null while nobody has asked for it.</summary>
    /// <param name="host">Its place.</param>
    public HostMisfit? Known(int host) => _misfits?[host];

    /// <summary>Reason of the condition Scheduled while no host takes a task of the class: it waits where only what passes by itself is in the way.</summary>
    /// <param name="judge">The hosts.</param>
    public string Reason(FleetJudge judge)
    {
        string? reason = null;
        foreach (var misfit in Misfits(judge))
        {
            if (misfit.Lasting == 0)
            {
                return Reasons.WaitingForCapacity;
            }

            reason ??= misfit.Reason;
        }

        return reason ?? Reasons.NoMatchingNode;
    }

    private DemandVerdicts With(FleetJudge judge, int[] others)
    {
        var misfits = _misfits?.With(others, host => judge.Misfit(Demand, host));
        var fits = _fits.With(others, host => misfits is null ? judge.Fits(Demand, host) : misfits[host].All == 0);
        return new(this, fits, misfits, others.Any(host => _fits[host] || fits[host]) ? WithTerms(judge, others, fits) : Fitting);
    }

    private IReadOnlyList<(int Host, HostTerms Terms)> WithTerms(FleetJudge judge, int[] others, Chunks<bool> fits) =>
    [
        .. Fitting.Where(f => !others.Contains(f.Host))
            .Concat(others.Where(host => fits[host]).Select(host => (Host: host, Terms: HostTerms.Of(judge.Fleet[host], Demand))))
            .OrderBy(f => f.Host),
    ];

    private IEnumerable<int> Hosts(FleetJudge judge) => Enumerable.Range(0, judge.Fleet.Count).Where(host => _fits[host]);
}

/// <summary>How far a host is from a match, in numbers.</summary>
/// <param name="Lasting">Violations that don't pass by themselves.</param>
/// <param name="All">All violations.</param>
/// <param name="Gap">The sum of their gaps.</param>
/// <param name="First">Summary of the one that is named; null for none.</param>
/// <param name="Reason">The reason that its lasting violations give, if each of them gives one; else null.</param>
internal sealed record HostMisfit(int Lasting, int All, double Gap, string? First, string? Reason)
{
    /// <summary>No violation.</summary>
    public static HostMisfit None { get; } = new(0, 0, 0, null, null);

    /// <summary>The violations in numbers.</summary>
    /// <param name="violations">Those that don't pass by themselves first.</param>
    public static HostMisfit Of(IReadOnlyList<ConstraintViolation> violations)
    {
        var (lasting, gap, reason, hasReasons) = (0, 0d, (string?)null, true);
        foreach (var violation in violations)
        {
            lasting += violation.Temporary ? 0 : 1;
            gap += violation.Gap;
            reason ??= violation.Reason;
            hasReasons &= violation.Temporary || violation.Reason is not null;
        }

        return new(lasting, violations.Count, gap, violations.Count == 0 ? null : violations[0].Summary, lasting > 0 && hasReasons ? reason : null);
    }
}
