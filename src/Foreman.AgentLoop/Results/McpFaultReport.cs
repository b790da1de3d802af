using System.Text.Json.Nodes;
using Foreman.Primitives;

namespace Foreman.AgentLoop.Results;

/// <summary>Says in a result which MCP servers and tools the run did without. Pure.</summary>
internal static class McpFaultReport
{
    private const int MaxFaults = 20;
    private const int MaxBytes = 500;

    /// <summary>The result with the faults, in <c>extra.mcpFaults</c> too, unless there are none.</summary>
    internal static AgentRunResult Add(AgentRunResult result, IReadOnlyList<string> faults)
    {
        if (faults.Count == 0)
        {
            return result;
        }

        var extra = result.Envelope.Extra?.DeepClone().AsObject() ?? [];
        extra["mcpFaults"] = new JsonArray([.. faults.Take(MaxFaults).Select(f => (JsonNode?)Printable.CutToBytes(f, MaxBytes))]);
        return result with { McpFaults = [.. faults], Envelope = result.Envelope with { Extra = extra } };
    }
}
