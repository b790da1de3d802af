using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes.Json;

namespace Foreman.Kubernetes;

/// <summary>A namespace (core/v1 Namespace).</summary>
public sealed record V1Namespace : IResource<V1Namespace>
{
    /// <inheritdoc/>
    public static ResourceType Type { get; } = new("", "v1", "Namespace", "namespaces", Namespaced: false);

    /// <inheritdoc/>
    public static JsonTypeInfo<V1Namespace> TypeInfo => KubernetesJson.Default.V1Namespace;

    /// <inheritdoc/>
    public static JsonTypeInfo<ResourceList<V1Namespace>> ListTypeInfo => KubernetesJson.Default.ResourceListV1Namespace;

    /// <inheritdoc/>
    public string ApiVersion { get => field ?? Type.ApiVersion; init; }

    /// <inheritdoc/>
    public string Kind { get => field ?? Type.Kind; init; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get => field ?? new(); init; }
}

