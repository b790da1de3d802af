namespace Foreman.Kubernetes;

/// <summary>Owners of objects: what is owned goes when its owners have gone.</summary>
public static class OwnerReferences
{
    /// <summary>True when deletion was requested: the object is removed once it has no finalizers.</summary>
    public static bool IsDeleting(this IKubernetesObject obj) => obj.Metadata.DeletionTimestamp is not null;

    /// <summary>True when the object has the finalizer.</summary>
    /// <param name="obj">The object.</param>
    /// <param name="finalizer">Name of the finalizer.</param>
    public static bool HasFinalizer(this IKubernetesObject obj, string finalizer) => obj.Metadata.Finalizers?.Contains(finalizer) == true;

    /// <summary>True when an object is among the owners: the very one, not another one of the same name.</summary>
    /// <param name="obj">What may be owned.</param>
    /// <param name="owner">What may own it.</param>
    public static bool IsOwnedBy(this IKubernetesObject obj, IKubernetesObject owner) =>
        owner.Uid().Length > 0 && obj.Metadata.OwnerReferences?.Any(o => o.Uid == owner.Uid()) == true;

    /// <summary>The owner that manages the object, or null.</summary>
    public static V1OwnerReference? GetController(this IKubernetesObject obj) => obj.Metadata.OwnerReferences?.FirstOrDefault(o => o.Controller == true);

    /// <summary>The metadata with an owner added, or updated if it is already there.</summary>
    /// <param name="metadata">Metadata of what is to be owned; with its namespace, unless it is of the cluster.</param>
    /// <param name="owner">The owner, as it was stored.</param>
    /// <param name="controller">
    /// True (the default) when the owner manages the object: of those there is at most one, and its deletion in the foreground
    /// waits for the object.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The owner was never stored, lives in another namespace (the garbage collector would delete the object at once), or the
    /// object has another owner that manages it.
    /// </exception>
    public static V1ObjectMeta WithOwner(this V1ObjectMeta metadata, IKubernetesObject owner, bool controller = true)
    {
        var owners = metadata.OwnerReferences ?? [];
        if (ValidationError(metadata, owners, owner, controller) is { } error)
        {
            throw new ArgumentException($"{owner.Kind} {ObjectKey.Of(owner)} can't own {metadata.Name ?? metadata.GenerateName}: {error}", nameof(owner));
        }

        var reference = owner.AsOwner(controller) with { BlockOwnerDeletion = controller ? true : null };
        return metadata with { OwnerReferences = [.. owners.Where(o => o.Uid != owner.Uid()), reference] };
    }

    private static string? ValidationError(V1ObjectMeta metadata, IReadOnlyList<V1OwnerReference> owners, IKubernetesObject owner, bool controller)
    {
        if (owner.Uid().Length == 0)
        {
            return "it has no UID; take the owner as the server returned it";
        }

        if (owner.Namespace() is { } ns && ns != metadata.NamespaceProperty)
        {
            return metadata.NamespaceProperty is { } other
                ? $"that lives in the namespace {other}; owners must live in the same namespace or be of the cluster"
                : "that names no namespace; give it the owner's, objects of the cluster can be owned only by others of the cluster";
        }

        return controller && owners.FirstOrDefault(o => o.Controller == true && o.Uid != owner.Uid()) is { } manager
            ? $"{manager.Kind} {manager.Name} manages it already; pass controller: false to own it as well"
            : null;
    }
}
