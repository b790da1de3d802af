using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Foreman.AgentLoop;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Scene;

/// <summary>A model server whose model writes a file and submits its result, for any number of runs at once.</summary>
internal sealed class WritingModel : IDisposable
{
    private readonly HttpListener _listener = new();

    public WritingModel()
    {
        Url = $"http://127.0.0.1:{FreePort.Next()}/";
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _ = AcceptAsync();
    }

    public ModelEndpoint Endpoint => new(new Uri(Url), "tiny");

    /// <summary>Called before each answer.</summary>
    public Action Asked { get; set; } = () => { };

    private string Url { get; }

    public void Dispose() => _listener.Close();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _listener.GetContextAsync());
            }
        }
        catch (Exception e) when (e is HttpListenerException or InvalidOperationException)
        {
            // It was disposed of.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            using var reader = new StreamReader(context.Request.InputStream);
            var asked = await reader.ReadToEndAsync();
            var answer = """{"object":"list","data":[]}""";
            if (context.Request.HttpMethod == "POST")
            {
                Asked();
                answer = asked.Contains("tool_call_id", StringComparison.Ordinal)
                    ? Call("submit_result", """{"verdict":"GO","summary":"done","commit_message":"Add it"}""")
                    : Call("write_file", """{"path":"a.txt","content":"one"}""");
            }

            context.Response.ContentType = "application/json";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
            context.Response.Close();
        }
        catch (Exception e) when (e is IOException or HttpListenerException or ObjectDisposedException)
        {
            // The client went away.
        }
    }

    private static string Call(string tool, string arguments) => new JsonObject
    {
        ["choices"] = new JsonArray(new JsonObject
        {
            ["index"] = 0,
            ["finish_reason"] = "tool_calls",
            ["message"] = new JsonObject
            {
                ["role"] = "assistant",

                // More than what is left of the last page of a file on a full disk.
                ["content"] = new string('x', 6000),
                ["tool_calls"] = new JsonArray(new JsonObject
                {
                    ["id"] = "1",
                    ["type"] = "function",
                    ["function"] = new JsonObject { ["name"] = tool, ["arguments"] = arguments },
                }),
            },
        }),
    }.ToJsonString();
}
