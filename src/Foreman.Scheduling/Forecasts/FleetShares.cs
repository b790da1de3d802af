using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>What queues have had and what quotas leave, for commands.</summary>
/// <param name="Queues">Each queue that has tasks, has had something or has a weight of its own, the one that is served next first.</param>
/// <param name="Quotas">Each quota with limits, in the order of their file.</param>
public sealed record FleetShares(ImmutableArray<QueueFigure> Queues, ImmutableArray<QuotaFigure> Quotas)
{
    /// <summary>The roles of tasks; null when those of no tasks are known.</summary>
    internal TaskRoles? Roles { get; init; }

    /// <summary>The figures of a cluster.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="now">Time of day.</param>
    public static FleetShares Of(ClusterSnapshot cluster, DateTimeOffset now)
    {
        var shares = new QueueShares(cluster, new(cluster.Tasks, cluster.Settings.FairShare), now);
        var tasks = cluster.Tasks.Where(t => !t.IsTerminal()).ToLookup(QueueKey.Of);
        return new(
            [
                .. tasks.Select(t => t.Key).Union(shares.Queues).Union(cluster.Quotas.All.Where(q => q.Weight is not null).Select(q => new QueueKey(q.Namespace ?? "", q.Queue)))
                    .OrderBy(shares.Of).ThenBy(q => q.Namespace, StringComparer.Ordinal).ThenBy(q => q.Name, StringComparer.Ordinal)
                    .Select(q => new QueueFigure(q.Namespace, q.Name, cluster.Quotas.WeightOf(q), shares.UseOf(q), tasks[q].Count(t => t.IsPending()), tasks[q].Count(t => t.HoldsSlot()))),
            ],
            [.. QuotaLedger.Of(cluster, now)?.Accounts.Select(Figure) ?? []])
        {
            Roles = new(cluster),
        };
    }

    /// <summary>The quotas that a task counts for, in the order of their file.</summary>
    /// <param name="task">The task.</param>
    public IEnumerable<QuotaFigure> QuotasOf(AgenticTask task) => Quotas.Where(q => q.Quota.Covers(QueueKey.Of(task), Roles?.Of(task)));

    private static QuotaFigure Figure(QuotaAccount account) => new(account.Quota, account.Running)
    {
        Tokens = account.Quota.TokensPerWindow is { } tokens ? new(tokens, account.Used.Tokens, account.Reserved.Tokens) : null,
        Seconds = account.Quota.SecondsPerWindow is { } seconds ? new(seconds, account.Used.Seconds, account.Reserved.Seconds) : null,
    };
}

/// <summary>What a queue has had.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Queue">Value of the label; null for the tasks without one.</param>
/// <param name="Weight">Its weight.</param>
/// <param name="Use">Token-seconds, what is longer ago counted for less.</param>
/// <param name="Waiting">Tasks that wait.</param>
/// <param name="Running">Tasks that hold slots.</param>
public sealed record QueueFigure(string Namespace, string? Queue, int Weight, double Use, int Waiting, int Running)
{
    /// <summary>Use for its weight: at equal priority the queue with the least is served next.</summary>
    public double Share => Use / Weight;
}

/// <summary>What a quota leaves.</summary>
/// <param name="Quota">The quota.</param>
/// <param name="Running">Tasks of it that hold slots.</param>
public sealed record QuotaFigure(Quota Quota, int Running)
{
    /// <summary>Its tokens; null when they are not limited.</summary>
    public QuotaAmount? Tokens { get; init; }

    /// <summary>Its seconds of slots; null when they are not limited.</summary>
    public QuotaAmount? Seconds { get; init; }
}

/// <summary>One limit of a quota's window.</summary>
/// <param name="Limit">The most.</param>
/// <param name="Used">What ended runs have used in the window.</param>
/// <param name="Reserved">What is set aside for runs that hold slots.</param>
public sealed record QuotaAmount(long Limit, long Used, long Reserved);
