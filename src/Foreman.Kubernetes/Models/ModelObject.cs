using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes.Json;

namespace Foreman.Kubernetes;

/// <summary>
/// Carries an object of another library's model type through this library's client, stores and controllers, so that a kind
/// that is modelled well elsewhere need not be modelled again.
/// </summary>
/// <typeparam name="TModel">The other library's type.</typeparam>
/// <typeparam name="TFormat">How it is read and written.</typeparam>
#pragma warning disable CA1000 // The interface asks for static members of the type.
public sealed class ModelObject<TModel, TFormat> : IResource<ModelObject<TModel, TFormat>>
    where TModel : class
    where TFormat : IModelFormat<TModel>
{
    private static readonly JsonSerializerOptions Options = ModelObjectConverters<TModel, TFormat>.NewOptions();

    /// <summary>Carries an object; a copy of its metadata is taken now, so change the model before.</summary>
    /// <param name="model">The object.</param>
    public ModelObject(TModel model)
        : this(model, MetadataOf(model))
    {
    }

    internal ModelObject(TModel model, V1ObjectMeta metadata) => (Model, Metadata) = (model, metadata);

    /// <inheritdoc/>
    public static ResourceType Type => TFormat.Type;

    /// <inheritdoc/>
    public static JsonTypeInfo<ModelObject<TModel, TFormat>> TypeInfo { get; } =
        (JsonTypeInfo<ModelObject<TModel, TFormat>>)Options.GetTypeInfo(typeof(ModelObject<TModel, TFormat>));

    /// <inheritdoc/>
    public static JsonTypeInfo<ResourceList<ModelObject<TModel, TFormat>>> ListTypeInfo { get; } =
        (JsonTypeInfo<ResourceList<ModelObject<TModel, TFormat>>>)Options.GetTypeInfo(typeof(ResourceList<ModelObject<TModel, TFormat>>));

    /// <summary>The object.</summary>
    public TModel Model { get; }

    /// <inheritdoc/>
    public string ApiVersion => TFormat.Type.ApiVersion;

    /// <inheritdoc/>
    public string Kind => TFormat.Type.Kind;

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; }

    private static V1ObjectMeta MetadataOf(TModel model)
    {
        var json = JsonSerializer.SerializeToElement(new(model, new V1ObjectMeta()), TypeInfo);
        return ModelObjectConverters<TModel, TFormat>.MetadataIn(json);
    }
}
#pragma warning restore CA1000

/// <summary>Reads carried objects from what people wrote.</summary>
public static class ModelObject
{
    /// <summary>Reads an object and refuses what the model would lose.</summary>
    /// <typeparam name="TModel">The other library's type.</typeparam>
    /// <typeparam name="TFormat">How it is read and written.</typeparam>
    /// <param name="json">The whole object.</param>
    /// <exception cref="JsonException">It does not fit the model, or the model does not know the fields that the message names.</exception>
    public static ModelObject<TModel, TFormat> Parse<TModel, TFormat>(JsonElement json)
        where TModel : class
        where TFormat : IModelFormat<TModel>
    {
        var info = ModelObject<TModel, TFormat>.TypeInfo;
        var parsed = json.Deserialize(info) ?? throw new JsonException($"a {TFormat.Type.Kind} is an object, not null");
        var unknown = UnknownFields.Of(json, JsonSerializer.SerializeToElement(parsed, info));
        return unknown.Count == 0
            ? parsed
            : throw new JsonException($"these fields of a {TFormat.Type.Kind} are not known here and would be lost: {string.Join(", ", unknown)}");
    }
}
