namespace Foreman.Kubernetes;

/// <summary>What a clock of one's own said when something happened.</summary>
/// <param name="Now">Monotonic time since an origin of no meaning: the only time that decides.</param>
/// <param name="Wall">Time of day, written into Leases for people and never compared.</param>
internal readonly record struct Moment(TimeSpan Now, DateTimeOffset Wall)
{
    /// <summary>Reads a clock.</summary>
    public static Moment Of(TimeProvider time) => new(time.GetElapsedTime(0), time.GetUtcNow());
}

/// <summary>A Lease as it was seen, and since when it has looked like that by this process's own clock.</summary>
/// <param name="Lease">The Lease.</param>
/// <param name="Since">When this record was first seen.</param>
internal sealed record LeaseObservation(V1Lease Lease, TimeSpan Since)
{
    /// <summary>
    /// The observation after another look. What others' clocks wrote into the Lease is only compared with itself:
    /// its holder is alive when it changes. The version counts too: of a holder whose clock stands still or was set back,
    /// two looks may see the same time although it has renewed meanwhile.
    /// </summary>
    public static LeaseObservation Of(V1Lease lease, LeaseObservation? before, TimeSpan now) =>
        before is not null && before.Lease.Uid() == lease.Uid() && before.Lease.ResourceVersion() == lease.ResourceVersion() && before.Lease.Spec == lease.Spec
            ? before
            : new(lease, now);
}

/// <summary>Who takes a Lease, and for how long.</summary>
/// <param name="Identity">Who takes it.</param>
/// <param name="Duration">After so long without a renewal others may take it.</param>
/// <param name="Supersedes">Whether a Lease of that holder may be taken at once.</param>
internal sealed record LeaseTerms(string Identity, TimeSpan Duration, Func<string, bool> Supersedes)
{
    /// <summary>The duration as it is written: never shorter than it is meant, for others go by what is written.</summary>
    public int WrittenSeconds => (int)Math.Ceiling(Duration.TotalSeconds);
}

/// <summary>Who may take a Lease, and what is written then.</summary>
internal static class LeaseRules
{
    /// <summary>The shortest step of time that a Lease can hold.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMicroseconds(1);

    /// <summary>Null when the identity may write itself into the Lease; otherwise who holds it and for how long yet.</summary>
    /// <param name="seen">The Lease as it was seen.</param>
    /// <param name="terms">Who wants it.</param>
    /// <param name="now">The time by the own clock.</param>
    /// <param name="maySupersede">
    /// False for an identity that has held the Lease: whoever stands there now has superseded it, and taking the Lease back
    /// would go on for ever.
    /// </param>
    public static LeaseAttempt? Refusal(LeaseObservation seen, LeaseTerms terms, TimeSpan now, bool maySupersede)
    {
        var holder = seen.Lease.Spec?.HolderIdentity;
        if (string.IsNullOrEmpty(holder) || holder == terms.Identity || (maySupersede && terms.Supersedes(holder)))
        {
            return null;
        }

        var duration = seen.Lease.Spec?.LeaseDurationSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : terms.Duration;
        var left = duration - (now - seen.Since);
        return left <= TimeSpan.Zero ? null : new(false, holder, left);
    }

    /// <summary>
    /// The record of a Lease that the identity takes or renews. It always differs from the one before: a renewal that changes
    /// nothing, as with a clock that stands still, would not be stored, and others would take its holder for dead.
    /// </summary>
    public static V1LeaseSpec Written(V1LeaseSpec? before, LeaseTerms terms, DateTimeOffset wall)
    {
        var renewal = before?.HolderIdentity == terms.Identity;
        var now = new DateTimeOffset(wall.UtcTicks - (wall.UtcTicks % Step.Ticks), TimeSpan.Zero);
        return new()
        {
            HolderIdentity = terms.Identity,
            LeaseDurationSeconds = terms.WrittenSeconds,
            AcquireTime = renewal ? before!.AcquireTime ?? now : now,
            RenewTime = before?.RenewTime == now ? now + Step : now,
            LeaseTransitions = (before?.LeaseTransitions ?? 0) + (renewal || before is null ? 0 : 1),
        };
    }
}
