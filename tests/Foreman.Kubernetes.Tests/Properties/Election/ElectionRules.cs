namespace Foreman.Kubernetes.Tests.Properties.Election;

/// <summary>The rules that a simulated process goes by: the real ones, or ones with a mistake that must be found.</summary>
internal sealed record ElectionRules
{
    public Func<ElectorState, ElectorInput, ElectorParameters, ElectorStep> Step { get; init; } = ElectorStateMachine.Step;

    public Func<ElectorState, TimeSpan, bool> Leads { get; init; } = ElectorStateMachine.Leads;

    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How a leader writes to an object that it has read.</summary>
    public Func<FencingToken, V1ConfigMap, V1Patch> Write { get; init; } = (token, current) => token.Guard(current);

    /// <summary>Whether somebody deletes the Lease by hand now and then. Then only the token keeps leaders apart.</summary>
    public bool DeletesLease { get; init; }
}
