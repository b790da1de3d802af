using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>
/// What each quota has had in its window and what is set aside for runs under way, all of it from the stored tasks, so that another leader
/// finds the same; counted on as one decision assigns tasks.
/// </summary>
internal sealed class QuotaLedger
{
    private readonly Dictionary<QuotaKey, QuotaAccount> _accounts;
    private readonly Dictionary<(QueueKey Queue, AgentRole? Role), QuotaAccount[]> _byTasks = [];
    private readonly QuotaSet _quotas;
    private readonly TaskRoles _roles;
    private readonly UsualUse _usual;

    private QuotaLedger(ClusterSnapshot snapshot, DateTimeOffset now)
    {
        (_quotas, _roles, _usual) = (snapshot.Quotas, new(snapshot), new(snapshot.Tasks, snapshot.Settings.FairShare));
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
            account.Give(NeedOf(account, task));
        }
    }

    /// <summary>The quotas with limits that a task counts for.</summary>
    /// <param name="task">The task.</param>
    public QuotaAccount[] AccountsOf(AgenticTask task)
    {
        (QueueKey Queue, AgentRole? Role) key = (QueueKey.Of(task), _roles.Of(task));
        if (!_byTasks.TryGetValue(key, out var accounts))
        {
            _byTasks.Add(key, accounts = [.. _quotas.LimitsOf(key.Queue, key.Role).Select(q => _accounts[q.Key])]);
        }

        return accounts;
    }

    /// <summary>The account of a quota with limits.</summary>
    /// <param name="quota">The quota, one of these.</param>
    public QuotaAccount AccountOf(Quota quota) => _accounts[quota.Key];

    /// <summary>What is set aside for a task that waits.</summary>
    /// <param name="account">One of its quotas.</param>
    /// <param name="task">The task.</param>
    public QuotaUse NeedOf(QuotaAccount account, AgenticTask task) => account.NeedOf(task, _usual.Usual(task));

    /// <summary>What is set aside for a task that holds a slot.</summary>
    /// <param name="account">One of its quotas.</param>
    /// <param name="task">The task.</param>
    /// <param name="now">Time of day.</param>
    public QuotaUse ReservedFor(QuotaAccount account, AgenticTask task, DateTimeOffset now)
    {
        var (need, soFar) = (NeedOf(account, task), SlotUse.SoFar(task, now));
        return new(Math.Max(need.Tokens, soFar.Tokens), Math.Max(need.Seconds, soFar.Seconds));
    }

    /// <summary>True when tasks like one usually use what they did in another decision.</summary>
    /// <param name="task">The task.</param>
    /// <param name="before">The ledger of that decision.</param>
    public bool IsUsualAs(AgenticTask task, QuotaLedger before) => _usual.Usual(task) == before._usual.Usual(task);

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
            account.AddRunning(ReservedFor(account, task, now));
        }
    }
}

/// <summary>The roles of tasks, where quotas ask for them: those of their Agents as these are now.</summary>
/// <param name="snapshot">The cluster.</param>
internal sealed class TaskRoles(ClusterSnapshot snapshot)
{
    private readonly Dictionary<ObjectKey, AgentRole>? _byAgent = snapshot.Quotas.HasRoles ? snapshot.Agents.ToDictionary(a => ObjectKey.Of(a), a => a.Spec.Role) : null;

    /// <summary>The role of a task; null when no quota asks for one, or when its Agent does not exist.</summary>
    /// <param name="task">The task.</param>
    public AgentRole? Of(AgenticTask task)
    {
        if (_byAgent is null)
        {
            return null;
        }

        return task.AgentName() is not { } name ? BuiltInAgent.Spec.Role
            : _byAgent.TryGetValue(new ObjectKey(task.Namespace(), name), out var role) ? role
            : null;
    }
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
