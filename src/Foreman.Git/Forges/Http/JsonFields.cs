using System.Globalization;
using System.Text.Json;
using Foreman.Primitives;

namespace Foreman.Git.Forges.Http;

/// <summary>Reads documented fields of answers; a field that is absent, null or of another type reads as nothing unless it is required.</summary>
internal static class JsonFields
{
    /// <summary>A text; empty when there is none.</summary>
    /// <param name="json">From an object on.</param>
    /// <param name="path">Names, each below the one before.</param>
    internal static string TextAt(this JsonElement json, params ReadOnlySpan<string> path) =>
        json.At(path) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : "";

    /// <summary>A text on one line, safe to show, at most 300 characters.</summary>
    internal static string LineAt(this JsonElement json, params ReadOnlySpan<string> path) => Printable.Line(json.TextAt(path), 300);

    /// <summary>A whole number; null when there is none.</summary>
    internal static long? NumberAt(this JsonElement json, params ReadOnlySpan<string> path) =>
        json.At(path) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    /// <summary>A point in time of ISO 8601, in UTC where it names no offset; null when there is none.</summary>
    internal static DateTimeOffset? TimeAt(this JsonElement json, params ReadOnlySpan<string> path) =>
        DateTimeOffset.TryParse(json.TextAt(path), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>True when it is there and true.</summary>
    internal static bool FlagAt(this JsonElement json, params ReadOnlySpan<string> path) => json.At(path) is { ValueKind: JsonValueKind.True };

    /// <summary>True when it is there and not null.</summary>
    internal static bool Has(this JsonElement json, params ReadOnlySpan<string> path) =>
        json.At(path) is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) };

    /// <summary>The items of a list; none when there is none.</summary>
    internal static IEnumerable<JsonElement> ListAt(this JsonElement json, params ReadOnlySpan<string> path) =>
        json.At(path) is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray() : [];

    /// <summary>A number that the documentation promises.</summary>
    /// <exception cref="ForgeException">It is not there.</exception>
    internal static long RequiredNumber(this JsonElement json, string name) => json.NumberAt(name) ?? throw Missing(name);

    /// <summary>A text that the documentation promises, not empty.</summary>
    /// <exception cref="ForgeException">It is not there.</exception>
    internal static string RequiredText(this JsonElement json, params ReadOnlySpan<string> path) =>
        json.TextAt(path) is { Length: > 0 } text ? text : throw Missing(string.Join('.', path.ToArray()));

    private static JsonElement? At(this JsonElement json, ReadOnlySpan<string> path)
    {
        var at = json;
        foreach (var name in path)
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                return null;
            }
        }

        return at;
    }

    private static ForgeException Missing(string name) =>
        new(new ForgeError(ForgeErrorKind.Unreadable, $"the forge's answer has no {name}"), mayHaveArrived: true);
}
