using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Foreman.AgentLoop;
using Foreman.Testing;

namespace Foreman.Bench.Loop;

/// <summary>A model server that answers at once and notes when each request has arrived and when its answer is sent.</summary>
internal sealed class LoopModel : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly TimeProvider _time;
    private readonly int _turns;
    private readonly string _content;
    private readonly Action<int> _asked;
    private readonly Task _serving;
    private long _answered;
    private int _posts;

    /// <param name="turns">Answers; the last one submits the result.</param>
    /// <param name="bytes">Size of the file that each other one writes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="asked">Told of each request, by its number from 1.</param>
    public LoopModel(int turns, int bytes, TimeProvider time, Action<int>? asked = null)
    {
        (_turns, _time, _content, _asked) = (turns, time, new string('x', bytes), asked ?? (_ => { }));
        var url = $"http://127.0.0.1:{FreePort.Next()}/";
        Endpoint = new ModelEndpoint(new Uri(url), "bench");
        _listener.Prefixes.Add(url);
        _listener.Start();
        _serving = ServeAsync();
    }

    public ModelEndpoint Endpoint { get; }

    /// <summary>Says what a real server makes of each prompt; null for made-up counts.</summary>
    public PromptCounter? Counter { get; init; }

    /// <summary>From each answer of the model until the next request.</summary>
    public List<TimeSpan> Between { get; } = [];

    public void Dispose()
    {
        _listener.Close();
        _serving.Wait();
        Counter?.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                await AnswerAsync(await _listener.GetContextAsync());
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // It was disposed of.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var arrived = _time.GetTimestamp();
        var request = await ReadAsync(context.Request);
        var answer = """{"object":"list","data":[]}""";
        if (context.Request.HttpMethod == "POST")
        {
            if (_answered > 0)
            {
                Between.Add(_time.GetElapsedTime(_answered, arrived));
            }

            _asked(++_posts);
            var call = _posts >= _turns
                ? Call("submit_result", new JsonObject { ["verdict"] = "GO", ["summary"] = "done", ["commit_message"] = "Add it" })
                : Call("write_file", new JsonObject { ["path"] = $"f{_posts}.txt", ["content"] = _content });
            (call["usage"], call["timings"]) = Counter is null
                ? (new JsonObject { ["prompt_tokens"] = 1000, ["completion_tokens"] = 100 }, null)
                : await Counter.ReadAsync(request, call["choices"]![0]!["message"]!);
            answer = call.ToJsonString();
        }

        context.Response.ContentType = "application/json";
        var bytes = Encoding.UTF8.GetBytes(answer);
        context.Response.ContentLength64 = bytes.Length;

        // Before it is sent: the loop may have it, and go on, before this flow does.
        _answered = _posts > 0 ? _time.GetTimestamp() : 0;
        await context.Response.OutputStream.WriteAsync(bytes);
        context.Response.Close();
    }

    // A text of the whole request would be a large object of this process, whose collection would count for the loop.
    private async Task<string> ReadAsync(HttpListenerRequest request)
    {
        if (Counter is null)
        {
            await request.InputStream.CopyToAsync(Stream.Null, 16 << 10);
            return "";
        }

        using var reader = new StreamReader(request.InputStream);
        return await reader.ReadToEndAsync();
    }

    private static JsonObject Call(string tool, JsonObject arguments) => new()
    {
        ["choices"] = new JsonArray(new JsonObject
        {
            ["index"] = 0,
            ["finish_reason"] = "tool_calls",
            ["message"] = new JsonObject
            {
                ["role"] = "assistant",
                ["content"] = "",
                ["tool_calls"] = new JsonArray(new JsonObject
                {
                    ["id"] = "1",
                    ["type"] = "function",
                    ["function"] = new JsonObject { ["name"] = tool, ["arguments"] = arguments.ToJsonString() },
                }),
            },
        }),
    };
}
