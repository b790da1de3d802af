using Foreman.Kubernetes;

namespace Foreman.Api;

/// <summary>What the operator makes of a profile.</summary>
public sealed record ModelProfileStatus
{
    /// <summary>What the operator makes of it.</summary>
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}
