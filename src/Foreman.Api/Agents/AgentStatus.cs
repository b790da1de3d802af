using Foreman.Kubernetes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Whether an Agent is usable.</summary>
public sealed record AgentStatus
{
    /// <summary>Generation that was checked.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Validated.</summary>
    [ListMap("type")]
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}
