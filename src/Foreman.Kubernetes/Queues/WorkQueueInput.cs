namespace Foreman.Kubernetes;

/// <summary>An input of the work queue's state machine.</summary>
internal abstract record WorkQueueInput<TKey>
    where TKey : notnull
{
    private WorkQueueInput()
    {
    }

    /// <summary>A key has work, now or after a wait.</summary>
    public sealed record Add(TKey Key, int Priority, TimeSpan Delay) : WorkQueueInput<TKey>;

    /// <summary>A key has failed and wants to be tried again.</summary>
    public sealed record AddRateLimited(TKey Key, int Priority) : WorkQueueInput<TKey>;

    /// <summary>A worker asks for a key.</summary>
    public sealed record Take : WorkQueueInput<TKey>;

    /// <summary>A worker has processed a key, successfully or not.</summary>
    public sealed record Done(TKey Key) : WorkQueueInput<TKey>;

    /// <summary>A key has succeeded: its failures are forgotten.</summary>
    public sealed record Forget(TKey Key) : WorkQueueInput<TKey>;

    /// <summary>Time has passed.</summary>
    public sealed record Tick : WorkQueueInput<TKey>;

    /// <summary>No more keys are accepted; with <paramref name="Drain"/> ready ones are still processed.</summary>
    public sealed record ShutDown(bool Drain) : WorkQueueInput<TKey>;
}

/// <summary>The outcome of one input.</summary>
/// <param name="State">The state now.</param>
/// <param name="Taken">The key taken; null when there was none.</param>
internal readonly record struct WorkQueueStep<TKey>(WorkQueueState<TKey> State, QueuedKey<TKey>? Taken = null)
    where TKey : notnull;
