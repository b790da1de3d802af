namespace Foreman.Kubernetes;

/// <summary>How a <see cref="LeaseLock"/> holds its Lease.</summary>
public sealed record LeaseLockOptions
{
    /// <summary>
    /// Without a renewal for this time others may take the Lease, each by its own clock. At least a second; written into the
    /// Lease as whole seconds, rounded up. Default 15 s.
    /// </summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Whether a Lease of this holder may be taken at once, because it can't be alive any more: for example an earlier
    /// process on this host. Asked only until the Lease is held for the first time. Default: never.
    /// </summary>
    public Func<string, bool> Supersedes { get; init; } = static _ => false;

    /// <summary>
    /// Clock. Only its timestamps decide; its time of day is written into the Lease for people. Default:
    /// <see cref="SuspendAwareTimeProvider"/>, which also takes the place of <see cref="TimeProvider.System"/>.
    /// </summary>
    public TimeProvider Time { get; init; } = SuspendAwareTimeProvider.Instance;
}

/// <summary>The outcome of an attempt to take or renew a Lease.</summary>
/// <param name="Held">True when this identity holds the Lease now.</param>
/// <param name="Holder">Who holds it, if that is known; null when it is free or just changing.</param>
/// <param name="ExpiresIn">How long until the Lease may be taken if the other holder does not renew it; null when unknown.</param>
public sealed record LeaseAttempt(bool Held, string? Holder, TimeSpan? ExpiresIn = null);
