using System.Globalization;
using System.Runtime.InteropServices;
using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>
/// Why no host takes the tasks of a class: how many fail which clause (the counts add up to the size of the fleet), which host is
/// nearest, and what would let it match. It is made once for all of them; while tasks are assigned, hosts only come to be further off, so
/// the nearest one is sought again only when it has changed itself.
/// </summary>
/// <param name="verdicts">The hosts as they were read.</param>
/// <param name="judge">The hosts at this moment.</param>
/// <param name="uptime">Uptime of the decision.</param>
internal sealed class Explanation(DemandVerdicts verdicts, FleetJudge judge, TimeSpan uptime)
{
    private PriorityQueue<int, Nearness>? _queue;
    private (int Host, Nearness Nearness)? _nearest;
    private string _counts = "";
    private (int Host, int Violations, int Tasks) _named;
    private PendingReason? _shared;

    /// <summary>The host that <see cref="ForAll"/> named last, and how near it is.</summary>
    public Nearness Named { get; private set; }

    /// <summary>For every task that has nothing against any host now. To be asked only while no host takes one.</summary>
    public PendingReason ForAll()
    {
        if (judge.Fleet.Count == 0)
        {
            return new PendingReason(Reasons.NoMatchingNode, "0 of 0 nodes match: no host has registered. Start foreman-agent on a host.");
        }

        if (_nearest is null)
        {
            _counts = Counts(null);
        }

        var (nearest, nearness) = Nearest();
        _nearest = (nearest, nearness);
        Named = nearness;
        var named = (nearest, nearness.All, judge.Fleet[nearest].Tasks.Count);
        if (_shared is null || _named != named)
        {
            _named = named;
            _shared = Reason(_counts, nearest, nearness, null);
        }

        return _shared;
    }

    /// <summary>For one task that has something against hosts.</summary>
    /// <param name="history">What it has against them.</param>
    public PendingReason For(TaskHistory history)
    {
        if (judge.Fleet.Count == 0)
        {
            return ForAll();
        }

        var (nearest, nearness) = NearestOfAll(history);
        return Reason(Counts(history), nearest, nearness, history);
    }

    // Most classes name one host through a decision: all hosts are put in order only where the first has come to be further off.
    private (int Host, Nearness Nearness) Nearest()
    {
        if (_nearest is not { } before)
        {
            return NearestOfAll(null);
        }

        if (_queue is null && NearnessOf(before.Host, null) == before.Nearness)
        {
            return before;
        }

        return First(_queue ??= new(Enumerable.Range(0, judge.Fleet.Count).Select(host => (host, NearnessOf(host, null)))));
    }

    // What is off at this moment only adds to what is off as it was read, and passes by itself.
    private (int Host, Nearness Nearness) NearestOfAll(TaskHistory? history)
    {
        var misfits = verdicts.Misfits(judge);
        var nearest = (Host: 0, Nearness: NearnessOf(0, history));
        for (var host = 1; host < misfits.Count; host++)
        {
            var misfit = misfits[host];
            if (misfit.Lasting > nearest.Nearness.Lasting || (misfit.Lasting == nearest.Nearness.Lasting && misfit.All > nearest.Nearness.All))
            {
                continue;
            }

            var nearness = NearnessOf(host, history);
            if (nearness.CompareTo(nearest.Nearness) < 0)
            {
                nearest = (host, nearness);
            }
        }

        return nearest;
    }

    private (int Host, Nearness Nearness) First(PriorityQueue<int, Nearness> queue)
    {
        while (true)
        {
            queue.TryPeek(out var host, out var known);
            var now = NearnessOf(host, null);
            if (now == known)
            {
                return (host, now);
            }

            queue.DequeueEnqueue(host, now);
        }
    }

    private Nearness NearnessOf(int host, TaskHistory? history) =>
        Nearness.Of(verdicts.Misfits(judge)[host], OfMoment(host, history), judge.Fleet[host].Name);

    private string Counts(TaskHistory? history)
    {
        var (misfits, counts) = (verdicts.Misfits(judge), new Dictionary<string, int>(StringComparer.Ordinal));
        for (var host = 0; host < misfits.Count; host++)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts, misfits[host].First ?? OfMoment(host, history)[0].Summary, out _)++;
        }

        return string.Join(", ", counts
            .OrderByDescending(c => c.Value)
            .ThenBy(c => c.Key, StringComparer.Ordinal)
            .Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Value} {c.Key}")));
    }

    private PendingReason Reason(string counts, int nearest, Nearness nearness, TaskHistory? history)
    {
        var ofDemand = verdicts.Misfits(judge)[nearest].All > 0 ? judge.Violations(verdicts.Demand, nearest) : [];
        ConstraintViolation[] violations = [.. ofDemand, .. OfMoment(nearest, history)];
        var more = nearness.All == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" and {nearness.All - 1} more");
        return new PendingReason(verdicts.Reason(judge), string.Create(
            CultureInfo.InvariantCulture,
            $"0 of {judge.Fleet.Count} nodes match: {counts}. Nearest is {judge.Fleet[nearest].Name}: {violations[0].Detail}{more}. To let it match: {Hint.Of(violations).Text}."));
    }

    private IReadOnlyList<ConstraintViolation> OfMoment(int host, TaskHistory? history) => MomentClauses.Violations(judge.Fleet[host], verdicts.Demand, uptime, history);
}

/// <summary>How near a host is; the least is nearest.</summary>
/// <param name="Lasting">Violations that don't pass by themselves.</param>
/// <param name="All">All violations.</param>
/// <param name="Gap">The sum of their gaps.</param>
/// <param name="Name">Name of the host.</param>
internal readonly record struct Nearness(int Lasting, int All, double Gap, string Name) : IComparable<Nearness>
{
    /// <summary>How near a host is.</summary>
    /// <param name="misfit">What keeps it from a match as it was read.</param>
    /// <param name="moment">What does at this moment.</param>
    /// <param name="name">Its name.</param>
    public static Nearness Of(HostMisfit misfit, IReadOnlyList<ConstraintViolation> moment, string name)
    {
        var gap = misfit.Gap;
        for (var i = 0; i < moment.Count; i++)
        {
            gap += moment[i].Gap;
        }

        return new(misfit.Lasting, misfit.All + moment.Count, gap, name);
    }

    /// <inheritdoc/>
    public int CompareTo(Nearness other)
    {
        var order = Lasting.CompareTo(other.Lasting);
        order = order != 0 ? order : All.CompareTo(other.All);
        order = order != 0 ? order : Gap.CompareTo(other.Gap);
        return order != 0 ? order : string.CompareOrdinal(Name, other.Name);
    }
}
