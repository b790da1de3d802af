using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Foreman.AgentLoop.Tests.Model;

/// <summary>
/// What one kind of model server answers, from its file in <c>Tables</c>: where that is known from (<c>source</c>), the GETs by path, and
/// answers by name. Words that begin with a dollar stand for what a test puts there (<see cref="TableValues"/>).
/// </summary>
/// <remarks>
/// An answer has a <c>status</c>, a <c>type</c>, a <c>header</c>, <c>lines</c>, and <c>then</c>: <c>break</c> ends the connection in the middle
/// of the body, <c>hang</c> holds it without a word, <c>silent</c> does so before the first byte. A line is JSON, or a text that is sent as it
/// stands (a comment when it begins with a colon), or one of <c>{"$calls": […]}</c> (these lines for each call), <c>{"$pieces": …}</c> (this line
/// for each piece of the text), <c>{"$times": n, "line": …}</c>, <c>{"$event": name, "data": …}</c> and <c>{"$raw": text}</c> (no line of an event).
/// </remarks>
internal sealed class ServerTable
{
    private readonly string _kind;
    private readonly JsonObject _table;

    private ServerTable(string kind, JsonObject table) => (_kind, _table) = (kind, table);

    /// <summary>Tokens of the window that the server says it has.</summary>
    internal int Window { get; init; } = 8192;

    internal static string[] Kinds { get; } = ["llama.cpp", "ollama", "vllm", "sglang", "mlx", "lmstudio", "compatible"];

    /// <summary>Where it is known from what such servers say.</summary>
    internal string Source => _table["source"]!.GetValue<string>();

    internal IReadOnlyList<string> Paths => [.. Object("gets").Select(g => g.Key)];

    internal IReadOnlyList<string> Answers => [.. Object("answers").Select(a => a.Key)];

    internal static ServerTable Of(string kind, int window = 8192)
    {
        using var stream = typeof(ServerTable).Assembly.GetManifestResourceStream($"tables/{kind}") ?? throw new ArgumentException($"no table of {kind}");
        return new ServerTable(kind, JsonNode.Parse(stream)!.AsObject()) { Window = window };
    }

    internal bool Has(string answer) => Object("answers").ContainsKey(answer);

    /// <summary>A server of this kind that gives these answers, one after the other, behind what such a server is asked first.</summary>
    internal ScriptedServer Start(params ReadOnlySpan<Func<ScriptedServer.Exchange, Task>> script)
    {
        var server = new ScriptedServer([.. (_table["before"]?.AsArray() ?? new JsonArray()).Select(b => Answer(b!.GetValue<string>())), .. script]) { Models = Get("/v1/models") };
        foreach (var path in Paths)
        {
            server.Gets[path] = Get(path);
        }

        return server;
    }

    internal string Get(string path) => new TableValues { Window = Window }.Filled(Object("gets")[path]!)!.ToJsonString();

    internal Func<ScriptedServer.Exchange, Task> Call(string tool, string arguments, int promptTokens = 100) =>
        Answer("call", new TableValues { Calls = [(tool, arguments)], PromptTokens = promptTokens });

    internal Func<ScriptedServer.Exchange, Task> Calls(params (string Tool, string Arguments)[] calls) => Answer("call", new TableValues { Calls = calls });

    internal Func<ScriptedServer.Exchange, Task> Submit() => Call("submit_result", """{"verdict":"GO","summary":"done","commit_message":"Add it"}""");

    internal Func<ScriptedServer.Exchange, Task> Text(string text) => Answer("text", new TableValues { Text = text });

    internal Func<ScriptedServer.Exchange, Task> Answer(string name, TableValues? values = null)
    {
        var answer = (Object("answers")[name] ?? throw new ArgumentException($"{_kind} has no answer {name}")).AsObject();
        values = (values ?? new TableValues()) with { Window = Window };
        var isEvents = (string?)answer["type"] == "text/event-stream";
        var parts = Expanded(answer["lines"]?.AsArray() ?? [], values).Select(l => Part(l, values, isEvents)).ToList();
        return (string?)answer["then"] switch
        {
            null => ScriptedServer.Status((int?)answer["status"] ?? 200, string.Concat(parts), (string?)answer["type"] ?? "application/json", (string?)answer["header"] ?? ""),
            "silent" => e => e.HangAsync(),
            var then => e => SendUnfinishedAsync(e, (string?)answer["type"] ?? "application/json", parts, then == "hang"),
        };
    }

    /// <summary>The JSON values of an answer, in order.</summary>
    internal IEnumerable<JsonNode> Lines(string answer)
    {
        var values = new TableValues { Calls = [("note", """{"text":"blue"}""")], Text = "hi", Window = Window };
        return Expanded(Object("answers")[answer]!["lines"]!.AsArray(), values).Where(l => l.Line is JsonObject o && !o.ContainsKey("$raw")).Select(l => l.Values.Filled(l.Line)!);
    }

    private JsonObject Object(string name) => _table[name]!.AsObject();

    private static IEnumerable<(JsonNode? Line, TableValues Values)> Expanded(JsonArray lines, TableValues values)
    {
        foreach (var line in lines)
        {
            var more = line switch
            {
                JsonObject o when o["$calls"] is JsonArray each => Enumerable.Range(0, values.Calls.Count).SelectMany(i => Expanded(each, values with { Call = i })),
                JsonObject o when o["$pieces"] is { } piece => values.Text.Chunk(3).Select(c => ((JsonNode?)piece, values with { Text = new string(c) })),
                JsonObject o when o["$times"] is { } times => Enumerable.Repeat((o["line"], values), times.GetValue<int>()),
                _ => Enumerable.Repeat((line, values), 1),
            };
            foreach (var one in more)
            {
                yield return one;
            }
        }
    }

    private static string Part((JsonNode? Line, TableValues Values) part, TableValues values, bool isEvents)
    {
        var (name, text) = part.Line switch
        {
            JsonObject o when o["$raw"] is { } raw => (null, raw.GetValue<string>()),
            JsonObject o when o["$event"] is { } word => (word.GetValue<string>(), part.Values.Filled(o["data"])!.ToJsonString()),
            JsonObject o => ("", part.Values.Filled(o)!.ToJsonString()),
            var line => (line!.GetValue<string>() is [':', ..] ? null : "", values.Of(line.GetValue<string>())!.GetValue<string>()),
        };
        return !isEvents ? text + "\n"
            : name is null ? text + "\n\n"
            : $"{(name.Length > 0 ? $"event: {name}\n" : "")}data: {text}\n\n";
    }

    private static async Task SendUnfinishedAsync(ScriptedServer.Exchange exchange, string type, IReadOnlyList<string> parts, bool hangs)
    {
        await exchange.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
        foreach (var part in parts)
        {
            await exchange.SendAsync(string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(part):x}\r\n{part}\r\n"));
        }

        if (hangs)
        {
            await exchange.HangAsync();
        }
    }
}

/// <summary>What stands for the words of a table that begin with a dollar.</summary>
internal sealed record TableValues
{
    /// <summary>Names and arguments, of which the latter need be no JSON.</summary>
    internal IReadOnlyList<(string Tool, string Arguments)> Calls { get; init; } = [("", "{}")];

    /// <summary>Which of them.</summary>
    internal int Call { get; init; }

    internal string Text { get; init; } = "";

    internal string Reasoning { get; init; } = "";

    internal int PromptTokens { get; init; } = 100;

    internal int CachedTokens { get; init; }

    internal int CompletionTokens { get; init; } = 10;

    /// <summary>Tokens of the window; the table's own.</summary>
    internal int Window { get; init; }

    private string Tool => Calls[Call].Tool;

    private string Arguments => Calls[Call].Arguments;

    internal JsonNode? Filled(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.Select(p => KeyValuePair.Create(p.Key, Filled(p.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Filled)]),
        JsonValue v when v.TryGetValue<string>(out var text) => Of(text),
        _ => node?.DeepClone(),
    };

    internal JsonNode? Of(string word) => word switch
    {
        "$WINDOW" => Window,
        "$PROMPT_TOKENS" => PromptTokens,
        "$CACHED_TOKENS" => CachedTokens,
        "$NEW_TOKENS" => PromptTokens - CachedTokens,
        "$COMPLETION_TOKENS" => CompletionTokens,
        "$INDEX" => Call,
        "$ARGUMENTS_OBJECT" => JsonNode.Parse(Arguments),
        "$ARGUMENTS_1" => Arguments[..(Arguments.Length / 2)],
        "$ARGUMENTS_2" => Arguments[(Arguments.Length / 2)..],
        "$ARGUMENTS" => Arguments,
        "$TEXT" => Text,
        "$REASONING" => Reasoning,
        _ => word.Replace("$TOOL", Tool, StringComparison.Ordinal)
            .Replace("$INDEX", Call.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("$WINDOW", Window.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal),
    };
}
