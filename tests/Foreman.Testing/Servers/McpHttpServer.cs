using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Foreman.Testing;

/// <summary>An MCP server over HTTP whose answers a test writes, for what no honest server does; it keeps the headers that it was sent.</summary>
public sealed class McpHttpServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<IReadOnlyDictionary<string, string>> _requests = [];
    private readonly ConcurrentQueue<JsonObject> _calls = [];

    /// <summary>Starts it on a free port.</summary>
    public McpHttpServer()
    {
        Port = FreePort.Next();
        Url = $"http://127.0.0.1:{Port}/mcp";
        _listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>Its address.</summary>
    public string Url { get; }

    /// <summary>The result of <c>tools/list</c> for a cursor, which is null for the first page.</summary>
    public Func<string?, JsonObject> Tools { get; set; } = _ => new JsonObject { ["tools"] = new JsonArray() };

    /// <summary>The result of <c>tools/call</c>.</summary>
    public Func<JsonObject, JsonObject> Call { get; set; } = _ => Text("ok");

    /// <summary>Answers a request in another way than by the protocol; null goes on.</summary>
    public Func<HttpListenerContext, bool>? Intercept { get; set; }

    /// <summary>Headers of each request.</summary>
    public IReadOnlyCollection<IReadOnlyDictionary<string, string>> Requests => _requests;

    /// <summary>Parameters of each call.</summary>
    public IReadOnlyCollection<JsonObject> Calls => _calls;

    /// <summary>A result of one text.</summary>
    public static JsonObject Text(string text) => new() { ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = text }) };

    /// <summary>A tool that takes one text.</summary>
    public static JsonObject Tool(string name, string description = "does it", string schema = """{"type":"object","properties":{"text":{"type":"string"}},"required":["text"]}""") => new()
    {
        ["name"] = name,
        ["description"] = description,
        ["inputSchema"] = JsonNode.Parse(schema),
        ["annotations"] = new JsonObject { ["readOnlyHint"] = true, ["idempotentHint"] = true },
    };

    /// <inheritdoc/>
    public void Dispose() => _listener.Close();

    private async Task AcceptAsync()
    {
        try
        {
            while (_listener.IsListening)
            {
                _ = ServeAsync(await _listener.GetContextAsync());
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // It was disposed of.
        }
    }

    private async Task ServeAsync(HttpListenerContext context)
    {
        try
        {
            _requests.Enqueue(context.Request.Headers.AllKeys.OfType<string>().ToDictionary(k => k, k => context.Request.Headers[k]!, StringComparer.OrdinalIgnoreCase));
            if (Intercept?.Invoke(context) == true)
            {
                return;
            }

            using var reader = new StreamReader(context.Request.InputStream);
            var text = await reader.ReadToEndAsync();
            var message = text.Length > 0 ? JsonNode.Parse(text) as JsonObject : null;
            if (message?["id"] is not { } id)
            {
                Finish(context, message is null ? 405 : 202, null);
                return;
            }

            var answer = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id.DeepClone() };
            if (Result((string?)message["method"], message["params"] as JsonObject ?? []) is { } result)
            {
                answer["result"] = result;
            }
            else
            {
                answer["error"] = new JsonObject { ["code"] = -32601, ["message"] = "Method not found" };
            }

            Finish(context, 200, answer.ToJsonString(new JsonSerializerOptions()));
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException)
        {
            // The client went away.
        }
    }

    private JsonObject? Result(string? method, JsonObject parameters)
    {
        switch (method)
        {
            case "initialize":
                return new JsonObject
                {
                    ["protocolVersion"] = "2025-06-18",
                    ["capabilities"] = new JsonObject { ["tools"] = new JsonObject() },
                    ["serverInfo"] = new JsonObject { ["name"] = "written", ["version"] = "1" },
                };

            case "tools/list":
                return Tools((string?)parameters["cursor"]);

            case "tools/call":
                _calls.Enqueue(parameters);
                return Call(parameters);

            default:
                return null;
        }
    }

    private static void Finish(HttpListenerContext context, int status, string? json)
    {
        context.Response.StatusCode = status;
        if (json is not null)
        {
            context.Response.ContentType = "application/json";
            context.Response.OutputStream.Write(Encoding.UTF8.GetBytes(json));
        }

        context.Response.Close();
    }
}
