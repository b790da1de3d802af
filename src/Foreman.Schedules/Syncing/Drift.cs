using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;

namespace Foreman.Schedules;

/// <summary>In what a stored schedule differs from a wanted one. Pure.</summary>
internal static class Drift
{
    /// <summary>Paths of the fields that differ, such as <c>spec.schedule</c>; empty for none.</summary>
    /// <param name="stored">As it is.</param>
    /// <param name="wanted">As it shall be.</param>
    public static ImmutableArray<string> Of(TaskSchedule stored, TaskSchedule wanted)
    {
        var (left, right) = (Node(stored), Node(wanted));
        return
        [
            .. Fields("spec", left["spec"], right["spec"]),
            .. Fields("metadata.labels", left["metadata"]?["labels"], right["metadata"]?["labels"]),
            .. Fields("metadata.annotations", left["metadata"]?["annotations"], right["metadata"]?["annotations"]),
        ];
    }

    private static JsonNode Node(TaskSchedule schedule) => JsonSerializer.SerializeToNode(schedule, TaskSchedule.TypeInfo)!;

    private static IEnumerable<string> Fields(string path, JsonNode? stored, JsonNode? wanted)
    {
        var (left, right) = (stored as JsonObject ?? new JsonObject(), wanted as JsonObject ?? new JsonObject());
        return left.Select(f => f.Key).Union(right.Select(f => f.Key), StringComparer.Ordinal)
            .Where(key => !JsonNode.DeepEquals(left[key], right[key]))
            .Select(key => $"{path}.{key}");
    }
}
