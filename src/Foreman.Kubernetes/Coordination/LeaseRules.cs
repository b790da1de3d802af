namespace Foreman.Kubernetes;

/// <summary>A Lease as it was seen, and since when it has looked like that by this process's own clock.</summary>
/// <param name="Lease">The Lease.</param>
/// <param name="Since">Timestamp of the clock at which this record was first seen.</param>
internal sealed record LeaseObservation(V1Lease Lease, long Since)
{
    /// <summary>
    /// The observation after another look. What others' clocks wrote into the Lease is only compared with itself:
    /// its holder is alive when it changes.
    /// </summary>
    public static LeaseObservation Of(V1Lease lease, LeaseObservation? before, long now) =>
        before is not null && before.Lease.Uid() == lease.Uid() && before.Lease.Spec == lease.Spec
            ? before with { Lease = lease }
            : new(lease, now);
}

/// <summary>Who may take a Lease, and what is written then.</summary>
internal static class LeaseRules
{
    /// <summary>Null when the identity may write itself into the Lease; otherwise who holds it and for how long yet.</summary>
    /// <param name="seen">The Lease as it was seen.</param>
    /// <param name="identity">Who wants it.</param>
    /// <param name="options">Duration, takeover and clock.</param>
    /// <param name="maySupersede">
    /// False for an identity that has held the Lease: whoever stands there now has superseded it, and taking the Lease back
    /// would go on for ever.
    /// </param>
    public static LeaseAttempt? Refusal(LeaseObservation seen, string identity, LeaseLockOptions options, bool maySupersede)
    {
        var holder = seen.Lease.Spec?.HolderIdentity;
        if (string.IsNullOrEmpty(holder) || holder == identity || (maySupersede && options.Supersedes(holder)))
        {
            return null;
        }

        var duration = seen.Lease.Spec?.LeaseDurationSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : options.Duration;
        var left = duration - options.Time.GetElapsedTime(seen.Since);
        return left <= TimeSpan.Zero ? null : new(false, holder, left);
    }

    /// <summary>The record of a Lease that the identity takes or renews.</summary>
    public static V1LeaseSpec Written(V1LeaseSpec? before, string identity, LeaseLockOptions options)
    {
        var now = options.Time.GetUtcNow();
        var renewal = before?.HolderIdentity == identity;
        return new()
        {
            HolderIdentity = identity,
            LeaseDurationSeconds = (int)options.Duration.TotalSeconds,
            AcquireTime = renewal ? before!.AcquireTime ?? now : now,
            RenewTime = now,
            LeaseTransitions = (before?.LeaseTransitions ?? 0) + (renewal || before is null ? 0 : 1),
        };
    }
}
