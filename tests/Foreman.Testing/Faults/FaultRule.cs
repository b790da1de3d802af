namespace Foreman.Testing.Faults;

/// <summary>Something that decides what goes wrong with a call.</summary>
public interface IFaultSource
{
    /// <summary>The fault for a call; null to let it pass. Called once for each call, by one thread at a time.</summary>
    Fault? Next(ApiCall call);
}

/// <summary>A line of a fault script: which calls, which of them in order of their coming, and what happens.</summary>
/// <param name="Match">Which calls.</param>
/// <param name="Fault">What happens to them.</param>
public sealed record FaultRule(CallMatch Match, Fault Fault)
{
    /// <summary>So many calls that match pass first.</summary>
    public int Skip { get; init; }

    /// <summary>So many calls are hit then; all when null.</summary>
    public int? Times { get; init; }

    /// <summary>After one call that was hit, so many pass again: 1 hits every other call.</summary>
    public int Between { get; init; }

    /// <summary>Whether the n-th call that matches (from 1) is hit.</summary>
    public bool Hits(int nth)
    {
        var after = nth - Skip - 1;
        return after >= 0 && after % (Between + 1) == 0 && (Times is null || after / (Between + 1) < Times);
    }
}

/// <summary>A rule, or another source of faults, at work in a proxy; disposed, it works no more.</summary>
public sealed class InjectedFault : IDisposable
{
    private readonly Action<InjectedFault> _remove;
    private readonly IFaultSource _source;
    private int _hits;

    internal InjectedFault(IFaultSource source, Action<InjectedFault> remove)
    {
        _source = source;
        _remove = remove;
    }

    /// <summary>How many calls it has hit; a call that an earlier rule kept from the server is counted by the rule, but not as a hit.</summary>
    public int Hits => Volatile.Read(ref _hits);

    /// <summary>Waits until it has hit so many calls.</summary>
    public Task WaitAsync(int hits = 1) => Eventually.TrueAsync(() => Hits >= hits, $"{_source} to hit {hits} calls (it has hit {Hits})");

    /// <inheritdoc/>
    public void Dispose() => _remove(this);

    internal Fault? Next(ApiCall call) => _source.Next(call);

    internal void Hit() => Interlocked.Increment(ref _hits);
}
