namespace Foreman.Kubernetes;

/// <summary>Accessors for common metadata; the names follow KubernetesClient.</summary>
public static class ObjectExtensions
{
    /// <summary>Name of the object, or an empty string.</summary>
    public static string Name(this IKubernetesObject obj) => obj.Metadata.Name ?? "";

    /// <summary>Namespace of the object, or null for objects of the cluster.</summary>
    public static string? Namespace(this IKubernetesObject obj) => obj.Metadata.NamespaceProperty;

    /// <summary>UID of the object, or an empty string before it was stored.</summary>
    public static string Uid(this IKubernetesObject obj) => obj.Metadata.Uid ?? "";

    /// <summary>Resource version of the object, or an empty string before it was stored.</summary>
    public static string ResourceVersion(this IKubernetesObject obj) => obj.Metadata.ResourceVersion ?? "";

    /// <summary>Value of a label, or null.</summary>
    public static string? GetLabel(this IKubernetesObject obj, string key) => obj.Metadata.Labels?.GetValueOrDefault(key);

    /// <summary>Value of an annotation, or null.</summary>
    public static string? GetAnnotation(this IKubernetesObject obj, string key) => obj.Metadata.Annotations?.GetValueOrDefault(key);

    /// <summary>A reference that makes the object the owner of others.</summary>
    /// <param name="obj">The owner; it must have been stored, so that it has a UID.</param>
    /// <param name="controller">True when the owner manages the object.</param>
    public static V1OwnerReference AsOwner(this IKubernetesObject obj, bool controller = false) => new()
    {
        ApiVersion = obj.ApiVersion,
        Kind = obj.Kind,
        Name = obj.Name(),
        Uid = obj.Uid(),
        Controller = controller ? true : null,
    };
}
