using System.Globalization;
using System.Text.Json;
using Foreman.Primitives;

namespace Foreman.Probes;

/// <summary>Reads untrusted JSON: absent values and values of another type are null, lists and numbers have bounds.</summary>
internal static class JsonElementExtensions
{
    /// <summary>The most entries of a list that are looked at.</summary>
    public const int MaxItems = 1000;

    private static readonly ForeignJsonLimits Limits = new() { MaxBytes = CachedProbeClient.MaxResponseBytes };

    public static JsonElement? Parse(string text) => ForeignJson.ParseOrNull(text, Limits);

    public static JsonElement? Parse(ReadOnlySpan<byte> text) => ForeignJson.ParseOrNull(text, Limits);

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

    /// <summary>A text to show: one line of at most 128 characters.</summary>
    public static string? Word(this JsonElement? element, params ReadOnlySpan<string> path) =>
        element.Text(path) is { } text ? Printable.Line(text, 120) : null;

    /// <summary>A whole number from 0 up, also one in quotes or with a fraction of zero.</summary>
    public static int? Count(this JsonElement? element, params ReadOnlySpan<string> path)
    {
        var number = element.At(path) switch
        {
            { ValueKind: JsonValueKind.Number } found when found.TryGetDouble(out var value) => value,
            { ValueKind: JsonValueKind.String } found when double.TryParse(found.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) => value,
            _ => double.NaN,
        };
        return double.IsInteger(number) && number is >= 0 and <= int.MaxValue ? (int)number : null;
    }

    public static bool? Flag(this JsonElement? element, params ReadOnlySpan<string> path) => element.At(path)?.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>The entries of a list, at most <see cref="MaxItems"/>; null when there is no list.</summary>
    public static IReadOnlyList<JsonElement?>? Items(this JsonElement? element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.Array } found ? [.. found.EnumerateArray().Take(MaxItems).Select(e => (JsonElement?)e)] : null;

    /// <summary>Whether a list of strings contains one; null when there is no list.</summary>
    public static bool? ContainsText(this JsonElement? element, string word, params ReadOnlySpan<string> path) =>
        element.Items(path)?.Any(item => item.Text() == word);
}
