using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes.Json;

namespace Foreman.Kubernetes;

/// <summary>
/// Asks whether the caller may do something (authorization.k8s.io/v1 SelfSubjectAccessReview). It is created and never stored:
/// the object that <see cref="IKubernetes.CreateAsync{T}"/> returns carries the answer in <see cref="Status"/>. Every authenticated
/// identity may ask, unless an administrator took that right away.
/// </summary>
public sealed record V1SelfSubjectAccessReview : IResource<V1SelfSubjectAccessReview>
{
    /// <inheritdoc/>
    public static ResourceType Type { get; } = new("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", Namespaced: false);

    /// <inheritdoc/>
    public static JsonTypeInfo<V1SelfSubjectAccessReview> TypeInfo => KubernetesJson.Default.V1SelfSubjectAccessReview;

    /// <inheritdoc/>
    public static JsonTypeInfo<ResourceList<V1SelfSubjectAccessReview>> ListTypeInfo => KubernetesJson.Default.ResourceListV1SelfSubjectAccessReview;

    /// <inheritdoc/>
    public string ApiVersion { get => field ?? Type.ApiVersion; init; }

    /// <inheritdoc/>
    public string Kind { get => field ?? Type.Kind; init; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get => field ?? new(); init; }

    /// <summary>What is asked.</summary>
    public V1SelfSubjectAccessReviewSpec? Spec { get; init; }

    /// <summary>The answer; null in a question.</summary>
    public V1SubjectAccessReviewStatus? Status { get; init; }

    /// <summary>A question about objects of a kind.</summary>
    /// <param name="verb">The verb: get, list, watch, create, update, patch, delete or deletecollection.</param>
    /// <param name="type">The kind.</param>
    /// <param name="ns">The namespace; null for kinds of the cluster, or for all namespaces at once.</param>
    /// <param name="name">One object; null for all.</param>
    /// <param name="subresource">A part of the object such as <c>status</c>; null for the object itself.</param>
    public static V1SelfSubjectAccessReview Of(string verb, ResourceType type, string? ns = null, string? name = null, string? subresource = null) => new()
    {
        Spec = new()
        {
            ResourceAttributes = new() { Verb = verb, Group = type.Group, Version = type.Version, Resource = type.Plural, Namespace = ns, Name = name, Subresource = subresource },
        },
    };
}

/// <summary>What a SelfSubjectAccessReview asks.</summary>
public sealed record V1SelfSubjectAccessReviewSpec
{
    /// <summary>A verb on objects.</summary>
    public V1ResourceAttributes? ResourceAttributes { get; init; }
}

/// <summary>A verb on objects of a kind; <c>*</c> stands for all.</summary>
public sealed record V1ResourceAttributes
{
    /// <summary>Namespace; null or empty for kinds of the cluster, or for all namespaces.</summary>
    public string? Namespace { get; init; }

    /// <summary>Verb, lower case.</summary>
    public string? Verb { get; init; }

    /// <summary>API group; empty for the core group.</summary>
    public string? Group { get; init; }

    /// <summary>API version.</summary>
    public string? Version { get; init; }

    /// <summary>Plural of the kind, lower case.</summary>
    public string? Resource { get; init; }

    /// <summary>Part of the object, such as <c>status</c>.</summary>
    public string? Subresource { get; init; }

    /// <summary>Name of one object; null or empty for all.</summary>
    public string? Name { get; init; }
}

/// <summary>Whether something is allowed (authorization.k8s.io/v1 SubjectAccessReviewStatus).</summary>
public sealed record V1SubjectAccessReviewStatus
{
    /// <summary>True when it is allowed.</summary>
    public bool Allowed { get; init; }

    /// <summary>True when it is denied for good, whatever other authorizers say; false with <see cref="Allowed"/> false means that nobody granted it.</summary>
    public bool? Denied { get; init; }

    /// <summary>Why, for people; may be absent.</summary>
    public string? Reason { get; init; }

    /// <summary>What went wrong while it was decided; the answer still counts.</summary>
    public string? EvaluationError { get; init; }
}
