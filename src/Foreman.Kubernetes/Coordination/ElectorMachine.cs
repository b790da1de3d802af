using System.Globalization;

namespace Foreman.Kubernetes;

/// <summary>
/// The rules of leader election, without I/O or clock. Safety rests on three of them: only readings of the own monotonic
/// clock are compared, and only with each other; leading lasts for the renewal deadline from the moment at which a renewal
/// was <em>sent</em>, while others wait for the longer duration of the Lease from a moment after it had arrived; and an
/// answer that is looked at after that time changes nothing.
/// </summary>
internal static class ElectorMachine
{
    /// <summary>
    /// An elector that begins, with what an earlier run of it knew of the Lease. Calls are counted on: an answer to one of the
    /// earlier run's must not be taken for an answer to one of this.
    /// </summary>
    public static ElectorState Begin(ElectorState before, TimeSpan now) =>
        new() { View = before.View, Leader = before.Leader, Calls = before.Calls, RetryAt = now };

    /// <summary>Whether a process in this state leads for certain at this time.</summary>
    public static bool Leads(ElectorState state, TimeSpan now) => state.Phase == ElectorPhase.Leading && now < state.Deadline;

    public static ElectorStep Step(ElectorState state, ElectorInput input, ElectorTerms terms)
    {
        if (state.Phase == ElectorPhase.Leading && input.At.Now >= state.Deadline)
        {
            return Lose(state, $"it was not renewed for {Seconds(input.At.Now - state.RenewedAt)}");
        }

        return input switch
        {
            _ when state.Phase == ElectorPhase.Done => new(state),
            ElectorInput.Stop stop => Stop(state, stop, terms),
            ElectorInput.Wake wake => Wake(state, wake, terms),
            ElectorInput.Answered answered when answered.Id != state.Pending?.Id => new(state),
            ElectorInput.Answered answered when state.Phase == ElectorPhase.Releasing => TakeReleased(state, answered, terms),
            ElectorInput.Answered answered => Take(state, answered, terms),
            _ => new(state),
        };
    }

    private static ElectorStep Wake(ElectorState state, ElectorInput.Wake wake, ElectorTerms terms)
    {
        if (state.Phase == ElectorPhase.Releasing)
        {
            return wake.At.Now < state.Deadline ? new(state)
                : new ElectorStep(Forgotten(state)).Then(new ElectorAction.Complain("it could not be released in time and expires by itself"));
        }

        if (state.Pending is { } pending)
        {
            return wake.At.Now < pending.GiveUpAt ? new(state)
                : Retry(state, wake.At.Now, terms, wake.Jitter).Then(new ElectorAction.Complain($"no answer for {Seconds(wake.At.Now - pending.SentAt)}"));
        }

        return wake.At.Now < state.RetryAt ? new(state) : Send(state, LeaseProtocol.First(state.View, terms.Lease, wake.At), terms, wake.At.Now);
    }

    private static ElectorStep Send(ElectorState state, LeaseCall call, ElectorTerms terms, TimeSpan now)
    {
        var pending = new PendingCall(state.Calls + 1, call, now, now + terms.Patience);
        var next = state with { Calls = pending.Id, Pending = pending, MayHold = state.MayHold || call is LeaseCall.Create or LeaseCall.Write };
        return new ElectorStep(next).Then(new ElectorAction.Send(pending.Id, call));
    }

    /// <summary>Waits until the next attempt. Contenders spread widely; a leader's renewals only a little.</summary>
    private static ElectorStep Retry(ElectorState state, TimeSpan now, ElectorTerms terms, double jitter) =>
        new(state with { Pending = null, RetryAt = now + (terms.RetryPeriod * (1 + (state.Phase == ElectorPhase.Leading ? jitter / 10 : jitter))) });

    /// <summary>An answer in time for the call that is waited for, while contending or leading.</summary>
    private static ElectorStep Take(ElectorState state, ElectorInput.Answered answered, ElectorTerms terms)
    {
        var asked = state.Pending!;
        if (state.Phase == ElectorPhase.Leading && (asked.Call, answered.Answer) is (LeaseCall.Read, not LeaseAnswer.Failed) && Usurped(state, answered.Answer, terms) is { } why)
        {
            var holder = (answered.Answer as LeaseAnswer.Found)?.Lease.Spec?.HolderIdentity;
            return See(Lose(state, why), holder);
        }

        var turn = LeaseProtocol.Next(state.View, asked.Call, answered.Answer, terms.Lease, answered.At);
        state = state with { View = turn.View };
        if (turn.Next is { } call)
        {
            return Send(state, call, terms, answered.At.Now);
        }

        return turn.Outcome switch
        {
            { Held: true } => TakeHeld(state, asked, answered, terms),
            { Holder: { } holder } => See(Retry(state with { MayHold = false }, answered.At.Now, terms, answered.Jitter), holder),
            _ when answered.Answer is LeaseAnswer.Failed(var failure) =>
                Retry(state, answered.At.Now, terms, answered.Jitter).Then(new ElectorAction.Complain(failure)),
            _ => Retry(state, answered.At.Now, terms, answered.Jitter),
        };
    }

    /// <summary>
    /// Why a Lease that was read while leading is not this leadership's any more; null when it is. A Lease that was deleted or
    /// freed by hand may have had another leader since: taking it again would be another leadership.
    /// </summary>
    private static string? Usurped(ElectorState state, LeaseAnswer answer, ElectorTerms terms) => answer switch
    {
        LeaseAnswer.Found({ Spec: { } spec }) when spec.HolderIdentity == terms.Lease.Identity && (spec.LeaseTransitions ?? 0) == state.Transitions => null,
        LeaseAnswer.Found({ Spec: { } spec }) when spec.HolderIdentity == terms.Lease.Identity => "it has changed hands meanwhile",
        LeaseAnswer.Found({ Spec.HolderIdentity: { Length: > 0 } holder }) => $"{holder} has taken it",
        LeaseAnswer.Found => "somebody has cleared it",
        _ => "somebody has deleted it",
    };

    /// <summary>The Lease is held: this process leads, or goes on leading, for the renewal deadline from when the write was sent.</summary>
    private static ElectorStep TakeHeld(ElectorState state, PendingCall asked, ElectorInput.Answered answered, ElectorTerms terms)
    {
        var deadline = asked.SentAt + terms.RenewDeadline;
        if (answered.At.Now >= deadline)
        {
            // Held by what the server knows, but for too short a time to be believed: the next write may be in time.
            return Retry(state, answered.At.Now, terms, answered.Jitter);
        }

        var lease = state.View.Seen!.Lease;
        var renewed = state with { RenewedAt = asked.SentAt, Deadline = deadline };
        if (state.Phase == ElectorPhase.Leading)
        {
            return Retry(renewed, answered.At.Now, terms, answered.Jitter);
        }

        var leading = renewed with { Phase = ElectorPhase.Leading, Term = TermOf(lease), Transitions = lease.Spec?.LeaseTransitions ?? 0 };
        return See(Retry(leading, answered.At.Now, terms, answered.Jitter), terms.Lease.Identity).Then(new ElectorAction.StartLeading(leading.Term));
    }

    private static ElectorStep Lose(ElectorState state, string why) =>
        new ElectorStep(state with { Phase = ElectorPhase.Done, Pending = null }).Then(new ElectorAction.StopLeading(why));

    private static ElectorStep Stop(ElectorState state, ElectorInput.Stop stop, ElectorTerms terms)
    {
        if (state.Phase == ElectorPhase.Releasing)
        {
            return new(state);
        }

        var leading = state.Phase == ElectorPhase.Leading;
        var stopped = new ElectorStep(state with { Phase = ElectorPhase.Done, Pending = null });
        if (stop.Release && (leading || state.MayHold))
        {
            // Read first: a renewal whose answer never came has moved the version on.
            var releasing = state with { Phase = ElectorPhase.Releasing, Deadline = stop.At.Now + terms.Patience };
            stopped = Send(releasing, new LeaseCall.Read(), terms, stop.At.Now);
        }

        return leading ? stopped with { Actions = stopped.Actions.Insert(0, new ElectorAction.StopLeading("it stops")) } : stopped;
    }

    private static ElectorStep TakeReleased(ElectorState state, ElectorInput.Answered answered, ElectorTerms terms) => (state.Pending!.Call, answered.Answer) switch
    {
        (LeaseCall.Read, LeaseAnswer.Found(var lease)) when lease.Spec?.HolderIdentity == terms.Lease.Identity =>
            Send(state, new LeaseCall.Release(lease), terms, answered.At.Now),
        (LeaseCall.Release, LeaseAnswer.Conflict) => Send(state, new LeaseCall.Read(), terms, answered.At.Now),
        (_, LeaseAnswer.Failed(var why)) =>
            new ElectorStep(Forgotten(state)).Then(new ElectorAction.Complain($"it could not be released and expires by itself: {why}")),
        _ => new(Forgotten(state)),
    };

    private static ElectorState Forgotten(ElectorState state) =>
        state with { Phase = ElectorPhase.Done, Pending = null, View = state.View with { Seen = null } };

    private static ElectorStep See(ElectorStep step, string? holder) => string.IsNullOrEmpty(holder) || holder == step.State.Leader
        ? step
        : new ElectorStep(step.State with { Leader = holder }, step.Actions).Then(new ElectorAction.SeeLeader(holder));

    /// <summary>
    /// The version of the Lease with which a leadership began: the store counts it up with every write, so it is higher than
    /// that of every earlier one, even if the Lease was deleted meanwhile. (How often it changed hands begins anew then.)
    /// </summary>
    private static long TermOf(V1Lease lease) =>
        long.TryParse(lease.ResourceVersion(), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");
}
