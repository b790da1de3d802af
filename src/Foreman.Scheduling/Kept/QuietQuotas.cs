using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>
/// Whether what quotas said of waiting tasks holds. How many tasks hold slots changes within a decision only upwards, so that a quota that is full stays
/// so, whatever the order of turns. What a window leaves depends on that order, and it is the same in a queue only where nothing has changed and nobody
/// has a turn; across queues it changes with what they have had.
/// </summary>
/// <param name="now">The quotas at the beginning of the decision; counted on while it assigns tasks.</param>
/// <param name="kept">The last decision.</param>
internal sealed class QuietQuotas(QuotaLedger now, KeptRound kept)
{
    private readonly QuotaLedger _before = kept.Quotas!;
    private readonly HashSet<QueueKey> _disturbed = [.. kept.Placed];
    private readonly Dictionary<QuotaAccount, HashSet<QueueKey>> _queues = [];
    private readonly Dictionary<QuotaAccount, bool> _same = [];
    private readonly HashSet<QuotaAccount> _fillable = [];
    private readonly List<string> _waiting = [];

    /// <summary>UIDs of the tasks without a turn whose reason to wait is a quota.</summary>
    public IReadOnlyList<string> Waiting => _waiting;

    /// <summary>When the window of a quota has room for one of them; null when none waits for that.</summary>
    public DateTimeOffset? FreesAt { get; private set; }

    /// <summary>True once a quota has become full of which a task without a turn is told that it is not.</summary>
    public bool HasFilled => _fillable.Count > 0 && _fillable.Any(a => a.IsFull);

    /// <summary>Notes a task that is another object, is there no more, or has a decision without an answer: its queue may have another order.</summary>
    /// <param name="task">The task.</param>
    public void Disturb(AgenticTask task) => _disturbed.Add(QueueKey.Of(task));

    /// <summary>True when the first full quota of a task is the one that it was told, or none as before.</summary>
    /// <param name="task">The task.</param>
    /// <param name="finding">What was found of it.</param>
    public bool IsFullAs(AgenticTask task, QuotaFinding finding) =>
        finding.Answer == QuotaAnswer.Never || ReferenceEquals(Array.Find(now.AccountsOf(task), static a => a.IsFull)?.Quota, finding.Full);

    /// <summary>Notes a task that waits. To be told of all of them before <see cref="Settle"/>.</summary>
    /// <param name="task">The task.</param>
    /// <param name="finding">What was found of it; null for nothing.</param>
    /// <param name="stays">False when it has a turn for another reason.</param>
    public void Note(AgenticTask task, QuotaFinding? finding, bool stays)
    {
        var (queue, accounts) = (QueueKey.Of(task), now.AccountsOf(task));
        if (!stays || (finding is { DependsOnTurns: true } && !IsAsBefore(task, accounts)))
        {
            _disturbed.Add(queue);
        }

        foreach (var account in accounts)
        {
            if (!account.Quota.HasWindow)
            {
                continue;
            }

            if (!_queues.TryGetValue(account, out var queues))
            {
                _queues.Add(account, queues = []);
            }

            queues.Add(queue);
        }
    }

    /// <summary>Concludes which queues are at rest.</summary>
    public void Settle()
    {
        foreach (var queues in _queues.Values.Where(q => q.Count > 1))
        {
            _disturbed.UnionWith(queues);
        }
    }

    /// <summary>True when what was found of a task holds, as far as it depends on the order of turns.</summary>
    /// <param name="task">The task.</param>
    /// <param name="finding">What was found of it; null for nothing.</param>
    public bool IsAtRest(AgenticTask task, QuotaFinding? finding) => finding is not { DependsOnTurns: true } || !_disturbed.Contains(QueueKey.Of(task));

    /// <summary>Notes a task that has no turn.</summary>
    /// <param name="task">The task.</param>
    /// <param name="finding">What was found of it.</param>
    public void Spare(AgenticTask task, QuotaFinding finding)
    {
        if (finding.Answer != QuotaAnswer.Room)
        {
            _waiting.Add(task.Uid());
        }

        if (finding.FreesAt is { } at && (FreesAt is null || at < FreesAt))
        {
            FreesAt = at;
        }

        if (finding.Answer == QuotaAnswer.Never)
        {
            return;
        }

        // What comes behind the first full one is not told.
        foreach (var account in now.AccountsOf(task).TakeWhile(a => !a.IsFull))
        {
            if (account.Quota.MaxRunning is not null)
            {
                _fillable.Add(account);
            }
        }
    }

    private bool IsAsBefore(AgenticTask task, QuotaAccount[] accounts)
    {
        foreach (var account in accounts)
        {
            if (account.Quota.HasWindow && !IsAsBefore(account))
            {
                return false;
            }
        }

        return now.IsUsualAs(task, _before);
    }

    private bool IsAsBefore(QuotaAccount account)
    {
        if (!_same.TryGetValue(account, out var same))
        {
            _same.Add(account, same = account.IsAs(_before.AccountOf(account.Quota)));
        }

        return same;
    }
}
