using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>For how long the reason of waiting tasks was their quota, in the time of a simulation.</summary>
internal sealed class QuotaWaits
{
    private readonly Dictionary<string, (TimeSpan Sum, TimeSpan? Since)> _waits = new(StringComparer.Ordinal);

    /// <summary>Takes note of why a task waits from now on.</summary>
    /// <param name="task">The task with its condition.</param>
    /// <param name="now">The present time.</param>
    public void Explained(AgenticTask task, TimeSpan now)
    {
        var isOverQuota = task.Status.Conditions.Find(ConditionTypes.Scheduled) is { Status: Conditions.False, Reason: Reasons.WaitingForQuota };
        if (isOverQuota || _waits.ContainsKey(task.Uid()))
        {
            _waits[task.Uid()] = (SumOf(task.Uid(), now), isOverQuota ? now : null);
        }
    }

    /// <summary>How long a task waited that waits no more.</summary>
    /// <param name="uid">The task.</param>
    /// <param name="now">The present time.</param>
    public TimeSpan Take(string uid, TimeSpan now)
    {
        var sum = SumOf(uid, now);
        _waits.Remove(uid);
        return sum;
    }

    private TimeSpan SumOf(string uid, TimeSpan now)
    {
        var (sum, since) = _waits.GetValueOrDefault(uid);
        return sum + (now - (since ?? now));
    }
}
