namespace Foreman.Scheduling;

/// <summary>For how long the reason of waiting tasks was their quota, in the time of a simulation.</summary>
internal sealed class QuotaWaits
{
    private readonly Dictionary<string, TimeSpan> _since = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _sums = new(StringComparer.Ordinal);

    /// <summary>Takes note of which tasks wait for their quota from now on.</summary>
    /// <param name="uids">Those tasks, and no others.</param>
    /// <param name="now">The present time.</param>
    public void Observe(IReadOnlyList<string> uids, TimeSpan now)
    {
        foreach (var uid in _since.Keys.Except(uids, StringComparer.Ordinal).ToArray())
        {
            Close(uid, now);
        }

        foreach (var uid in uids)
        {
            _since.TryAdd(uid, now);
        }
    }

    /// <summary>How long a task waited that waits no more.</summary>
    /// <param name="uid">The task.</param>
    /// <param name="now">The present time.</param>
    public TimeSpan Take(string uid, TimeSpan now)
    {
        Close(uid, now);
        _sums.Remove(uid, out var sum);
        return sum;
    }

    private void Close(string uid, TimeSpan now)
    {
        if (_since.Remove(uid, out var since))
        {
            _sums[uid] = _sums.GetValueOrDefault(uid) + (now - since);
        }
    }
}
