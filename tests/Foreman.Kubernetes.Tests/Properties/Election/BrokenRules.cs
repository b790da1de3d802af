namespace Foreman.Kubernetes.Tests.Properties.Election;

/// <summary>Mistakes that people make in leader election. Each must be found by the simulation, else it would not find ours.</summary>
internal static class BrokenRules
{
    /// <summary>An answer that comes after the deadline makes the process lead again.</summary>
    public static ElectionRules LateRenewalBelieved { get; } = new()
    {
        Step = static (state, input, terms) =>
            state.Phase == ElectorPhase.Leading && input.At.Now >= state.Deadline
            && input is ElectorInput.Answered { Answer: LeaseResponse.Found { Lease.Spec.HolderIdentity: { } holder } } answered
            && answered.Id == state.Pending?.Id && holder == terms.Lease.Identity
                ? new(state with { Pending = null, RenewedAt = input.At.Now, Deadline = input.At.Now + terms.RenewDeadline, RetryAt = input.At.Now + terms.RetryPeriod })
                : ElectorStateMachine.Step(state, input, terms),
    };

    /// <summary>A renewal counts from when its answer is looked at.</summary>
    public static ElectionRules CountedFromAnswer { get; } = new()
    {
        Step = static (state, input, terms) => ElectorStateMachine.Step(state, input, terms) is var step
            && step.State.Phase == ElectorPhase.Leading && step.State.RenewedAt != state.RenewedAt
                ? step with { State = step.State with { RenewedAt = input.At.Now, Deadline = input.At.Now + terms.RenewDeadline } }
                : step,
    };

    /// <summary>The time that another's clock has written is compared with the own clock.</summary>
    public static ElectionRules WallClockBelieved { get; } = new()
    {
        Step = static (state, input, terms) =>
            input is ElectorInput.Answered { Answer: LeaseResponse.Found { Lease: { Spec.RenewTime: { } renewed } lease } }
            && renewed + terms.Lease.Duration < input.At.Wall
                ? ElectorStateMachine.Step(state with { View = state.View with { Observed = new(lease, TimeSpan.Zero) } }, input, terms)
                : ElectorStateMachine.Step(state, input, terms),
    };

    /// <summary>Who has lost the Lease clears it, whoever holds it now.</summary>
    public static ElectionRules ReleasesWhatItLost { get; } = new()
    {
        Step = static (state, input, terms) => ElectorStateMachine.Step(state, input, terms) is var step
            && state.Phase == ElectorPhase.Leading && step.State.Phase == ElectorPhase.Done
                ? step.Then(new ElectorAction.Send(0, new LeaseCall.Release(new())))
                : step,
    };

    /// <summary>The Lease is written whatever has become of it since it was read.</summary>
    public static ElectionRules WritesUnconditionally { get; } = new()
    {
        Step = static (state, input, terms) => ElectorStateMachine.Step(state, input, terms) is var step ? step with
        {
            Actions = step.Actions.ConvertAll(a => a is ElectorAction.Send(var id, LeaseCall.Write write)
                ? new ElectorAction.Send(id, write with { Before = new() })
                : a),
        }
        : step,
    };

    /// <summary>A renewal writes what the clock says, also when that is what stands there already.</summary>
    public static ElectionRules RenewsWithoutChange { get; } = new()
    {
        Step = static (state, input, terms) => ElectorStateMachine.Step(state, input, terms) is var step ? step with
        {
            Actions = step.Actions.ConvertAll(a => a is ElectorAction.Send(var id, LeaseCall.Write { Before.Spec: { } before } write) && before.HolderIdentity == terms.Lease.Identity
                && write.Spec.RenewTime - before.RenewTime == TimeSpan.FromMicroseconds(1)
                ? new ElectorAction.Send(id, write with { Spec = before })
                : a),
        }
        : step,
    };

    /// <summary>A holder counts as silent when two looks see the same times, whatever happened between them.</summary>
    public static ElectionRules LooksAtTimesOnly { get; } = new()
    {
        Step = static (state, input, terms) =>
            input is ElectorInput.Answered { Answer: LeaseResponse.Found { Lease: { } lease } } && state.View.Observed is { } seen
            && seen.Lease.Uid() == lease.Uid() && seen.Lease.Spec == lease.Spec
                ? ElectorStateMachine.Step(state with { View = state.View with { Observed = seen with { Lease = lease } } }, input, terms)
                : ElectorStateMachine.Step(state, input, terms),
    };

    /// <summary>A leader leads until something tells it otherwise.</summary>
    public static ElectionRules LeadsWithoutClock { get; } = new() { Leads = static (state, _) => state.Phase == ElectorPhase.Leading };

    /// <summary>The leader stops only when others may begin, so that nothing is left for clocks that run apart.</summary>
    public static ElectionRules NoMargin { get; } = new() { RenewDeadline = TimeSpan.FromSeconds(15) };

    /// <summary>A leader's writes carry no proof for the server.</summary>
    public static ElectionRules WritesWithoutToken { get; } = new() { Write = static (_, _) => V1Patch.Json() };

    /// <summary>The proof is written and not tested.</summary>
    public static ElectionRules TokenNotTested { get; } = new()
    {
        Write = static (token, current) => V1Patch.Json(JsonPatchOperation.Add("/metadata/annotations/x", token.Guard(current).Content.AsArray()[^1]!["value"]!.DeepClone())),
    };
}
