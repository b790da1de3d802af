using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes.Json;

namespace Foreman.Kubernetes;

/// <summary>
/// An object as received: decoded, or its identity and the error when it can't be decoded, so that one malformed object does
/// not stop the watch of all others.
/// </summary>
internal sealed class Observed<T> : IResource<Observed<T>>
    where T : class, IResource<T>
{
    private static readonly JsonSerializerOptions Deep = DeepJson.Options(T.TypeInfo.Options);

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
        JsonMetadataServices.CreateValueInfo<Observed<T>>(Deep, new ObservedConverter<T>());

    public static JsonTypeInfo<ResourceList<Observed<T>>> ListTypeInfo { get; } =
        JsonMetadataServices.CreateValueInfo<ResourceList<Observed<T>>>(Deep, new ObservedListConverter<T>());

    /// <summary>The object; null when it can't be read.</summary>
    public T? Object { get; }

    /// <summary>Why it can't be read; null when it can.</summary>
    public string? Problem { get; }

    public V1ObjectMeta Metadata { get; }

    public string ApiVersion => T.Type.ApiVersion;

    public string Kind => T.Type.Kind;
}
