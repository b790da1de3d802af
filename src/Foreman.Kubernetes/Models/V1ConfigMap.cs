using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes.Json;

namespace Foreman.Kubernetes;

/// <summary>Configuration text by key (core/v1 ConfigMap).</summary>
public sealed record V1ConfigMap : IResource<V1ConfigMap>
{
    /// <inheritdoc/>
    public static ResourceType Type { get; } = new("", "v1", "ConfigMap", "configmaps", Namespaced: true);

    /// <inheritdoc/>
    public static JsonTypeInfo<V1ConfigMap> TypeInfo => KubernetesJson.Default.V1ConfigMap;

    /// <inheritdoc/>
    public static JsonTypeInfo<ResourceList<V1ConfigMap>> ListTypeInfo => KubernetesJson.Default.ResourceListV1ConfigMap;

    /// <inheritdoc/>
    public string ApiVersion { get => field ?? Type.ApiVersion; init; }

    /// <inheritdoc/>
    public string Kind { get => field ?? Type.Kind; init; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get => field ?? new(); init; }

    /// <summary>UTF-8 texts by key; at most 1 MiB together.</summary>
    public IReadOnlyDictionary<string, string>? Data { get; init; }

    /// <summary>Bytes by key, base64 in JSON; no key may be in <see cref="Data"/> too.</summary>
    public IReadOnlyDictionary<string, byte[]>? BinaryData { get; init; }

    /// <summary>True when the data can never be changed again, only deleted with the object.</summary>
    public bool? Immutable { get; init; }
}

