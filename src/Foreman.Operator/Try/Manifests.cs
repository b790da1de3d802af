using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;

namespace Foreman.Operator.Try;

/// <summary>The objects that <c>try</c> applies.</summary>
internal static class Manifests
{
    public const string Namespace = "default";
    public const string AgentName = "try";
    public const string ScheduleName = "scheduled";

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

    public static JsonObject Task(TryOptions options)
    {
        var payload = new JsonObject { ["prompt"] = options.Prompt };
        if (options.Repo is { } repo)
        {
            payload["repo"] = new Uri(repo).AbsoluteUri;
        }

        if (options.BaseBranch is { } branch)
        {
            payload["baseBranch"] = branch;
        }

        return new JsonObject
        {
            ["apiVersion"] = $"{ApiGroup.Name}/{ApiGroup.Version}",
            ["kind"] = "AgenticTask",
            ["metadata"] = new JsonObject { ["name"] = options.TaskName, ["namespace"] = Namespace },
            ["spec"] = new JsonObject { ["kind"] = "freeform", ["agentRef"] = new JsonObject { ["name"] = AgentName }, ["payload"] = payload },
        };
    }

    /// <summary>The schedule that begins the task.</summary>
    /// <param name="options">With a schedule.</param>
    public static TaskSchedule Schedule(TryOptions options) => new()
    {
        Metadata = new() { Name = ScheduleName, NamespaceProperty = Namespace },
        Spec = new()
        {
            Schedule = options.Schedule ?? "",
            TaskTemplate = new() { Spec = Task(options).Deserialize(AgenticTask.TypeInfo)!.Spec },
        },
    };
}
