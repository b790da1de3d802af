using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.AgentLoop;
using Foreman.Testing;

namespace Foreman.Compare.Model;

/// <summary>
/// A server of the OpenAI-compatible API with <see cref="SmallModel"/> behind it. The first part of the path is the seed, so that one
/// server serves all runs and keeps nothing between requests. It refuses what llama-server refuses: a prompt over its window, arguments
/// in the history that are no JSON, and empty answers there.
/// </summary>
internal sealed class SmallModelServer : IDisposable
{
    private readonly HttpListener _listener;
    private readonly SmallModel _model;
    private readonly int _contextTokens;
    private readonly ConcurrentDictionary<Task, bool> _answering = [];
    private readonly Task _serving;
    private readonly string _url;

    /// <param name="model">Answers.</param>
    /// <param name="contextTokens">Its window.</param>
    internal SmallModelServer(SmallModel model, int contextTokens)
    {
        (_model, _contextTokens) = (model, contextTokens);
        (_listener, _url) = Listen();
        _serving = ServeAsync();
    }

    /// <summary>The model as a run with this seed sees it.</summary>
    internal ModelEndpoint Endpoint(int seed) => new(new Uri($"{_url}{seed.ToString(CultureInfo.InvariantCulture)}/v1"), "small");

    public void Dispose()
    {
        _listener.Close();
        _serving.Wait();
        Task.WaitAll(_answering.Keys);
    }

    private static (HttpListener Listener, string Url) Listen()
    {
        for (var tries = 0; ; tries++)
        {
            var (listener, url) = (new HttpListener(), $"http://127.0.0.1:{FreePort.Next()}/");
            listener.Prefixes.Add(url);
            try
            {
                listener.Start();
                return (listener, url);
            }
            catch (HttpListenerException) when (tries < 5)
            {
                listener.Close();
            }
        }
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                var answering = Task.Run(() => AnswerAsync(context));
                _answering[answering] = true;
                _ = answering.ContinueWith(t => _answering.TryRemove(t, out _), TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // It was disposed of.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            var (status, type, body) = (200, "application/json", """{"object":"list","data":[{"id":"small","object":"model"}]}""");
            if (context.Request.HttpMethod == "POST")
            {
                using var reader = new StreamReader(context.Request.InputStream);
                var seed = int.Parse(context.Request.Url!.Segments[1].TrimEnd('/'), CultureInfo.InvariantCulture);
                using var request = JsonDocument.Parse(await reader.ReadToEndAsync());
                (status, type, body) = Respond(Conversation.Read(request.RootElement), seed);
            }

            context.Response.StatusCode = status;
            context.Response.ContentType = type;
            var bytes = Encoding.UTF8.GetBytes(body);
            context.Response.ContentLength64 = bytes.Length;
            await context.Response.OutputStream.WriteAsync(bytes);
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
        {
            // The client went away.
        }
    }

    private (int Status, string Type, string Body) Respond(Conversation seen, int seed)
    {
        var prompt = (int)(seen.Characters / SmallModel.CharactersPerToken);
        if (prompt >= _contextTokens)
        {
            return (400, "application/json", Error(400, "exceed_context_size_error", "the request exceeds the available context size, try increasing it", (prompt, _contextTokens)));
        }

        if (seen.Poison is { } poison)
        {
            return (500, "application/json", Error(500, "server_error", poison, null));
        }

        var reply = _model.Answer(seen with { MaxTokens = Math.Min(seen.MaxTokens, _contextTokens - prompt) }, seed);
        var text = new StringBuilder();
        Event(text, new JsonObject { ["role"] = "assistant" }, null);
        if (reply.Reasoning.Length > 0)
        {
            Event(text, new JsonObject { ["reasoning_content"] = reply.Reasoning }, null);
        }

        if (reply.Content.Length > 0)
        {
            Event(text, new JsonObject { ["content"] = reply.Content }, null);
        }

        if (reply.Call is { } call)
        {
            Event(text, new JsonObject { ["tool_calls"] = new JsonArray(CallOf(call.Name, call.Arguments)) }, null);
        }

        Event(text, [], reply.FinishReason);
        var usage = new JsonObject { ["prompt_tokens"] = prompt, ["completion_tokens"] = reply.Tokens, ["total_tokens"] = prompt + reply.Tokens };
        _ = text.Append("data: ").Append(new JsonObject { ["choices"] = new JsonArray(), ["usage"] = usage }.ToJsonString()).Append("\n\ndata: [DONE]\n\n");
        return (200, "text/event-stream", text.ToString());
    }

    private static JsonObject CallOf(string name, string arguments) => new()
    {
        ["index"] = 0,
        ["id"] = "call",
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = name, ["arguments"] = arguments },
    };

    private static void Event(StringBuilder text, JsonObject delta, string? finish)
    {
        var choice = new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finish };
        _ = text.Append("data: ").Append(new JsonObject { ["object"] = "chat.completion.chunk", ["choices"] = new JsonArray(choice) }.ToJsonString()).Append("\n\n");
    }

    private static string Error(int code, string type, string message, (int Prompt, int Window)? numbers)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = message, ["type"] = type };
        if (numbers is var (prompt, window))
        {
            (error["n_prompt_tokens"], error["n_ctx"]) = (prompt, window);
        }

        return new JsonObject { ["error"] = error }.ToJsonString();
    }
}
