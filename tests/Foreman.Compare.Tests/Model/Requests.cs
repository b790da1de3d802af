using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Compare.Model;

namespace Foreman.Compare.Tests.Model;

/// <summary>Requests as the loop sends them, put together by hand.</summary>
internal sealed class Requests
{
    private readonly JsonArray _messages = [];
    private int _calls;

    internal Requests(string goal)
    {
        Add("system", "Rules.");
        Add("user", $"Do it.\n[goal {goal}]");
    }

    /// <summary>A plan that every test can use: read, edit, write, run.</summary>
    internal static Plan Plan { get; } = new("g", [
        new PlanStep(StepKind.Read, "src/a.py"),
        new PlanStep(StepKind.Edit, "src/a.py", "def f():\n    return 2\n", "    return 1", "    return 2"),
        new PlanStep(StepKind.Write, "long.txt", string.Concat(Enumerable.Range(0, 200).Select(i => $"line {i:D4}\n"))),
        new PlanStep(StepKind.Run, Text: "make test"),
        new PlanStep(StepKind.Submit, Text: "done"),
    ]);

    internal Requests Call(string tool, JsonObject arguments, string result) => Call(tool, arguments.ToJsonString(), result);

    internal Requests Call(string tool, string arguments, string result)
    {
        var id = $"{++_calls:D9}";
        _messages.Add(new JsonObject
        {
            ["role"] = "assistant",
            ["content"] = "",
            ["tool_calls"] = new JsonArray(new JsonObject { ["id"] = id, ["type"] = "function", ["function"] = new JsonObject { ["name"] = tool, ["arguments"] = arguments } }),
        });
        _messages.Add(new JsonObject { ["role"] = "tool", ["content"] = result, ["tool_call_id"] = id });
        return this;
    }

    /// <summary>What the model answered, and what came back.</summary>
    internal Requests Call(ModelReply reply, string result) => Call(reply.Call!.Value.Name, reply.Call!.Value.Arguments, result);

    internal Requests Said(string text, string reply)
    {
        Add("assistant", text);
        Add("user", reply);
        return this;
    }

    internal Conversation Read(int maxTokens = 512)
    {
        var request = new JsonObject { ["model"] = "small", ["max_tokens"] = maxTokens, ["messages"] = _messages.DeepClone() };
        return Conversation.Read(JsonElement.Parse(request.ToJsonString()));
    }

    private void Add(string role, string content) => _messages.Add(new JsonObject { ["role"] = role, ["content"] = content });
}
