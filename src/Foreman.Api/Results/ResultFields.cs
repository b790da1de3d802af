using System.Text.Json.Nodes;

namespace Foreman.Api;

/// <summary>Reads fields of results, of whose types nobody can be sure: models write them. Pure.</summary>
public static class ResultFields
{
    /// <summary>A field that is a text, which may be empty; null for anything else.</summary>
    /// <param name="field">The field; null when it is absent.</param>
    public static string? Text(JsonNode? field) => field is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>A field that is a text with at least one character; null for anything else.</summary>
    /// <param name="field">The field; null when it is absent.</param>
    public static string? NonEmpty(JsonNode? field) => Text(field) is { Length: > 0 } text ? text : null;
}
