namespace Foreman.Kubernetes;

/// <summary>One reading of the local clock.</summary>
/// <param name="Now">Monotonic time since an arbitrary origin: the only time used in decisions.</param>
/// <param name="Wall">Wall-clock time, written into Leases for people and never compared.</param>
internal readonly record struct ClockReading(TimeSpan Now, DateTimeOffset Wall)
{
    /// <summary>Reads a clock.</summary>
    public static ClockReading Take(TimeProvider time) => new(time.GetElapsedTime(0), time.GetUtcNow());
}

/// <summary>A Lease as observed, and since when by the local clock it has been unchanged.</summary>
/// <param name="Lease">The Lease.</param>
/// <param name="Since">When this version was first observed.</param>
internal sealed record LeaseObservation(V1Lease Lease, TimeSpan Since)
{
    /// <summary>
    /// The observation after another read. Any change of the record is a sign that its holder renewed it; the times in it are
    /// never compared with the local clock. The resource version counts too, because a holder whose clock has stopped may
    /// renew with the same time.
    /// </summary>
    public static LeaseObservation Of(V1Lease lease, LeaseObservation? before, TimeSpan now) =>
        before is not null && before.Lease.Uid() == lease.Uid() && before.Lease.ResourceVersion() == lease.ResourceVersion() && before.Lease.Spec == lease.Spec
            ? before
            : new(lease, now);
}

/// <summary>Identity and duration with which a Lease is taken.</summary>
/// <param name="Identity">Who takes it.</param>
/// <param name="Duration">Without a renewal for this time others may take it.</param>
/// <param name="Supersedes">Whether a Lease of that holder may be taken without waiting for its expiry.</param>
internal sealed record LeaseParameters(string Identity, TimeSpan Duration, Func<string, bool> Supersedes)
{
    /// <summary>The duration in whole seconds, rounded up, because others rely on the written value.</summary>
    public int WrittenSeconds => (int)Math.Ceiling(Duration.TotalSeconds);
}

/// <summary>Rules for who may take a Lease, and what is written.</summary>
internal static class LeaseRules
{
    /// <summary>The resolution of times in a Lease.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMicroseconds(1);

    /// <summary>The other holder and its remaining time; null when the identity may take the Lease.</summary>
    /// <param name="observation">The Lease as observed.</param>
    /// <param name="parameters">Who wants it.</param>
    /// <param name="now">The time by the own clock.</param>
    /// <param name="maySupersede">
    /// False for an identity that has held the Lease: its present holder has superseded it, and taking it back would never
    /// end.
    /// </param>
    public static LeaseAttempt? FindActiveHolder(LeaseObservation observation, LeaseParameters parameters, TimeSpan now, bool maySupersede)
    {
        var holder = observation.Lease.Spec?.HolderIdentity;
        if (string.IsNullOrEmpty(holder) || holder == parameters.Identity || (maySupersede && parameters.Supersedes(holder)))
        {
            return null;
        }

        var duration = observation.Lease.Spec?.LeaseDurationSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : parameters.Duration;
        var left = duration - (now - observation.Since);
        return left <= TimeSpan.Zero ? null : new(false, holder, left);
    }

    /// <summary>
    /// The spec that takes or renews the Lease. It always differs from the one before: a write that changes nothing is not
    /// stored, and others would consider the holder dead.
    /// </summary>
    public static V1LeaseSpec NextSpec(V1LeaseSpec? before, LeaseParameters parameters, DateTimeOffset wall)
    {
        var renewal = before?.HolderIdentity == parameters.Identity;
        var now = new DateTimeOffset(wall.UtcTicks - (wall.UtcTicks % Step.Ticks), TimeSpan.Zero);
        return new()
        {
            HolderIdentity = parameters.Identity,
            LeaseDurationSeconds = parameters.WrittenSeconds,
            AcquireTime = renewal ? before!.AcquireTime ?? now : now,
            RenewTime = before?.RenewTime == now ? now + Step : now,
            LeaseTransitions = (before?.LeaseTransitions ?? 0) + (renewal || before is null ? 0 : 1),
        };
    }
}
