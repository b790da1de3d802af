namespace Foreman.Runner;

/// <summary>The attempts that this process works on right now: each at most once.</summary>
internal sealed class InFlight
{
    private readonly Lock _gate = new();
    private readonly Dictionary<AttemptKey, Attempt?> _keys = [];

    /// <summary>True when the attempt was not in flight before.</summary>
    /// <param name="key">The attempt.</param>
    /// <param name="running">The same when it is run here, with its workspace; null when only its final write is delivered.</param>
    public bool Enter(AttemptKey key, Attempt? running = null)
    {
        lock (_gate)
        {
            return _keys.TryAdd(key, running);
        }
    }

    public void Leave(AttemptKey key)
    {
        lock (_gate)
        {
            _keys.Remove(key);
        }
    }

    /// <summary>The attempts in flight.</summary>
    public IReadOnlyList<AttemptKey> All()
    {
        lock (_gate)
        {
            return [.. _keys.Keys];
        }
    }

    /// <summary>The attempts that are run here.</summary>
    public IReadOnlyCollection<Attempt> Running()
    {
        lock (_gate)
        {
            return [.. _keys.Values.OfType<Attempt>()];
        }
    }
}
