using System.Globalization;
using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>
/// What each quota has had in its window and what is set aside for runs under way, all of it from the stored tasks, so that another leader
/// finds the same; counted on as one decision assigns tasks.
/// </summary>
internal sealed class QuotaLedger
{
    private readonly Dictionary<QueueKey, QuotaAccount> _accounts;
    private readonly QuotaSet _quotas;
    private readonly UsualUse _usual;

    private QuotaLedger(ClusterSnapshot snapshot, DateTimeOffset now)
    {
        (_quotas, _usual) = (snapshot.Quotas, new(snapshot.Tasks, snapshot.Settings.FairShare));
        _accounts = _quotas.All.Where(q => q.HasLimit).ToDictionary(q => q.Key, q => new QuotaAccount(q));
        foreach (var task in snapshot.Tasks)
        {
            foreach (var account in AccountsOf(task))
            {
                Count(account, task, snapshot.Unconfirmed, now);
            }
        }
    }

    /// <summary>The quotas with limits, in the order of their file.</summary>
    public IEnumerable<QuotaAccount> Accounts => _quotas.All.Where(q => q.HasLimit).Select(q => _accounts[q.Key]);

    /// <summary>The ledger of a cluster; null when no quota limits anything.</summary>
    /// <param name="snapshot">The cluster.</param>
    /// <param name="now">Time of day.</param>
    public static QuotaLedger? Of(ClusterSnapshot snapshot, DateTimeOffset now) => snapshot.Quotas.HasLimits ? new(snapshot, now) : null;

    /// <summary>
    /// Why a task may not start; null when it may. A quota that never lets it start is told before one that does later, and of two that are
    /// short the one that has enough last.
    /// </summary>
    /// <param name="task">The task, which waits.</param>
    public QuotaRefusal? Check(AgenticTask task) => Refusals(task)
        .Select(r => r.Refusal)
        .OrderBy(r => r.IsForEver ? 0 : r.IsFull ? 1 : r.IsBehind ? 2 : 3)
        .ThenByDescending(r => r.FreesAt ?? DateTimeOffset.MaxValue)
        .FirstOrDefault();

    /// <summary>Keeps for a task what becomes free of the quotas that it alone waits for: it could start but for them.</summary>
    /// <param name="task">The task, which was refused.</param>
    public void Hold(AgenticTask task)
    {
        var refusals = Refusals(task).ToArray();
        if (refusals.All(r => r.Refusal is { IsForEver: false, IsFull: false, IsBehind: false }))
        {
            foreach (var (account, _) in refusals)
            {
                account.Hold();
            }
        }
    }

    /// <summary>Counts a task that gets a slot.</summary>
    /// <param name="task">The task.</param>
    public void Reserve(AgenticTask task)
    {
        foreach (var account in AccountsOf(task))
        {
            account.AddRunning(NeedOf(account, task));
        }
    }

    /// <summary>The quotas with limits that a task counts for.</summary>
    /// <param name="task">The task.</param>
    public IEnumerable<QuotaAccount> AccountsOf(AgenticTask task) => _quotas.LimitsOf(QueueKey.Of(task)).Select(q => _accounts[q.Key]);

    private IEnumerable<(QuotaAccount Account, QuotaRefusal Refusal)> Refusals(AgenticTask task)
    {
        foreach (var account in AccountsOf(task))
        {
            if (account.Check(NeedOf(account, task)) is { } refusal)
            {
                yield return (account, refusal);
            }
        }
    }

    private void Count(QuotaAccount account, AgenticTask task, IReadOnlySet<string> unconfirmed, DateTimeOffset now)
    {
        foreach (var (endedAt, use) in SlotUse.Ended(task))
        {
            account.AddEnded(SlotUse.EndOf(task, endedAt, use, now), use, now);
        }

        // One that is taken back counts until that is stored.
        if (task.SlotOn(unconfirmed) is not null)
        {
            var (need, soFar) = (NeedOf(account, task), SlotUse.SoFar(task, now));
            account.AddRunning(new(Math.Max(need.Tokens, soFar.Tokens), Math.Max(need.Seconds, soFar.Seconds)));
        }
    }

    private QuotaUse NeedOf(QuotaAccount account, AgenticTask task) => account.NeedOf(task, _usual.Usual(task));
}

/// <summary>A task whose quota leaves too little for it waits.</summary>
internal static class QuotaGate
{
    // What is used and set aside changes with each run of the quota that ends.
    private static readonly TimeSpan LeastBetweenExplanations = TimeSpan.FromSeconds(30);

    /// <summary>The reason for a refusal, with its numbers; asks for a decision when enough of the window is free.</summary>
    /// <param name="refusal">The refusal.</param>
    /// <param name="now">Time of day.</param>
    /// <param name="uptime">The operator's own clock.</param>
    /// <param name="requeue">Told when to decide again.</param>
    public static PendingReason Tell(QuotaRefusal refusal, DateTimeOffset now, TimeSpan uptime, RequeueTimer requeue)
    {
        if (refusal.FreesAt is { } at)
        {
            requeue.NoLaterThan(uptime + (at - now));
        }

        return new(Reasons.WaitingForQuota, Message(refusal)) { LeastBetween = LeastBetweenExplanations };
    }

    private static string Message(QuotaRefusal refusal)
    {
        var quota = refusal.Quota;
        if (refusal.IsFull)
        {
            return refusal.IsForEver
                ? $"The quota of {quota.Owner} lets nothing run (maxRunning 0); this one starts when that is changed."
                : Invariant($"As many tasks of {quota.Owner} run as its quota allows (maxRunning {quota.MaxRunning}); this one follows when one of them ends.");
        }

        if (refusal.IsBehind)
        {
            return $"A task that goes first waits for the quota of {quota.Owner} ({Limits(quota)}); this one follows it.";
        }

        return refusal.IsForEver ? string.Join(" ", refusal.Shortages.Select(s => ForEver(quota, s)))
            : $"{string.Join(" ", refusal.Shortages.Select(s => Shortage(quota, s)))} {WhenFree(refusal)}";
    }

    private static string Shortage(Quota quota, QuotaShortage s) => Invariant(
        $"The quota of {quota.Owner} allows {s.Limit:N0} {s.Unit} in {quota.WindowHours} h: {s.Used:N0} are used and {s.Reserved:N0} set aside for runs, which leaves {Math.Max(0, s.Limit - s.Used - s.Reserved):N0}; {s.Need:N0} would be set aside for this task.");

    private static string ForEver(Quota quota, QuotaShortage s) => s.Limit == 0
        ? $"The quota of {quota.Owner} allows no {s.Unit} ({s.Unit}PerWindow 0); this one starts when that is changed."
        : Invariant($"spec.budget.{s.Unit} leaves this task {s.Need:N0}, and the quota of {quota.Owner} allows {s.Limit:N0} {s.Unit} in {quota.WindowHours} h; lower the budget, or have {s.Unit}PerWindow raised.");

    private static string WhenFree(QuotaRefusal refusal) => refusal.FreesAt is { } at
        ? Invariant($"Enough is free at {at.UtcDateTime.AddTicks(TimeSpan.TicksPerSecond - 1):yyyy-MM-dd'T'HH:mm:ss'Z'}{(refusal.Shortages.Any(s => s.Reserved > 0) ? ", or when runs end before that and used less" : "")}.")
        : "Enough is free once runs under way have ended.";

    private static string Limits(Quota quota) => string.Join(" and ", new[]
    {
        quota.TokensPerWindow is { } tokens ? Invariant($"{tokens:N0} tokens in {quota.WindowHours} h") : null,
        quota.SecondsPerWindow is { } seconds ? Invariant($"{seconds:N0} seconds in {quota.WindowHours} h") : null,
    }.OfType<string>());

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
