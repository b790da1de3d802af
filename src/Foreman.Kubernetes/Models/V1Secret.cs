using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes.Json;

namespace Foreman.Kubernetes;

/// <summary>Secret bytes by key (core/v1 Secret).</summary>
public sealed record V1Secret : IResource<V1Secret>
{
    /// <inheritdoc/>
    public static ResourceType Type { get; } = new("", "v1", "Secret", "secrets", Namespaced: true);

    /// <inheritdoc/>
    public static JsonTypeInfo<V1Secret> TypeInfo => KubernetesJson.Default.V1Secret;

    /// <inheritdoc/>
    public static JsonTypeInfo<ResourceList<V1Secret>> ListTypeInfo => KubernetesJson.Default.ResourceListV1Secret;

    /// <inheritdoc/>
    public string ApiVersion { get => field ?? Type.ApiVersion; init; }

    /// <inheritdoc/>
    public string Kind { get => field ?? Type.Kind; init; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get => field ?? new(); init; }

    /// <summary>Kind of secret, for example <c>Opaque</c>.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("type")]
    public string? SecretType { get; init; }

    /// <summary>Values by key, base64 in JSON.</summary>
    public IReadOnlyDictionary<string, byte[]>? Data { get; init; }

    /// <summary>Values by key as text; the server stores them in <see cref="Data"/>.</summary>
    public IReadOnlyDictionary<string, string>? StringData { get; init; }

    /// <summary>True when the data can never be changed again, only deleted with the object.</summary>
    public bool? Immutable { get; init; }
}

