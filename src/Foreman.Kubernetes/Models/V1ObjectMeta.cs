using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;

namespace Foreman.Kubernetes;

/// <summary>Standard object metadata (meta/v1 ObjectMeta), without <c>managedFields</c>, which nothing here reads.</summary>
[JsonConverter(typeof(ObjectMetaConverter))]
public sealed record V1ObjectMeta
{
    /// <summary>Name, unique among objects of a kind in a namespace (or the cluster).</summary>
    public string? Name { get; init; }

    /// <summary>Prefix from which the server makes a unique name when <see cref="Name"/> is absent.</summary>
    public string? GenerateName { get; init; }

    /// <summary>Namespace; null for objects of the cluster. (The name follows KubernetesClient.)</summary>
    [JsonPropertyName("namespace")]
    public string? NamespaceProperty { get; init; }

    /// <summary>Identity of this incarnation: an object re-created under the same name has another one.</summary>
    public string? Uid { get; init; }

    /// <summary>Opaque version for optimistic concurrency and watches.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Raised by the server whenever the desired state (spec) changes.</summary>
    public long? Generation { get; init; }

    /// <summary>When the server stored the object first.</summary>
    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>When deletion was requested; the object stays until it has no finalizers.</summary>
    public DateTimeOffset? DeletionTimestamp { get; init; }

    /// <summary>Grace period of the deletion, in seconds.</summary>
    public long? DeletionGracePeriodSeconds { get; init; }

    /// <summary>Labels, selectable.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Annotations, not selectable.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Objects that own this one: it is collected when they are gone.</summary>
    public IReadOnlyList<V1OwnerReference>? OwnerReferences { get; init; }

    /// <summary>Names of cleanups that must happen before the object goes.</summary>
    public IReadOnlyList<string>? Finalizers { get; init; }
}

/// <summary>A reference to an owner (meta/v1 OwnerReference).</summary>
public sealed record V1OwnerReference
{
    /// <summary><c>group/version</c> of the owner.</summary>
    public string ApiVersion { get => field ?? ""; init; }

    /// <summary>Kind of the owner.</summary>
    public string Kind { get => field ?? ""; init; }

    /// <summary>Name of the owner, in the same namespace or cluster-scoped.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>UID of the owner.</summary>
    public string Uid { get => field ?? ""; init; }

    /// <summary>True for the one owner that manages the object.</summary>
    public bool? Controller { get; init; }

    /// <summary>True when the owner may not be deleted in the foreground before this object is gone.</summary>
    public bool? BlockOwnerDeletion { get; init; }
}
