using System.Text.Json.Serialization.Metadata;

namespace Foreman.Kubernetes;

/// <summary>An object of the Kubernetes API: type, version and metadata.</summary>
public interface IKubernetesObject
{
    /// <summary><c>group/version</c> of the object.</summary>
    string ApiVersion { get; }

    /// <summary>Kind of the object, CamelCase.</summary>
    string Kind { get; }

    /// <summary>Name, namespace, versions and labels.</summary>
    V1ObjectMeta Metadata { get; }
}

/// <summary>
/// A kind with its metadata on the type, so that <c>ReadAsync&lt;T&gt;</c> needs neither attributes nor reflection.
/// </summary>
/// <typeparam name="TSelf">The kind itself.</typeparam>
public interface IResource<TSelf> : IKubernetesObject
    where TSelf : class, IResource<TSelf>
{
    /// <summary>Group, version, kind, plural and scope.</summary>
    static abstract ResourceType Type { get; }

    /// <summary>How one object is read and written as JSON.</summary>
    static abstract JsonTypeInfo<TSelf> TypeInfo { get; }

    /// <summary>How a list of objects is read as JSON.</summary>
    static abstract JsonTypeInfo<ResourceList<TSelf>> ListTypeInfo { get; }
}
