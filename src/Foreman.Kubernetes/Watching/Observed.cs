using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes.Json;

namespace Foreman.Kubernetes;

/// <summary>
/// What a server says about one object: the object, or, when it can't be read as its kind, whatever names it and why. So one
/// object that somebody stored with a field of the wrong form does not keep all others of the kind from being followed.
/// </summary>
internal sealed class Observed<T> : IResource<Observed<T>>
    where T : class, IResource<T>
{
    public Observed(T obj)
    {
        Object = obj;
        Metadata = obj.Metadata;
    }

    public Observed(V1ObjectMeta metadata, string problem)
    {
        Metadata = metadata;
        Problem = problem;
    }

    public static ResourceType Type => T.Type;

    public static JsonTypeInfo<Observed<T>> TypeInfo { get; } =
        JsonMetadataServices.CreateValueInfo<Observed<T>>(T.TypeInfo.Options, new ObservedConverter<T>());

    public static JsonTypeInfo<ResourceList<Observed<T>>> ListTypeInfo { get; } =
        JsonMetadataServices.CreateValueInfo<ResourceList<Observed<T>>>(T.TypeInfo.Options, new ObservedListConverter<T>());

    /// <summary>The object; null when it can't be read.</summary>
    public T? Object { get; }

    /// <summary>Why it can't be read; null when it can.</summary>
    public string? Problem { get; }

    public V1ObjectMeta Metadata { get; }

    public string ApiVersion => T.Type.ApiVersion;

    public string Kind => T.Type.Kind;
}
