namespace Foreman.Kubernetes;

/// <summary>The result of a successful reconcile; a failed one throws and is retried with backoff.</summary>
public sealed record ReconcileResult
{
    private ReconcileResult(TimeSpan? delay) => Delay = delay;

    /// <summary>Nothing more to do until something changes.</summary>
    public static ReconcileResult Done { get; } = new(delay: null);

    /// <summary>When to reconcile again even if nothing changes; null for <see cref="Done"/>.</summary>
    public TimeSpan? Delay { get; }

    /// <summary>Reconcile again after a delay, or as soon as something changes.</summary>
    /// <param name="delay">The time, above zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">The delay is not above zero, which would be a busy loop.</exception>
    public static ReconcileResult RequeueAfter(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(delay, TimeSpan.Zero);
        return new(delay);
    }
}
