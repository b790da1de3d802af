namespace Foreman.Runner;

/// <summary>The attempts that this process works on right now: each at most once.</summary>
internal sealed class InFlight
{
    private readonly Lock _gate = new();
    private readonly HashSet<AttemptKey> _keys = [];

    /// <summary>True when the attempt was not in flight before.</summary>
    public bool Enter(AttemptKey key)
    {
        lock (_gate)
        {
            return _keys.Add(key);
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
            return [.. _keys];
        }
    }
}
