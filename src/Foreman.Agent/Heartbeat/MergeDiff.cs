using System.Text.Json.Nodes;

namespace Foreman.Agent.Heartbeat;

/// <summary>Makes JSON Merge Patches (RFC 7386): what has gone must be named with null, or it would stay for ever.</summary>
internal static class MergeDiff
{
    /// <summary>The patch that turns one object into the other; empty when they are equal. Lists are replaced as a whole.</summary>
    public static JsonObject Between(JsonObject before, JsonObject after)
    {
        var patch = new JsonObject();
        foreach (var (key, value) in after)
        {
            if (!before.TryGetPropertyValue(key, out var old))
            {
                patch[key] = value?.DeepClone();
            }
            else if (old is JsonObject oldObject && value is JsonObject newObject)
            {
                if (Between(oldObject, newObject) is { Count: > 0 } inner)
                {
                    patch[key] = inner;
                }
            }
            else if (!JsonNode.DeepEquals(old, value))
            {
                patch[key] = value?.DeepClone();
            }
        }

        foreach (var (key, _) in before.Where(p => !after.ContainsKey(p.Key)))
        {
            patch[key] = null;
        }

        return patch;
    }
}
