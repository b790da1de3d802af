namespace Foreman.Kubernetes;

/// <summary>What an identity knows about a Lease.</summary>
internal sealed record LeaseView
{
    public static readonly LeaseView Unknown = new();

    /// <summary>The Lease as last observed; null when it did not exist or was never read.</summary>
    public LeaseObservation? Observed { get; init; }

    /// <summary>Whether this identity has ever held it.</summary>
    public bool WasHeld { get; init; }
}

/// <summary>The step after a response: either another call or the outcome of the attempt.</summary>
/// <param name="View">The updated view.</param>
/// <param name="Next">The call to be made next; null when the attempt is over.</param>
/// <param name="Outcome">How the attempt has ended; null while it continues.</param>
internal sealed record LeaseStep(LeaseView View, LeaseCall? Next, LeaseAttempt? Outcome);

/// <summary>
/// One attempt to take or renew a Lease, call by call, without I/O or clock. Every write carries the resource version that it
/// is based on, so only one of two concurrent attempts succeeds.
/// </summary>
internal static class LeaseProtocol
{
    private static readonly LeaseAttempt NotHeld = new(false, null);

    /// <summary>The first call of an attempt; a Lease already held is renewed without a read.</summary>
    public static LeaseCall First(LeaseView view, LeaseParameters parameters, ClockReading at) =>
        view.Observed?.Lease is { } own && own.Spec?.HolderIdentity == parameters.Identity
            ? new LeaseCall.Write(own, LeaseRules.NextSpec(own.Spec, parameters, at.Wall), Fresh: false)
            : new LeaseCall.Read();

    /// <summary>The step after the response to a call.</summary>
    public static LeaseStep Next(LeaseView view, LeaseCall sent, LeaseResponse answer, LeaseParameters parameters, ClockReading at) => (sent, answer) switch
    {
        (LeaseCall.Read, LeaseResponse.Found(var lease)) => Evaluate(view, lease, parameters, at),
        (LeaseCall.Read, LeaseResponse.Missing) =>
            new(view with { Observed = null }, new LeaseCall.Create(LeaseRules.NextSpec(null, parameters, at.Wall)), null),
        (LeaseCall.Create or LeaseCall.Write, LeaseResponse.Found(var stored)) =>
            new(new LeaseView { Observed = new(stored, at.Now), WasHeld = true }, null, new(true, parameters.Identity)),
        (LeaseCall.Write { Fresh: false }, LeaseResponse.Conflict or LeaseResponse.Missing) => new(view, new LeaseCall.Read(), null),
        _ => new(view, null, NotHeld),
    };

    private static LeaseStep Evaluate(LeaseView view, V1Lease lease, LeaseParameters parameters, ClockReading at)
    {
        view = view with { Observed = LeaseObservation.Of(lease, view.Observed, at.Now) };
        return LeaseRules.FindActiveHolder(view.Observed, parameters, at.Now, maySupersede: !view.WasHeld) is { } held
            ? new(view, null, held)
            : new(view, new LeaseCall.Write(lease, LeaseRules.NextSpec(lease.Spec, parameters, at.Wall), Fresh: true), null);
    }
}
