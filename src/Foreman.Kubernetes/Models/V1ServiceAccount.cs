using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes.Json;

namespace Foreman.Kubernetes;

/// <summary>An identity for programs (core/v1 ServiceAccount).</summary>
public sealed record V1ServiceAccount : IResource<V1ServiceAccount>
{
    /// <inheritdoc/>
    public static ResourceType Type { get; } = new("", "v1", "ServiceAccount", "serviceaccounts", Namespaced: true);

    /// <inheritdoc/>
    public static JsonTypeInfo<V1ServiceAccount> TypeInfo => KubernetesJson.Default.V1ServiceAccount;

    /// <inheritdoc/>
    public static JsonTypeInfo<ResourceList<V1ServiceAccount>> ListTypeInfo => KubernetesJson.Default.ResourceListV1ServiceAccount;

    /// <inheritdoc/>
    public string ApiVersion { get => field ?? Type.ApiVersion; init; }

    /// <inheritdoc/>
    public string Kind { get => field ?? Type.Kind; init; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get => field ?? new(); init; }
}

