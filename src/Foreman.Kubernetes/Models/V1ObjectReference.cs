using System.Text.Json.Serialization;

namespace Foreman.Kubernetes;

/// <summary>A reference to any object (core/v1 ObjectReference).</summary>
public sealed record V1ObjectReference
{
    /// <summary><c>group/version</c> of the object.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>Kind of the object.</summary>
    public string? Kind { get; init; }

    /// <summary>Name of the object.</summary>
    public string? Name { get; init; }

    /// <summary>Namespace of the object; null for objects of the cluster.</summary>
    [JsonPropertyName("namespace")]
    public string? NamespaceProperty { get; init; }

    /// <summary>UID of the object.</summary>
    public string? Uid { get; init; }

    /// <summary>Version of the object that was meant.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Part of the object that is meant, as a path.</summary>
    public string? FieldPath { get; init; }
}
