using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;

namespace Foreman.Operator.Dispatch;

/// <summary>Whether a task that is there asks for what a new one would. Pure.</summary>
internal static class TaskComparison
{
    /// <summary>The fields that differ, of those that <c>dispatch</c> sets; nothing when the tasks ask for the same.</summary>
    public static IReadOnlyList<string> Differences(AgenticTask wanted, AgenticTask there)
    {
        var (one, other) = (Fields(wanted.Spec), Fields(there.Spec));
        return
        [
            .. one.Keys.Union(other.Keys)
                .Where(k => !JsonNode.DeepEquals(one.GetValueOrDefault(k), other.GetValueOrDefault(k)))
                .Order(StringComparer.Ordinal),
        ];
    }

    // What the API server adds by itself, and what people change of a task that waits, is no other work.
    private static Dictionary<string, JsonNode?> Fields(AgenticTaskSpec spec)
    {
        var asked = new AgenticTaskSpec
        {
            Kind = spec.Kind,
            AgentRef = spec.AgentName() is { } agent ? new LocalObjectReference { Name = agent } : null,
            ModelRef = spec.ModelRef,
            TimeoutSeconds = spec.TimeoutSeconds,
            GateProfile = spec.GateProfile,
            Payload = spec.Payload with { Agent = null, BranchStrategy = spec.Payload.BranchStrategy == BranchStrategy.Reset ? null : spec.Payload.BranchStrategy },
        };
        var json = (JsonObject)JsonSerializer.SerializeToNode(asked, ApiJson.Default.AgenticTaskSpec)!;
        var payload = json["payload"] as JsonObject ?? [];
        return json.Where(f => f.Key != "payload").Select(f => ($"spec.{f.Key}", f.Value))
            .Concat(payload.Select(f => ($"spec.payload.{f.Key}", f.Value)))
            .ToDictionary(f => f.Item1, f => f.Value, StringComparer.Ordinal);
    }
}
