using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Foreman.AgentLoop.Tests.Model;

/// <summary>
/// What one kind of model server answers, from its file in <c>Tables</c>: the GETs by path, and answers by name (<c>call</c>, <c>text</c>,
/// <c>overflow</c>, <c>loading</c>, <c>noTools</c>). Words that begin with a dollar stand for what a test puts there.
/// </summary>
internal sealed class ServerTable
{
    private readonly string _kind;
    private readonly JsonObject _table;

    private ServerTable(string kind, JsonObject table) => (_kind, _table) = (kind, table);

    /// <summary>Tokens of the window that the server says it has.</summary>
    internal int Window { get; init; } = 8192;

    internal static string[] Kinds { get; } = ["llama.cpp", "ollama", "vllm", "sglang", "mlx"];

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

    internal string Get(string path) => Filled(Object("gets")[path]!, new Values { Window = Window })!.ToJsonString();

    internal Func<ScriptedServer.Exchange, Task> Call(string tool, string arguments, int promptTokens = 100) =>
        Send("call", new Values { Tool = tool, Arguments = arguments, PromptTokens = promptTokens, Window = Window });

    internal Func<ScriptedServer.Exchange, Task> Submit() => Call("submit_result", """{"verdict":"GO","summary":"done","commit_message":"Add it"}""");

    internal Func<ScriptedServer.Exchange, Task> Text(string text) => Send("text", new Values { Text = text, Window = Window });

    internal Func<ScriptedServer.Exchange, Task> Answer(string name) => Send(name, new Values { Window = Window });

    /// <summary>The JSON values of an answer, in order.</summary>
    internal IEnumerable<JsonNode> Lines(string answer) =>
        Object("answers")[answer]!["lines"]!.AsArray().Where(l => l is JsonObject).Select(l => Filled(l!, new Values { Tool = "note", Arguments = """{"text":"blue"}""", Text = "hi", Window = Window })!);

    private JsonObject Object(string name) => _table[name]!.AsObject();

    private Func<ScriptedServer.Exchange, Task> Send(string name, Values values)
    {
        var answer = (Object("answers")[name] ?? throw new ArgumentException($"{_kind} has no answer {name}")).AsObject();
        var type = (string?)answer["type"] ?? "application/json";
        var body = new StringBuilder();
        foreach (var line in answer["lines"]!.AsArray())
        {
            var text = line is JsonObject ? Filled(line, values)!.ToJsonString() : line!.GetValue<string>();
            _ = type == "text/event-stream" ? body.Append("data: ").Append(text).Append("\n\n") : body.Append(text).Append('\n');
        }

        return ScriptedServer.Status((int?)answer["status"] ?? 200, body.ToString(), type);
    }

    private static JsonNode? Filled(JsonNode? node, Values values) => node switch
    {
        JsonObject o => new JsonObject(o.Select(p => KeyValuePair.Create(p.Key, Filled(p.Value, values)))),
        JsonArray a => new JsonArray([.. a.Select(i => Filled(i, values))]),
        JsonValue v when v.TryGetValue<string>(out var text) => values.Of(text),
        _ => node?.DeepClone(),
    };

    private sealed record Values
    {
        internal string Tool { get; init; } = "";

        internal string Arguments { get; init; } = "{}";

        internal string Text { get; init; } = "";

        internal int PromptTokens { get; init; } = 100;

        internal int Window { get; init; }

        private int Half => Arguments.Length / 2;

        internal JsonNode? Of(string word) => word switch
        {
            "$WINDOW" => Window,
            "$PROMPT_TOKENS" => PromptTokens,
            "$ARGUMENTS_OBJECT" => JsonNode.Parse(Arguments),
            "$ARGUMENTS_1" => Arguments[..Half],
            "$ARGUMENTS_2" => Arguments[Half..],
            "$ARGUMENTS" => Arguments,
            "$TEXT" => Text,
            _ => word.Replace("$TOOL", Tool, StringComparison.Ordinal).Replace("$WINDOW", Window.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal),
        };
    }
}
