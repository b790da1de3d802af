using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Foreman.Testing;

/// <summary>A call of a tool that a <see cref="StepModel"/> makes.</summary>
/// <param name="Tool">Name of the tool.</param>
/// <param name="Arguments">JSON text.</param>
public sealed record StepCall(string Tool, string Arguments)
{
    /// <summary>A call whose arguments are all texts.</summary>
    public static StepCall Of(string tool, params (string Name, string Value)[] arguments) =>
        new(tool, new JsonObject(arguments.Select(a => KeyValuePair.Create(a.Name, (JsonNode?)a.Value))).ToJsonString());
}

/// <summary>A moment in the answer to one request.</summary>
public enum StepMoment
{
    /// <summary>The request is there, nothing was sent.</summary>
    Asked,

    /// <summary>The first call was sent in part.</summary>
    Halfway,

    /// <summary>The whole answer was sent.</summary>
    Answered,
}

/// <summary>
/// A model server whose model follows a script and knows nothing but the conversation that it is sent: it makes the calls of the next step, and
/// makes those again that it is told were interrupted. Any number of runs may be under way, and any may be killed.
/// </summary>
public sealed class StepModel : IDisposable
{
    /// <summary>The name of its model.</summary>
    public const string Name = "steps";

    private readonly HttpListener _listener = new();
    private readonly Func<string, string, StepCall[][]?> _scriptOf;

    /// <summary>Starts to serve on a free port.</summary>
    /// <param name="prompt">What the first message of the user holds; to other conversations it only says a word.</param>
    /// <param name="script">The calls of each step; one at least in each, and the last step submits the result.</param>
    public StepModel(string prompt, params StepCall[][] script)
        : this((_, user) => user.Contains(prompt, StringComparison.Ordinal) ? script : null)
    {
    }

    /// <summary>Starts to serve on a free port, with a script for each kind of conversation.</summary>
    /// <param name="scriptOf">The script by the messages of the system and a message of the user; null where that is none of its kinds. To other conversations it only says a word.</param>
    public StepModel(Func<string, string, StepCall[][]?> scriptOf)
    {
        _scriptOf = scriptOf;
        Url = $"http://127.0.0.1:{FreePort.Next()}";
        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _ = ServeAsync();
    }

    /// <summary>Base URL.</summary>
    public string Url { get; }

    /// <summary>Awaited at each moment of each answer, with the step, from 0; what it waits for holds the answer.</summary>
    public Func<int, StepMoment, Task> Passing { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>As <see cref="Passing"/>, with the user's first message before the step: it tells the runs of one server apart.</summary>
    public Func<string, int, StepMoment, Task> PassingOf { get; set; } = (_, _, _) => Task.CompletedTask;

    /// <summary>What is sent for a call, with its step.</summary>
    public Func<int, StepCall, StepCall> Sending { get; set; } = (_, call) => call;

    /// <summary>As <see cref="Sending"/>, with all results of tools that the conversation holds, in order: a script may report them.</summary>
    public Func<int, StepCall, IReadOnlyList<string>, StepCall> Reporting { get; set; } = (_, call, _) => call;

    /// <inheritdoc/>
    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _listener.GetContextAsync());
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
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
            if (context.Request.HttpMethod == "POST" && context.Request.Url!.AbsolutePath.EndsWith("/chat/completions", StringComparison.Ordinal))
            {
                await AnswerAsync(context.Response, asked);
            }
            else if (context.Request.Url!.AbsolutePath == "/v1/models")
            {
                context.Response.ContentType = "application/json";
                await SendAsync(context.Response, $$"""{"object":"list","data":[{"id":"{{Name}}","object":"model","max_model_len":100000}]}""");
            }
            else
            {
                context.Response.StatusCode = 404;
            }

            context.Response.Close();
        }
        catch (Exception e) when (e is IOException or HttpListenerException or ObjectDisposedException)
        {
            // The client was killed, or the test is over.
            context.Response.Abort();
        }
    }

    private async Task AnswerAsync(HttpListenerResponse response, string asked)
    {
        using var json = JsonDocument.Parse(asked);
        var messages = json.RootElement.GetProperty("messages").EnumerateArray().ToList();
        response.ContentType = "text/event-stream";
        response.SendChunked = true;
        var system = string.Join('\n', messages.Where(m => Is(m, "system")).Select(Text));
        var (begin, script) = messages.Where(m => Is(m, "user")).Select(Text).Select(t => (Text: t, Script: _scriptOf(system, t))).FirstOrDefault(s => s.Script is not null);
        if (script is null)
        {
            // An agent that has been idle for long enough tries whether the model calls tools; a model that does not would get no task.
            await SendEventsAsync(response, OffersNote(json.RootElement) ? CallDelta(0, StepCall.Of("note", ("text", "blue")), begins: true) : Delta(new JsonObject { ["content"] = "yes" }));
            await SendEventsAsync(response, [.. Endings]);
            return;
        }

        var (step, due) = Due(messages, script);
        string[] results = [.. messages.Where(m => Is(m, "tool")).Select(Text)];
        var calls = due.Select(c => Reporting(step, Sending(step, c), results)).ToList();
        await PassAsync(begin, step, StepMoment.Asked);
        var half = calls[0].Arguments.Length / 2;
        await SendEventsAsync(response, CallDelta(0, calls[0] with { Arguments = calls[0].Arguments[..half] }, begins: true));
        await PassAsync(begin, step, StepMoment.Halfway);
        await SendEventsAsync(response, CallDelta(0, calls[0] with { Arguments = calls[0].Arguments[half..] }, begins: false));
        await SendEventsAsync(response, [.. calls.Index().Skip(1).Select(c => CallDelta(c.Index, c.Item, begins: true)), .. Endings]);
        response.Close();
        await PassAsync(begin, step, StepMoment.Answered);
    }

    private async Task PassAsync(string begin, int step, StepMoment moment)
    {
        await Passing(step, moment);
        await PassingOf(begin, step, moment);
    }

    private static bool OffersNote(JsonElement request) => request.TryGetProperty("tools", out var tools)
        && tools.EnumerateArray().Any(t => t.GetProperty("function").GetProperty("name").ValueEquals("note"));

    // What the conversation says was done tells what comes next.
    private static (int Step, IReadOnlyList<StepCall> Calls) Due(List<JsonElement> messages, StepCall[][] script)
    {
        var (step, calls) = (0, (IReadOnlyList<StepCall>)script[0]);
        foreach (var (index, answer) in messages.Index().Where(m => Is(m.Item, "assistant") && m.Item.TryGetProperty("tool_calls", out _)))
        {
            var broken = messages.Skip(index + 1).TakeWhile(m => !Is(m, "assistant"))
                .Where(m => Is(m, "tool") && Text(m).Contains("was interrupted", StringComparison.Ordinal))
                .Select(m => m.GetProperty("tool_call_id").GetString()).ToHashSet();
            var made = answer.GetProperty("tool_calls").EnumerateArray().Select(c => c.GetProperty("id").GetString()).ToList();
            if (broken.Count > 0)
            {
                calls = [.. calls.Where((_, i) => broken.Contains(made[i]))];
            }
            else
            {
                step = Math.Min(step + 1, script.Length - 1);
                calls = script[step];
            }
        }

        return (step, calls);
    }

    private static readonly string[] Endings =
    [
        """{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""",
        """{"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":10}}""",
        "[DONE]",
    ];

    private static string CallDelta(int index, StepCall call, bool begins)
    {
        var function = begins ? new JsonObject { ["name"] = call.Tool, ["arguments"] = call.Arguments } : new JsonObject { ["arguments"] = call.Arguments };
        var delta = new JsonObject { ["index"] = index, ["function"] = function };
        if (begins)
        {
            (delta["id"], delta["type"]) = (FormattableString.Invariant($"c{index}"), "function");
        }

        return Delta(new JsonObject { ["tool_calls"] = new JsonArray(delta) });
    }

    private static string Delta(JsonObject delta) =>
        new JsonObject { ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta }) }.ToJsonString();

    private static async Task SendEventsAsync(HttpListenerResponse response, params string[] events)
    {
        foreach (var data in events)
        {
            await SendAsync(response, $"data: {data}\n\n");
        }

        await response.OutputStream.FlushAsync();
    }

    private static async Task SendAsync(HttpListenerResponse response, string text) => await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(text));

    private static bool Is(JsonElement message, string role) => message.GetProperty("role").GetString() == role;

    private static string Text(JsonElement message) =>
        message.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String ? content.GetString()! : "";
}
