using System.Text.Json.Nodes;

namespace Foreman.Operator.DemoModel;

/// <summary>Renders a response as an OpenAI chat completion, whole or in chunks.</summary>
internal sealed class DemoReply(DemoChat chat, DemoAnswer answer, string id, long created)
{
    private const int PieceLength = 12;

    /// <summary>The response as one object.</summary>
    internal JsonObject ToCompletion()
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = answer.Content };
        if (answer.Tool is { } tool)
        {
            message["tool_calls"] = new JsonArray(Call(tool, answer.Arguments!.ToJsonString()));
        }

        var reply = Envelope("chat.completion", new JsonObject { ["index"] = 0, ["message"] = message, ["finish_reason"] = FinishReason });
        reply["usage"] = Usage();
        return reply;
    }

    /// <summary>The response as chunks of a stream, without [DONE].</summary>
    internal IEnumerable<JsonObject> ToChunks()
    {
        yield return Delta(new JsonObject { ["role"] = "assistant", ["content"] = answer.Tool is null ? answer.Content : null });
        if (answer.Tool is { } tool)
        {
            var first = Call(tool, "");
            first["index"] = 0;
            yield return Delta(new JsonObject { ["tool_calls"] = new JsonArray(first) });
            foreach (var piece in Split(answer.Arguments!.ToJsonString()))
            {
                var next = new JsonObject { ["index"] = 0, ["function"] = new JsonObject { ["arguments"] = piece } };
                yield return Delta(new JsonObject { ["tool_calls"] = new JsonArray(next) });
            }
        }

        yield return Delta([], FinishReason);
        if (chat.IncludeUsage)
        {
            var last = Envelope("chat.completion.chunk", null);
            last["usage"] = Usage();
            yield return last;
        }
    }

    private string FinishReason => answer.Tool is null ? "stop" : "tool_calls";

    private JsonObject Call(string tool, string arguments) => new()
    {
        ["id"] = $"call_{chat.Results}",
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = tool, ["arguments"] = arguments },
    };

    /// <summary>A script has no tokens, so they are estimated at four bytes each.</summary>
    private JsonObject Usage()
    {
        var prompt = chat.Size / 4;
        var completion = (answer.Content.Length + (answer.Arguments?.ToJsonString().Length ?? 0)) / 4;
        return new JsonObject { ["prompt_tokens"] = prompt, ["completion_tokens"] = completion, ["total_tokens"] = prompt + completion };
    }

    private JsonObject Delta(JsonObject delta, string? finishReason = null) =>
        Envelope("chat.completion.chunk", new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finishReason });

    private JsonObject Envelope(string kind, JsonObject? choice) => new()
    {
        ["id"] = id,
        ["object"] = kind,
        ["created"] = created,
        ["model"] = DemoModelServer.ModelName,
        ["choices"] = choice is null ? [] : new JsonArray(choice),
    };

    /// <summary>ToJsonString escapes non-ASCII characters, so no chunk splits one.</summary>
    private static IEnumerable<string> Split(string text) =>
        Enumerable.Range(0, (text.Length + PieceLength - 1) / PieceLength).Select(i => text.Substring(i * PieceLength, Math.Min(PieceLength, text.Length - (i * PieceLength))));
}
