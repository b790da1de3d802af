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
    public string ApiVersion { get; init; } = Type.ApiVersion;

    /// <inheritdoc/>
    public string Kind { get; init; } = Type.Kind;

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init; } = new();

    /// <summary>Kind of secret, for example <c>Opaque</c>.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("type")]
    public string? SecretType { get; init; }

    /// <summary>Values by key, base64 in JSON.</summary>
    public IReadOnlyDictionary<string, byte[]>? Data { get; init; }

    /// <summary>Values by key as text; the server stores them in <see cref="Data"/>.</summary>
    public IReadOnlyDictionary<string, string>? StringData { get; init; }
}

