namespace Foreman.Kubernetes;

/// <summary>An object cut down to its metadata (meta.k8s.io/v1 PartialObjectMetadata): the answer that our patches ask for.</summary>
public sealed record PartialObjectMetadata : IKubernetesObject
{
    /// <inheritdoc/>
    public string ApiVersion { get => field ?? ""; init; }

    /// <inheritdoc/>
    public string Kind { get => field ?? ""; init; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get => field ?? new(); init; }
}
