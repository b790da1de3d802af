using System.Text.Json.Nodes;
using Foreman.Api;

namespace Foreman.Operator.Try;

/// <summary>The objects that <c>try</c> applies.</summary>
internal static class Manifests
{
    public const string Namespace = "default";
    public const string AgentName = "try";
    public const string TaskName = "hello";

    public static JsonObject Agent(string model) => new()
    {
        ["apiVersion"] = $"{ApiGroup.Name}/{ApiGroup.Version}",
        ["kind"] = "Agent",
        ["metadata"] = new JsonObject { ["name"] = AgentName, ["namespace"] = Namespace },
        ["spec"] = new JsonObject
        {
            ["role"] = "coder",
            ["model"] = model,
            ["systemPrompt"] = BuiltInAgent.Spec.SystemPrompt,
            ["tools"] = new JsonArray([.. BuiltInAgent.Spec.Tools.Select(t => JsonValue.Create(t))]),
        },
    };

    public static JsonObject Task(string prompt) => new()
    {
        ["apiVersion"] = $"{ApiGroup.Name}/{ApiGroup.Version}",
        ["kind"] = "AgenticTask",
        ["metadata"] = new JsonObject { ["name"] = TaskName, ["namespace"] = Namespace },
        ["spec"] = new JsonObject
        {
            ["kind"] = "freeform",
            ["agentRef"] = new JsonObject { ["name"] = AgentName },
            ["payload"] = new JsonObject { ["prompt"] = prompt },
        },
    };
}
