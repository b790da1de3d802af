namespace Foreman.Workloads;

/// <summary>Why a Workload can't be planned.</summary>
/// <param name="Reason">Reason of the condition Planned.</param>
/// <param name="Message">What, where, why and what to do.</param>
/// <param name="IsFinal">True when only a change of the Workload helps, so that it fails; false when it waits.</param>
internal sealed record PlanFault(string Reason, string Message, bool IsFinal)
{
    /// <summary>True when Agents that are applied together with the Workload may mend it, so that it is not final at once.</summary>
    public bool MayPass { get; init; }
}
