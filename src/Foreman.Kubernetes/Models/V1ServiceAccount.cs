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

    /// <summary>Secrets that pods of this account may use, where a cluster restricts them.</summary>
    public IReadOnlyList<V1ObjectReference>? Secrets { get; init; }

    /// <summary>Secrets with which images of its pods are pulled.</summary>
    public IReadOnlyList<V1LocalObjectReference>? ImagePullSecrets { get; init; }

    /// <summary>Whether pods get a token of this account mounted; null for the cluster's default, yes.</summary>
    public bool? AutomountServiceAccountToken { get; init; }
}

