namespace Foreman.Scheduling;

/// <summary>
/// Which ended tasks of a simulation still count: those whose use is in a window of a quota or weighs in the share of a queue, and the last ones of all, as the
/// usual use is drawn from them.
/// </summary>
internal sealed class EndedTasks
{
    /// <summary>So many stay however long ago they ended: what tasks usually use is then known after a fleet has stood still.</summary>
    public const int Least = 500;

    // A use counts for less than half a percent by then.
    private const int HalfLives = 8;

    private readonly Queue<(string Uid, DateTimeOffset EndedAt)> _byEnd = [];
    private readonly HashSet<string> _uids = new(StringComparer.Ordinal);

    /// <param name="quotas">Weights and quotas.</param>
    /// <param name="settings">How slots are shared between queues.</param>
    /// <param name="hasQueues">Whether tasks are of more than one queue, so that what one has used weighs.</param>
    public EndedTasks(QuotaSet quotas, FairShareSettings settings, bool hasQueues = false)
    {
        Counts = hasQueues || !quotas.All.IsEmpty;
        Horizon = quotas.All.Where(q => q.HasWindow).Select(q => q.Window).Append(HalfLives * settings.HalfLife).Max();
    }

    /// <summary>False where there is one queue and no quota: then none is kept, as nothing is shared.</summary>
    public bool Counts { get; }

    /// <summary>For how long after its end a task counts.</summary>
    public TimeSpan Horizon { get; }

    /// <summary>Keeps a task that ended no earlier than those before it.</summary>
    /// <param name="uid">The task.</param>
    /// <param name="endedAt">When it ended.</param>
    public void Add(string uid, DateTimeOffset endedAt)
    {
        _byEnd.Enqueue((uid, endedAt));
        _uids.Add(uid);
    }

    /// <summary>True while a task is kept.</summary>
    /// <param name="uid">The task.</param>
    public bool Contains(string uid) => _uids.Contains(uid);

    /// <summary>Lets go of the first task that counts no more; null when all count.</summary>
    /// <param name="now">Time of day.</param>
    public string? Forget(DateTimeOffset now)
    {
        if (_byEnd.Count <= Least || _byEnd.Peek().EndedAt + Horizon > now)
        {
            return null;
        }

        var (uid, _) = _byEnd.Dequeue();
        _uids.Remove(uid);
        return uid;
    }
}
