namespace Foreman.Kubernetes;

/// <summary>From an owned object to the name of its owner.</summary>
internal static class OwnerKeys
{
    /// <summary>The owner that manages the object, if it is of the kind; any version of the kind's group counts.</summary>
    public static IEnumerable<ObjectKey> Of<TOwner>(IKubernetesObject owned)
        where TOwner : class, IResource<TOwner> =>
        from owner in owned.Metadata.OwnerReferences ?? []
        where owner.Controller == true && owner.Kind == TOwner.Type.Kind && Group(owner.ApiVersion) == TOwner.Type.Group
        select new ObjectKey(TOwner.Type.Namespaced ? owned.Namespace() : null, owner.Name);

    private static string Group(string apiVersion) => apiVersion.LastIndexOf('/') is > 0 and var slash ? apiVersion[..slash] : "";
}
