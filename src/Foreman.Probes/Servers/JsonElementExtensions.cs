using System.Text.Json;

namespace Foreman.Probes;

/// <summary>Reads untrusted JSON: absent values and values of another type are null.</summary>
internal static class JsonElementExtensions
{
    public static JsonElement? Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static JsonElement? At(this JsonElement? element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element is not { ValueKind: JsonValueKind.Object } parent || !parent.TryGetProperty(name, out var child))
            {
                return null;
            }

            element = child;
        }

        return element;
    }

    public static string? Text(this JsonElement? element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.String } found && found.GetString() is { Length: > 0 } text ? text : null;

    /// <summary>A whole number from 0 up.</summary>
    public static int? Count(this JsonElement? element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.Number } found && found.TryGetInt32(out var number) && number >= 0 ? number : null;

    public static bool? Flag(this JsonElement? element, params ReadOnlySpan<string> path) => element.At(path)?.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>The entries of a list; null when there is no list.</summary>
    public static IReadOnlyList<JsonElement?>? Items(this JsonElement? element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.Array } found ? [.. found.EnumerateArray().Select(e => (JsonElement?)e)] : null;

    /// <summary>Whether a list of strings contains one; null when there is no list.</summary>
    public static bool? ContainsText(this JsonElement? element, string word, params ReadOnlySpan<string> path) =>
        element.Items(path)?.Any(item => item.Text() == word);
}
