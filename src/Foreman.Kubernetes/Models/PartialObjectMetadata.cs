namespace Foreman.Kubernetes;

/// <summary>
/// An object cut down to its metadata (meta.k8s.io/v1 PartialObjectMetadata): enough to find, count, own and collect
/// objects, at a fraction of the bytes.
/// </summary>
public sealed record PartialObjectMetadata : IKubernetesObject
{
    /// <inheritdoc/>
    public string ApiVersion { get => field ?? ""; init; }

    /// <inheritdoc/>
    public string Kind { get => field ?? ""; init; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get => field ?? new(); init; }
}
