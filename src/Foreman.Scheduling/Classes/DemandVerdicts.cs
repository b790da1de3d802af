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
        var fits = judge.Fits(demand);
        _fits = new(fits);
        Fitting = [.. Enumerable.Range(0, fits.Length).Where(host => fits[host]).Select(host => (host, HostTerms.Of(judge.Fleet[host], demand)))];
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
    public Chunks<HostMisfit> Misfits(FleetJudge judge) => _misfits ??= new(judge.Misfits(Demand));

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
        var (misfits, reason) = (Misfits(judge), (string?)null);
        for (var host = 0; host < misfits.Count; host++)
        {
            if (misfits[host].Lasting == 0)
            {
                return Reasons.WaitingForCapacity;
            }

            reason ??= misfits[host].Reason;
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

    /// <summary>The violations of a host in numbers.</summary>
    /// <param name="columns">The clauses of the demand, in their order.</param>
    /// <param name="host">Its place.</param>
    public static HostMisfit Of(ClauseColumn[] columns, int host)
    {
        var (lasting, all, gap, first, reason, hasReasons) = (0, 0, 0d, (string?)null, (string?)null, true);
        foreach (var column in columns)
        {
            if (column.Of(host) is not { } shortfall)
            {
                continue;
            }

            all++;
            if (!shortfall.Temporary)
            {
                lasting++;
                gap += shortfall.Gap;
                first ??= shortfall.Summary;
                reason ??= shortfall.Reason;
                hasReasons &= shortfall.Reason is not null;
            }
        }

        return all == 0 ? None : all == lasting ? new(lasting, all, gap, first, hasReasons ? reason : null)
            : WithTemporary(new(lasting, all, gap, first, lasting > 0 && hasReasons ? reason : null), columns, host);
    }

    // Those that pass by themselves come after all others: the sum of gaps depends on the order in its last digits.
    private static HostMisfit WithTemporary(HostMisfit lasting, ClauseColumn[] columns, int host)
    {
        var (gap, first) = (lasting.Gap, lasting.First);
        foreach (var column in columns)
        {
            if (column.Of(host) is { Temporary: true } shortfall)
            {
                gap += shortfall.Gap;
                first ??= shortfall.Summary;
            }
        }

        return lasting with { Gap = gap, First = first };
    }

    // One is looked up for each pair of a demand and a host: the numbers tell them apart well enough, and texts take longer to hash.
    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Lasting, All, Gap);
}
