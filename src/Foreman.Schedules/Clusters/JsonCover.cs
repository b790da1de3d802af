using System.Text.Json.Nodes;

namespace Foreman.Schedules;

/// <summary>Whether a stored object has everything that is wanted of it; what the server fills in besides does not count. Pure.</summary>
internal static class JsonCover
{
    /// <summary>Whether it has.</summary>
    /// <param name="stored">As it is stored.</param>
    /// <param name="wanted">As it shall be: fields of objects, and whole lists.</param>
    public static bool Covers(JsonNode? stored, JsonNode? wanted) => (stored, wanted) switch
    {
        (JsonObject there, JsonObject fields) => fields.All(f => Covers(there[f.Key], f.Value)),
        (JsonArray there, JsonArray items) => there.Count == items.Count && there.Zip(items).All(pair => Covers(pair.First, pair.Second)),
        _ => JsonNode.DeepEquals(stored, wanted),
    };
}
