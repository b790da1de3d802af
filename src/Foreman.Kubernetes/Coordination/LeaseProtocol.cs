namespace Foreman.Kubernetes;

/// <summary>What an identity knows of a Lease.</summary>
internal sealed record LeaseView
{
    public static readonly LeaseView Nothing = new();

    /// <summary>The Lease as it was last seen; null when it was not there, or nobody has looked.</summary>
    public LeaseObservation? Seen { get; init; }

    /// <summary>Whether this identity has ever held it.</summary>
    public bool WasHeld { get; init; }
}

/// <summary>What follows an answer: either another call or the outcome of the attempt.</summary>
/// <param name="View">What is known now.</param>
/// <param name="Next">The call to be made next; null when the attempt is over.</param>
/// <param name="Outcome">How the attempt has ended; null while it goes on.</param>
internal sealed record LeaseTurn(LeaseView View, LeaseCall? Next, LeaseAttempt? Outcome);

/// <summary>
/// One attempt to take or renew a Lease, call by call, without I/O or clock. Every write names the version that it is based
/// on, so of two who try at once only one gets it.
/// </summary>
internal static class LeaseProtocol
{
    private static readonly LeaseAttempt NotHeld = new(false, null);

    /// <summary>The first call of an attempt. A Lease that was held last is renewed without being read.</summary>
    public static LeaseCall First(LeaseView view, LeaseTerms terms, Moment at) =>
        view.Seen?.Lease is { } own && own.Spec?.HolderIdentity == terms.Identity
            ? new LeaseCall.Write(own, LeaseRules.Written(own.Spec, terms, at.Wall), Fresh: false)
            : new LeaseCall.Read();

    /// <summary>What follows the answer to a call of an attempt.</summary>
    public static LeaseTurn Next(LeaseView view, LeaseCall asked, LeaseAnswer answer, LeaseTerms terms, Moment at) => (asked, answer) switch
    {
        (LeaseCall.Read, LeaseAnswer.Found(var lease)) => Judge(view, lease, terms, at),
        (LeaseCall.Read, LeaseAnswer.Missing) =>
            new(view with { Seen = null }, new LeaseCall.Create(LeaseRules.Written(null, terms, at.Wall)), null),
        (LeaseCall.Create or LeaseCall.Write, LeaseAnswer.Found(var stored)) =>
            new(new LeaseView { Seen = new(stored, at.Now), WasHeld = true }, null, new(true, terms.Identity)),
        (LeaseCall.Write { Fresh: false }, LeaseAnswer.Conflict or LeaseAnswer.Missing) => new(view, new LeaseCall.Read(), null),
        _ => new(view, null, NotHeld),
    };

    private static LeaseTurn Judge(LeaseView view, V1Lease lease, LeaseTerms terms, Moment at)
    {
        view = view with { Seen = LeaseObservation.Of(lease, view.Seen, at.Now) };
        return LeaseRules.Refusal(view.Seen, terms, at.Now, maySupersede: !view.WasHeld) is { } refusal
            ? new(view, null, refusal)
            : new(view, new LeaseCall.Write(lease, LeaseRules.Written(lease.Spec, terms, at.Wall), Fresh: true), null);
    }
}
