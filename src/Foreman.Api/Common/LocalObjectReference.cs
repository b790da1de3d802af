using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>A reference to an object in the same namespace.</summary>
public sealed record LocalObjectReference
{
    /// <summary>Name of the object; empty refers to nothing.</summary>
    [Default("\"\"")]
    public string Name { get => field ?? ""; init; }
}
