using System.Globalization;

namespace Foreman.Kubernetes;

/// <summary>
/// The state machine of leader election, without I/O or clock. Safety rests on three rules: only readings of the local
/// monotonic clock are compared with each other; leadership lasts for the renew deadline from when a renewal was
/// <em>sent</em>, while others wait for the longer Lease duration from after it was stored; and a response processed after
/// the deadline changes nothing.
/// </summary>
internal static class ElectorStateMachine
{
    /// <summary>
    /// The initial state of a run, with what an earlier run knew of the Lease. Call numbers continue, so that a response to
    /// an earlier run's call is not taken for one of this run.
    /// </summary>
    public static ElectorState Begin(ElectorState before, TimeSpan now) =>
        new() { View = before.View, Leader = before.Leader, Calls = before.Calls, RetryAt = now };

    /// <summary>Whether a process in this state is certainly the leader at this time.</summary>
    public static bool Leads(ElectorState state, TimeSpan now) => state.Phase == ElectorPhase.Leading && now < state.Deadline;

    public static ElectorStep Step(ElectorState state, ElectorInput input, ElectorParameters parameters)
    {
        if (state.Phase == ElectorPhase.Leading && input.At.Now >= state.Deadline)
        {
            return StopLeading(state, $"it was not renewed for {Seconds(input.At.Now - state.RenewedAt)}");
        }

        return input switch
        {
            _ when state.Phase == ElectorPhase.Done => new(state),
            ElectorInput.Stop stop => Stop(state, stop, parameters),
            ElectorInput.Wake wake => Wake(state, wake, parameters),
            ElectorInput.Answered answered when answered.Id != state.Pending?.Id => new(state),
            ElectorInput.Answered answered when state.Phase == ElectorPhase.Releasing => OnReleaseResponse(state, answered, parameters),
            ElectorInput.Answered answered => OnResponse(state, answered, parameters),
            _ => new(state),
        };
    }

    private static ElectorStep Wake(ElectorState state, ElectorInput.Wake wake, ElectorParameters parameters)
    {
        if (state.Phase == ElectorPhase.Releasing)
        {
            return wake.At.Now < state.Deadline ? new(state)
                : new ElectorStep(Finish(state)).Then(new ElectorAction.ReportFailure("it could not be released in time and expires by itself"));
        }

        if (state.Pending is { } pending)
        {
            return wake.At.Now < pending.GiveUpAt ? new(state)
                : Retry(state, wake.At.Now, parameters, wake.Jitter).Then(new ElectorAction.ReportFailure($"no answer for {Seconds(wake.At.Now - pending.SentAt)}"));
        }

        return wake.At.Now < state.RetryAt ? new(state) : Send(state, LeaseProtocol.First(state.View, parameters.Lease, wake.At), parameters, wake.At.Now);
    }

    private static ElectorStep Send(ElectorState state, LeaseCall call, ElectorParameters parameters, TimeSpan now)
    {
        var pending = new PendingCall(state.Calls + 1, call, now, now + parameters.CallTimeout);
        var next = state with { Calls = pending.Id, Pending = pending, MayHold = state.MayHold || call is LeaseCall.Create or LeaseCall.Write };
        return new ElectorStep(next).Then(new ElectorAction.Send(pending.Id, call));
    }

    /// <summary>Waits until the next attempt: candidates with full jitter, renewals of a leader with a tenth of it.</summary>
    private static ElectorStep Retry(ElectorState state, TimeSpan now, ElectorParameters parameters, double jitter) =>
        new(state with { Pending = null, RetryAt = now + (parameters.RetryPeriod * (1 + (state.Phase == ElectorPhase.Leading ? jitter / 10 : jitter))) });

    /// <summary>The response to the pending call, while contending or leading.</summary>
    private static ElectorStep OnResponse(ElectorState state, ElectorInput.Answered answered, ElectorParameters parameters)
    {
        var sent = state.Pending!;
        if (state.Phase == ElectorPhase.Leading && (sent.Call, answered.Answer) is (LeaseCall.Read, not LeaseResponse.Failed) && LossReason(state, answered.Answer, parameters) is { } why)
        {
            var holder = (answered.Answer as LeaseResponse.Found)?.Lease.Spec?.HolderIdentity;
            return WithLeader(StopLeading(state, why), holder);
        }

        var next = LeaseProtocol.Next(state.View, sent.Call, answered.Answer, parameters.Lease, answered.At);
        state = state with { View = next.View };
        if (next.Next is { } call)
        {
            return Send(state, call, parameters, answered.At.Now);
        }

        return next.Outcome switch
        {
            { Held: true } => OnHeld(state, sent, answered, parameters),
            { Holder: { } holder } => WithLeader(Retry(state with { MayHold = false }, answered.At.Now, parameters, answered.Jitter), holder),
            _ when answered.Answer is LeaseResponse.Failed(var failure) =>
                Retry(state, answered.At.Now, parameters, answered.Jitter).Then(new ElectorAction.ReportFailure(failure)),
            _ => Retry(state, answered.At.Now, parameters, answered.Jitter),
        };
    }

    /// <summary>
    /// Why a Lease that was read while leading no longer belongs to this leadership; null when it does. A Lease that was
    /// deleted or cleared may have had another leader since, so taking it again would be a new leadership.
    /// </summary>
    private static string? LossReason(ElectorState state, LeaseResponse answer, ElectorParameters parameters) => answer switch
    {
        LeaseResponse.Found({ Spec: { } spec }) when spec.HolderIdentity == parameters.Lease.Identity && (spec.LeaseTransitions ?? 0) == state.Transitions => null,
        LeaseResponse.Found({ Spec: { } spec }) when spec.HolderIdentity == parameters.Lease.Identity => "it has changed hands meanwhile",
        LeaseResponse.Found({ Spec.HolderIdentity: { Length: > 0 } holder }) => $"{holder} has taken it",
        LeaseResponse.Found => "somebody has cleared it",
        _ => "somebody has deleted it",
    };

    /// <summary>The Lease is held: this process leads until the renew deadline, counted from when the write was sent.</summary>
    private static ElectorStep OnHeld(ElectorState state, PendingCall sent, ElectorInput.Answered answered, ElectorParameters parameters)
    {
        var deadline = sent.SentAt + parameters.RenewDeadline;
        if (answered.At.Now >= deadline)
        {
            // The server stored it too late for this leadership to count; the next write may be in time.
            return Retry(state, answered.At.Now, parameters, answered.Jitter);
        }

        var lease = state.View.Observed!.Lease;
        var renewed = state with { RenewedAt = sent.SentAt, Deadline = deadline };
        if (state.Phase == ElectorPhase.Leading)
        {
            return Retry(renewed, answered.At.Now, parameters, answered.Jitter);
        }

        var leading = renewed with { Phase = ElectorPhase.Leading, Term = TermOf(lease), Transitions = lease.Spec?.LeaseTransitions ?? 0 };
        return WithLeader(Retry(leading, answered.At.Now, parameters, answered.Jitter), parameters.Lease.Identity).Then(new ElectorAction.StartLeading(leading.Term));
    }

    private static ElectorStep StopLeading(ElectorState state, string why) =>
        new ElectorStep(state with { Phase = ElectorPhase.Done, Pending = null }).Then(new ElectorAction.StopLeading(why));

    private static ElectorStep Stop(ElectorState state, ElectorInput.Stop stop, ElectorParameters parameters)
    {
        if (state.Phase == ElectorPhase.Releasing)
        {
            return new(state);
        }

        var leading = state.Phase == ElectorPhase.Leading;
        var stopped = new ElectorStep(state with { Phase = ElectorPhase.Done, Pending = null });
        if (stop.Release && (leading || state.MayHold))
        {
            // Read first: a renewal whose response was lost has changed the resource version.
            var releasing = state with { Phase = ElectorPhase.Releasing, Deadline = stop.At.Now + parameters.CallTimeout };
            stopped = Send(releasing, new LeaseCall.Read(), parameters, stop.At.Now);
        }

        return leading ? stopped with { Actions = stopped.Actions.Insert(0, new ElectorAction.StopLeading("it stops")) } : stopped;
    }

    private static ElectorStep OnReleaseResponse(ElectorState state, ElectorInput.Answered answered, ElectorParameters parameters) => (state.Pending!.Call, answered.Answer) switch
    {
        (LeaseCall.Read, LeaseResponse.Found(var lease)) when lease.Spec?.HolderIdentity == parameters.Lease.Identity =>
            Send(state, new LeaseCall.Release(lease), parameters, answered.At.Now),
        (LeaseCall.Release, LeaseResponse.Conflict) => Send(state, new LeaseCall.Read(), parameters, answered.At.Now),
        (_, LeaseResponse.Failed(var why)) =>
            new ElectorStep(Finish(state)).Then(new ElectorAction.ReportFailure($"it could not be released and expires by itself: {why}")),
        _ => new(Finish(state)),
    };

    private static ElectorState Finish(ElectorState state) =>
        state with { Phase = ElectorPhase.Done, Pending = null, View = state.View with { Observed = null } };

    private static ElectorStep WithLeader(ElectorStep step, string? holder) => string.IsNullOrEmpty(holder) || holder == step.State.Leader
        ? step
        : new ElectorStep(step.State with { Leader = holder }, step.Actions).Then(new ElectorAction.NewLeader(holder));

    /// <summary>
    /// The resource version of the Lease at the start of a leadership: it grows with every write, so it is higher than that
    /// of every earlier leadership, even if the Lease was deleted meanwhile (which resets leaseTransitions).
    /// </summary>
    private static long TermOf(V1Lease lease) =>
        long.TryParse(lease.ResourceVersion(), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");
}
