using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>Namespace and name of an object.</summary>
/// <param name="Namespace">Namespace; empty for objects of the cluster.</param>
/// <param name="Name">Name.</param>
public readonly record struct ObjectKey(string Namespace, string Name)
{
    /// <summary>The key of an object.</summary>
    public static ObjectKey Of(IKubernetesObject obj) => new(obj.Namespace() ?? "", obj.Name());

    /// <summary><c>namespace/name</c>, or the name alone.</summary>
    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
