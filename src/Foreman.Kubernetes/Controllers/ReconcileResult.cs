namespace Foreman.Kubernetes;

/// <summary>How a reconcile ended well. One that failed throws: then it is tried again after a growing wait.</summary>
public sealed record ReconcileResult
{
    private ReconcileResult(TimeSpan? delay) => Delay = delay;

    /// <summary>Nothing more to do until something changes.</summary>
    public static ReconcileResult Done { get; } = new(delay: null);

    /// <summary>When to look again even if nothing changes; null for <see cref="Done"/>.</summary>
    public TimeSpan? Delay { get; }

    /// <summary>Look again after a time, or as soon as something changes.</summary>
    /// <param name="delay">The time, above zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is not above zero: that would go on without end or rest.</exception>
    public static ReconcileResult RequeueAfter(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(delay, TimeSpan.Zero);
        return new(delay);
    }
}
