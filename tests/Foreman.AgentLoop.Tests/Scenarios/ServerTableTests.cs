using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Foreman.AgentLoop.Conformance;
using Foreman.AgentLoop.Loop.Modes;
using Foreman.AgentLoop.Model;
using Foreman.AgentLoop.Tests.Model;
using Foreman.Api;
using Foreman.Testing;
using ModelServer = Foreman.Testing.ModelServer;

namespace Foreman.AgentLoop.Tests.Scenarios;

/// <summary>Whole runs against each kind of server by its table, and the tables against the real servers.</summary>
public sealed class ServerTableTests
{
    public static TheoryData<string> Kinds => [.. ServerTable.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_table_says_where_it_is_known_from(string kind) => Assert.NotEmpty(ServerTable.Of(kind).Source);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_answer_of_a_table_is_used_by_a_test(string kind)
    {
        var folder = Path.Combine(RepositoryRoot.Path, "tests", "Foreman.AgentLoop.Tests");
        var sources = string.Concat(Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

        Assert.DoesNotContain(ServerTable.Of(kind).Answers, a => !sources.Contains($"\"{a}\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Each_quirk_of_the_page_has_a_test_of_its_number()
    {
        var page = File.ReadLines(Path.Combine(RepositoryRoot.Path, "docs", "reference", "model-servers.md"));
        var tests = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "tests", "Foreman.AgentLoop.Tests", "Scenarios", "QuirkListTests.cs"));
        var numbers = page.Select(l => l.Split('|') is ["", var first, _, _, ..] && int.TryParse(first, CultureInfo.InvariantCulture, out var number) ? number : 0).Where(n => n > 0).ToList();

        Assert.Equal(Enumerable.Range(1, numbers.Count), numbers);
        Assert.True(numbers.Count >= 23);
        Assert.DoesNotContain(numbers, n => !tests.Contains(string.Create(CultureInfo.InvariantCulture, $"Q{n:D2}_"), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_run_ends_with_GO_at_each_kind_of_server(string kind)
    {
        var table = ServerTable.Of(kind);
        await using var server = table.Start(table.Call("write_file", """{"path":"a.txt","content":"x"}"""), table.Text("I have done it."), table.Submit());
        using var harness = Harness();

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((Verdict.Go, "x", 3), (result.Envelope.Verdict, harness.Read("a.txt"), result.Usage.Turns));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Q14_an_overflow_is_known_at_each_kind_of_server(string kind)
    {
        var table = ServerTable.Of(kind);
        Assert.SkipUnless(table.Has("overflow"), $"{kind} is not known to refuse a long prompt");
        await using var server = table.Start(table.Answer("overflow"));
        using var harness = Harness();

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((FailureReason.ContextOverflow, TaskPhase.Failed), (result.Envelope.FailureReason, result.Phase));
    }

    [Fact]
    public async Task Q15_a_llama_server_that_loads_is_waited_for()
    {
        var clock = new ManualTimeProvider();
        var table = ServerTable.Of("llama.cpp");
        await using var server = table.Start(table.Answer("loading"), table.Answer("loading"), table.Submit());
        using var harness = new LoopHarness { Agent = Agent, Time = clock };

        var running = harness.RunAsync(server.Endpoint, "p");
        await clock.AdvanceUntilAsync(() => running.IsCompleted, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), "the end of the run");

        Assert.Equal(Verdict.Go, (await running).Envelope.Verdict);
    }

    [Fact]
    public async Task The_table_of_llama_server_says_nothing_that_a_real_one_does_not()
    {
        var server = await LlamaServer.SharedAsync();
        var table = ServerTable.Of("llama.cpp");
        foreach (var path in table.Paths)
        {
            AssertSays(await GetAsync(server, path), [JsonNode.Parse(table.Get(path))!], path);
        }

        var native = ToolCallProbe.Request(RequestMode.Native, server.ModelName);
        AssertSays(await PostAsync(server, "/v1/chat/completions", Body(native), 200), table.Lines("call"), "call");
        AssertSays(await PostAsync(server, "/v1/chat/completions", Body(Saying("hello")), 200), table.Lines("text"), "text");
        AssertSays(await PostAsync(server, "/v1/chat/completions", Body(Saying(Long)), 400), table.Lines("overflow"), "overflow");
        AssertSays(await PostAsync(server, "/v1/chat/completions", Body(native with { MaxTokens = 8 }), 200), table.Lines("cutCall"), "cutCall");

        var malformed = ChatMessage.Assistant("", [new ToolCall("000000001", "note", """{"text": """)]);
        var poisoned = native with { Messages = [.. native.Messages, malformed, ChatMessage.Tool("000000001", "error")] };
        AssertSays(await PostAsync(server, "/v1/chat/completions", Body(poisoned), 500), table.Lines("poisoned"), "poisoned");
    }

    [Fact]
    public async Task The_table_of_Ollama_says_nothing_that_a_real_one_does_not()
    {
        await using var server = await OllamaServer.StartAsync();
        await server.CreatePlainModelAsync("plain");
        var table = ServerTable.Of("ollama");

        AssertSays(await PostAsync(server, "/api/generate", OllamaApi.WriteLoad("tiny", 1024), 200), table.Lines("load"), "load");
        foreach (var path in table.Paths)
        {
            AssertSays(await GetAsync(server, path), [JsonNode.Parse(table.Get(path))!], path);
        }

        AssertSays(await PostAsync(server, "/api/chat", OllamaApi.WriteChat(ToolCallProbe.Request(RequestMode.Native, "tiny"), 1024), 200), table.Lines("call"), "call");
        AssertSays(await PostAsync(server, "/api/chat", OllamaApi.WriteChat(Saying("hello") with { Model = "tiny" }, 1024), 200), table.Lines("text"), "text");
        AssertSays(await PostAsync(server, "/api/chat", OllamaApi.WriteChat(Saying(Long) with { Model = "tiny" }, 1024), 400), table.Lines("overflow"), "overflow");
        AssertSays(await PostAsync(server, "/api/chat", OllamaApi.WriteChat(ToolCallProbe.Request(RequestMode.Native, "plain"), 1024), 400), table.Lines("noTools"), "noTools");

        // A schema makes the model repeat itself, and the server ends the answer as if it were whole.
        var repeats = await PostAsync(server, "/api/chat", OllamaApi.WriteChat(Repeating("tiny"), 1024), 200);
        AssertSays(repeats, table.Lines("repeats"), "repeats");
        Assert.All(repeats, line => Assert.False((bool?)line["done"]));
        Assert.Equal(31, repeats.Count(line => (string?)line["message"]?["content"] == "a"));
    }

    private static string Long { get; } = string.Concat(Enumerable.Repeat("many words ", 600));

    private static AgentSpec Agent { get; } = new() { Role = AgentRole.Coder, Tools = ["write_file"], MaxRetries = 0 };

    private static LoopHarness Harness() => new() { Agent = Agent };

    private static ChatRequest Saying(string text) => new() { Model = "tiny", Messages = [ChatMessage.User($"Say {text}")], MaxTokens = 64, Temperature = 0 };

    internal static ChatRequest Repeating(string model) =>
        Saying("a") with { Model = model, MaxTokens = 200, AnswerSchema = $$"""{"type":"string","enum":["{{new string('a', 100)}}"]}""" };

    private static RequestBody Body(ChatRequest request) => ChatRequestWriter.Write(request, new HashSet<string>());

    private static async Task<IReadOnlyList<JsonNode>> GetAsync(ModelServer server, string path)
    {
        using var http = new HttpClient();
        return [JsonNode.Parse(await http.GetStringAsync(new Uri(server.Url + path), TestContext.Current.CancellationToken))!];
    }

    private static async Task<IReadOnlyList<JsonNode>> PostAsync(ModelServer server, string path, RequestBody body, int status)
    {
        using var http = new HttpClient();
        using var content = new ByteArrayContent(body.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var response = await http.PostAsync(new Uri(server.Url + path), content, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(status == (int)response.StatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return [.. text.Split('\n').Select(l => l.StartsWith("data: ", StringComparison.Ordinal) ? l[6..] : l).Where(l => l.StartsWith('{')).Select(l => JsonNode.Parse(l)!)];
    }

    /// <summary>Each value of the table stands in the real answer, under the same names and of the same type.</summary>
    private static void AssertSays(IReadOnlyList<JsonNode> real, IEnumerable<JsonNode> table, string what)
    {
        var there = real.SelectMany(r => Shape(r, "")).ToHashSet(StringComparer.Ordinal);
        var missing = table.SelectMany(t => Shape(t, "")).Where(s => !there.Contains(s)).Distinct().ToList();
        Assert.True(missing.Count == 0, string.Create(CultureInfo.InvariantCulture, $"{what}: the table has {string.Join(", ", missing)}; the real server said\n{string.Join('\n', real.Select(r => r.ToJsonString()))}"));
    }

    private static IEnumerable<string> Shape(JsonNode? node, string path) => node switch
    {
        JsonObject o => o.SelectMany(p => Shape(p.Value, $"{path}.{p.Key}")),
        JsonArray a => a.Count == 0 ? [$"{path}[]"] : a.SelectMany(i => Shape(i, $"{path}[]")),
        _ => [$"{path}:{node?.GetValueKind().ToString().Replace("True", "Bool", StringComparison.Ordinal).Replace("False", "Bool", StringComparison.Ordinal) ?? "Null"}"],
    };
}
