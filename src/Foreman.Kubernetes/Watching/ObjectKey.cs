namespace Foreman.Kubernetes;

/// <summary>Names an object among those of its kind.</summary>
/// <param name="Namespace">Its namespace; null for kinds of the cluster.</param>
/// <param name="Name">Its name.</param>
public readonly record struct ObjectKey(string? Namespace, string Name)
{
    /// <summary>The key of an object.</summary>
    public static ObjectKey Of(IKubernetesObject obj) => new(obj.Namespace(), obj.Name());

    /// <summary><c>namespace/name</c>, or the name alone.</summary>
    public override string ToString() => Namespace is null ? Name : $"{Namespace}/{Name}";
}
