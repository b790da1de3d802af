using System.Text.Json;
using Foreman.Kubernetes.Json;

namespace Foreman.Kubernetes;

/// <summary>Identity of an object inside a JSON document, as far as it can be read.</summary>
/// <param name="Kind">Its kind; null when it has none, as items of lists often don't.</param>
/// <param name="Name">Name, after the namespace and a slash where there is one; null when it has none.</param>
internal readonly record struct ObjectIdentity(string? Kind, string? Name)
{
    /// <summary>The object that the JSON is.</summary>
    public static ObjectIdentity Of(ReadOnlySpan<byte> json) => Read(json, static root => root);

    /// <summary>An object of a list.</summary>
    public static ObjectIdentity OfItem(ReadOnlySpan<byte> list, int index) =>
        Read(list, root => Property(root, "items") is { ValueKind: JsonValueKind.Array } items && index < items.GetArrayLength() ? items[index] : default);

    /// <summary>The object of a watch event.</summary>
    public static ObjectIdentity OfEvent(ReadOnlySpan<byte> line) =>
        Read(line, static root => Property(root, "object") ?? default);

    private static ObjectIdentity Read(ReadOnlySpan<byte> json, Func<JsonElement, JsonElement> find)
    {
        using var document = JsonDocument.Parse(json.ToArray(), new JsonDocumentOptions { MaxDepth = DeepJson.MaxDepth });
        if (document.RootElement.ValueKind != JsonValueKind.Object || find(document.RootElement) is not { ValueKind: JsonValueKind.Object } element)
        {
            return default;
        }

        var metadata = Property(element, "metadata") is { ValueKind: JsonValueKind.Object } found ? found : default;
        var name = Text(metadata, "name");
        var ns = Text(metadata, "namespace");
        return new(Text(element, "kind"), ns is null || name is null ? name : $"{ns}/{name}");
    }

    private static JsonElement? Property(JsonElement obj, string key)
    {
        try
        {
            return obj.ValueKind == JsonValueKind.Object && obj.TryGetProperty(key, out var value) ? value : null;
        }
        catch (InvalidOperationException)
        {
            // Another property's name is no valid text.
            return null;
        }
    }

    private static string? Text(JsonElement obj, string key)
    {
        try
        {
            return Property(obj, key) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // It is no valid text.
            return null;
        }
    }
}
