namespace Foreman.Kubernetes;

/// <summary>Names an object in the same namespace (core/v1 LocalObjectReference).</summary>
public sealed record V1LocalObjectReference
{
    /// <summary>Name of the object.</summary>
    public string? Name { get; init; }
}
