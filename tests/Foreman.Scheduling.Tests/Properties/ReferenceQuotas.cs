using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Properties;

/// <summary>Quotas without running sums: each question is answered anew from all tasks and from what was placed since.</summary>
internal sealed class ReferenceQuotas(ClusterSnapshot snapshot, DateTimeOffset now)
{
    private readonly UsualUse _usual = new(snapshot.Tasks, snapshot.Settings.FairShare);
    private readonly HashSet<Quota> _waitedFor = [];

    /// <summary>The tasks that were placed since.</summary>
    public List<AgenticTask> Placed { get; } = [];

    /// <summary>Why a task may not start; null when it may.</summary>
    public QuotaRefusal? Check(AgenticTask task)
    {
        var refusals = QuotasOf(task).Select(q => Refusal(q, task)).OfType<QuotaRefusal>().ToArray();
        return refusals.FirstOrDefault(r => r.IsForEver) ?? refusals.FirstOrDefault(r => r.IsFull) ?? refusals.FirstOrDefault(r => r.IsBehind)
            ?? refusals.OrderByDescending(r => r.FreesAt ?? DateTimeOffset.MaxValue).FirstOrDefault();
    }

    /// <summary>Notes that a task waits which could start but for its quotas.</summary>
    public void Wait(AgenticTask task, QuotaRefusal refusal)
    {
        if (refusal.Shortages.Count > 0 && !refusal.IsForEver)
        {
            _waitedFor.UnionWith(QuotasOf(task).Where(q => Refusal(q, task) is not null));
        }
    }

    private IEnumerable<Quota> QuotasOf(AgenticTask task) => snapshot.Quotas.All.Where(q => IsOf(q, task)).OrderBy(q => (q.Role is not null, q.Namespace is not null, q.Queue is not null));

    private bool IsOf(Quota quota, AgenticTask task) =>
        (quota.Namespace is null || quota.Namespace == (task.Metadata.NamespaceProperty ?? ""))
        && (quota.Queue is null || quota.Queue == QueueKey.Of(task).Name)
        && (quota.Role is null || quota.Role == RoleOf(task));

    private AgentRole? RoleOf(AgenticTask task) => task.AgentName() is { } name
        ? snapshot.Agents.FirstOrDefault(a => a.Name() == name && a.Namespace() == task.Namespace())?.Spec.Role
        : AgentRole.Coder;

    private QuotaRefusal? Refusal(Quota quota, AgenticTask task)
    {
        var running = snapshot.Tasks.Where(t => t.SlotOn(snapshot.Unconfirmed) is not null && IsOf(quota, t)).ToArray();
        var placed = Placed.Where(t => IsOf(quota, t)).ToArray();
        (string Unit, long? Limit, Func<SlotUse, long> Of, Func<AgenticTask, long?> Left)[] windows =
        [
            ("tokens", quota.TokensPerWindow, u => u.Tokens, t => t.Spec.Budget?.Tokens - UsualUse.SpentBy(t).Tokens),
            ("seconds", quota.SecondsPerWindow, u => u.Seconds, t => t.Spec.Budget?.Seconds - t.Status.Attempts.Sum().Seconds),
        ];
        var sums = windows.Where(w => w.Limit is not null).Select(w =>
        {
            long Need(AgenticTask t) => Math.Max(1, w.Left(t) is { } budget ? budget : Math.Min(w.Of(_usual.Usual(t)), w.Limit!.Value));
            var ended = snapshot.Tasks.Where(t => IsOf(quota, t)).SelectMany(t => SlotUse.Ended(t).Select(e => (EndedAt: SlotUse.EndOf(t, e.EndedAt, e.Use, now), e.Use)))
                .Select(e => (FreesAt: (e.EndedAt > now ? now : e.EndedAt) + TimeSpan.FromHours(quota.WindowHours), Use: w.Of(e.Use))).Where(e => e.FreesAt > now).ToArray();
            var reserved = running.Sum(t => Math.Max(Need(t), w.Of(SlotUse.SoFar(t, now)))) + placed.Sum(Need);
            return (Short: new QuotaShortage(w.Unit, w.Limit!.Value, ended.Sum(e => e.Use), reserved, Need(task)), Ended: ended);
        }).ToArray();
        var never = sums.Select(s => s.Short).Where(s => s.Need > s.Limit).ToArray();
        if (quota.MaxRunning == 0 || never.Length > 0)
        {
            return new(quota) { IsForEver = true, IsFull = quota.MaxRunning == 0, Shortages = never };
        }

        var left = sums.Where(s => s.Short.Used + s.Short.Reserved + s.Short.Need > s.Short.Limit).ToArray();
        return running.Length + placed.Length >= quota.MaxRunning ? new(quota) { IsFull = true }
            : _waitedFor.Contains(quota) ? new(quota) { IsBehind = true }
            : left.Length > 0 ? new(quota) { Shortages = [.. left.Select(s => s.Short)], FreesAt = left.Select(s => FreesAt(s.Short, s.Ended)).Aggregate((a, b) => a is null || b is null ? null : a > b ? a : b) }
            : null;
    }

    private static DateTimeOffset? FreesAt(QuotaShortage s, (DateTimeOffset FreesAt, long Use)[] ended) => ended.Select(e => (DateTimeOffset?)e.FreesAt).Order()
        .FirstOrDefault(at => s.Used - ended.Where(e => e.FreesAt <= at).Sum(e => e.Use) + s.Reserved + s.Need <= s.Limit);
}
