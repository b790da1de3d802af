using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes.Json;

namespace Foreman.Kubernetes;

/// <summary>A lock with a holder and a renewal time (coordination.k8s.io/v1 Lease).</summary>
public sealed record V1Lease : IResource<V1Lease>
{
    /// <inheritdoc/>
    public static ResourceType Type { get; } = new("coordination.k8s.io", "v1", "Lease", "leases", Namespaced: true);

    /// <inheritdoc/>
    public static JsonTypeInfo<V1Lease> TypeInfo => KubernetesJson.Default.V1Lease;

    /// <inheritdoc/>
    public static JsonTypeInfo<ResourceList<V1Lease>> ListTypeInfo => KubernetesJson.Default.ResourceListV1Lease;

    /// <inheritdoc/>
    public string ApiVersion { get => field ?? Type.ApiVersion; init; }

    /// <inheritdoc/>
    public string Kind { get => field ?? Type.Kind; init; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get => field ?? new(); init; }

    /// <summary>Who holds the lock and since when.</summary>
    public V1LeaseSpec? Spec { get; init; }
}

/// <summary>Who holds a Lease and since when.</summary>
public sealed record V1LeaseSpec
{
    /// <summary>Identity of the holder; null or empty when the lock is free.</summary>
    public string? HolderIdentity { get; init; }

    /// <summary>Seconds after the last renewal at which others may take the lock, by their own clocks.</summary>
    public int? LeaseDurationSeconds { get; init; }

    /// <summary>When the present holder took it.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? AcquireTime { get; init; }

    /// <summary>When the present holder last renewed it.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? RenewTime { get; init; }

    /// <summary>How often the lock has changed hands.</summary>
    public int? LeaseTransitions { get; init; }
}
