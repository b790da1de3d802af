using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Foreman.Kubernetes.Json;

/// <summary>JSON contracts of one foreign model type and its lists, written by hand because the source generator can't see them.</summary>
internal static class ModelObjectConverters<TModel, TFormat>
    where TModel : class
    where TFormat : IModelFormat<TModel>
{
    public static JsonSerializerOptions NewOptions()
    {
        var options = new JsonSerializerOptions(KubernetesJson.Default.Options) { TypeInfoResolver = new Resolver() };
        options.MakeReadOnly();
        return options;
    }

    public static V1ObjectMeta MetadataIn(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("metadata", out var metadata)
            ? metadata.Deserialize(KubernetesJson.Default.V1ObjectMeta) ?? new()
            : new();

    private static ModelObject<TModel, TFormat> Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException($"a {TFormat.Type.Kind} is an object, not {json.ValueKind}");
        }

        return new(TFormat.Read(json), MetadataIn(json));
    }

    private sealed class Resolver : IJsonTypeInfoResolver
    {
        public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options) =>
            type == typeof(ModelObject<TModel, TFormat>) ? JsonMetadataServices.CreateValueInfo<ModelObject<TModel, TFormat>>(options, new ItemConverter())
            : type == typeof(ResourceList<ModelObject<TModel, TFormat>>) ? JsonMetadataServices.CreateValueInfo<ResourceList<ModelObject<TModel, TFormat>>>(options, new ListConverter())
            : ((IJsonTypeInfoResolver)KubernetesJson.Default).GetTypeInfo(type, options);
    }

    private sealed class ItemConverter : JsonConverter<ModelObject<TModel, TFormat>>
    {
        public override ModelObject<TModel, TFormat> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return ModelObjectConverters<TModel, TFormat>.Read(document.RootElement);
        }

        public override void Write(Utf8JsonWriter writer, ModelObject<TModel, TFormat> value, JsonSerializerOptions options) =>
            TFormat.Write(writer, value.Model);
    }

    private sealed class ListConverter : JsonConverter<ResourceList<ModelObject<TModel, TFormat>>>
    {
        public override ResourceList<ModelObject<TModel, TFormat>> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            var list = document.RootElement;
            if (list.ValueKind != JsonValueKind.Object)
            {
                throw new JsonException($"a list is an object, not {list.ValueKind}");
            }

            return new()
            {
                Metadata = list.TryGetProperty("metadata", out var metadata) ? metadata.Deserialize(KubernetesJson.Default.V1ListMeta) ?? new() : new(),
                Items = list.TryGetProperty("items", out var items) && items.ValueKind == JsonValueKind.Array
                    ? [.. items.EnumerateArray().Select(ModelObjectConverters<TModel, TFormat>.Read)]
                    : [],
            };
        }

        public override void Write(Utf8JsonWriter writer, ResourceList<ModelObject<TModel, TFormat>> value, JsonSerializerOptions options) =>
            throw new NotSupportedException("lists are only read");
    }
}
