using System.Text.Json;
using Foreman.AgentLoop.Conformance;
using Foreman.AgentLoop.Loop.Modes;
using Foreman.AgentLoop.Model;
using Foreman.AgentLoop.Tests.Model;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Testing;
using ModelServer = Foreman.Testing.ModelServer;

namespace Foreman.AgentLoop.Tests.Scenarios;

/// <summary>Whole runs with tools that are described in the system message, or whose answers are held to a schema.</summary>
public sealed class RequestModeTests
{
    private const string Goal = "Write a file named hello.txt with the text: good morning";
    private const string Write = """{"name": "write_file", "arguments": {"path": "a.txt", "content": "x"}}""";
    private const string Submit = """{"name": "submit_result", "arguments": {"verdict": "GO", "summary": "done", "commit_message": ""}}""";

    public static TheoryData<string> Modes => ["prompted", "structured"];

    public static MatrixTheoryData<string, string> ModesAndKinds => new(["prompted", "structured"], ServerTable.Kinds);

    [Theory]
    [MemberData(nameof(ModesAndKinds))]
    public async Task Calls_come_back_as_text_and_results_go_out_as_text(string mode, string kind)
    {
        var table = ServerTable.Of(kind);
        await using var server = table.Start(table.Text(InText(mode, Write)), table.Text(InText(mode, Submit)));
        using var harness = Harness(mode);

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((Verdict.Go, "x"), (result.Envelope.Verdict, harness.Read("a.txt")));
        var asked = server.Bodies.Where(b => b.Contains("\"messages\"", StringComparison.Ordinal)).Select(b => JsonElement.Parse(b)).ToList();
        Assert.All(asked, body => Assert.False(body.TryGetProperty("tools", out _)));
        Assert.All(asked, body => Assert.Equal(mode == "structured", body.TryGetProperty(kind == "ollama" ? "format" : "response_format", out _)));
        var messages = asked[1].GetProperty("messages").EnumerateArray().ToList();
        Assert.Equal(["system", "user", "assistant", "user"], messages.Select(m => m.GetProperty("role").GetString()));
        Assert.Contains("\n{\"name\":\"write_file\",\"description\":", messages[0].GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("<tool_response>\nwrote a.txt", messages[3].GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Each_request_begins_with_the_bytes_of_the_one_before(string mode)
    {
        var table = ServerTable.Of("vllm");
        await using var server = table.Start(table.Text(InText(mode, Write)), table.Text("I am done."), table.Text(InText(mode, Submit)));
        using var harness = Harness(mode);

        await harness.RunAsync(server.Endpoint, "p");

        var messages = server.Bodies.Select(b => JsonElement.Parse(b).GetProperty("messages").GetRawText()[..^1]).ToList();
        Assert.Equal(3, messages.Count);
        Assert.StartsWith(messages[0], messages[1], StringComparison.Ordinal);
        Assert.StartsWith(messages[1], messages[2], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task The_transcript_says_the_mode_and_a_run_that_goes_on_keeps_it(string mode)
    {
        var table = ServerTable.Of("vllm");
        await using var first = table.Start(table.Text(InText(mode, Write)), e => e.HangAsync());
        using var stop = new CancellationTokenSource();
        using var begun = Harness(mode, stop);
        var cut = await begun.RunAsync(first.Endpoint, "p", stop.Token);
        var earlier = EarlierRun.From(LoopHarness.Uid, 1, begun.Records, _ => [], out _);
        await using var second = table.Start(table.Text(InText(mode, Submit)));
        using var harness = new LoopHarness { Agent = Agent, Earlier = earlier, Promised = new PromisedModel { Name = "tiny" } };

        var result = await harness.RunAsync(second.Endpoint, "p");

        Assert.Equal((FailureReason.Cancelled, Verdict.Go), (cut.Envelope.FailureReason, result.Envelope.Verdict));
        Assert.Equal([mode, mode], new[] { begun, harness }.Select(h => h.Records.OfType<RunStarted>().Single().RequestMode));
        Assert.StartsWith(Messages(first.Bodies[0]), Messages(second.Bodies[0]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_native_run_says_no_mode()
    {
        await using var server = new ScriptedServer(ScriptedServer.Submit());
        using var harness = Harness("native");

        await harness.RunAsync(server.Endpoint, "p");

        Assert.Null(harness.Records.OfType<RunStarted>().Single().RequestMode);
    }

    [Fact]
    public async Task Every_goal_of_the_files_ends_at_a_real_llama_server_whose_template_knows_no_tools_as_it_does_natively()
    {
        var native = await LlamaServer.SharedAsync();
        await using var server = await LlamaServer.StartAsync("--chat-template-file", Path.Combine(AppContext.BaseDirectory, "Model", "Templates", "text-calls.jinja"));
        foreach (var goal in (string[])[Goal, "Read the file notes.txt and report its text.", "Replace red with green in the file notes.txt.", "Find apple in the files.", "Find pear in the files.", "Paint the house."])
        {
            Assert.Equal(await ReachedAsync(native, "native", goal), await ReachedAsync(server, "prompted", goal));
        }

        Assert.Equal("GO wrote hello.txt | one red apple | good morning", await ReachedAsync(server, "prompted", Goal));
    }

    [Fact]
    public async Task A_real_Ollama_whose_template_knows_no_tools_writes_a_file_when_prompted()
    {
        await using var server = await OllamaServer.StartAsync();
        await server.CreatePlainModelAsync("plain");
        using var harness = Harness("prompted");

        var result = await harness.RunAsync(server.Url, "plain", Goal);

        Assert.Equal((Verdict.Go, "good morning"), (result.Envelope.Verdict, harness.Read("hello.txt")));
    }

    [Fact]
    public async Task A_real_llama_server_holds_an_answer_to_a_call()
    {
        var server = await LlamaServer.SharedAsync();

        Assert.Equal(new Trial(TrialResult.Called, ToolCallForm.BareJson), await HeldAsync(server));
    }

    [Theory]
    [InlineData("native")]
    [InlineData("structured")]
    public async Task A_run_that_plans_gives_the_server_the_schema_of_a_plan(string mode)
    {
        const string Plan = """{"name": "submit_result", "arguments": {"verdict": "GO", "summary": "done", "extra": {"plan": {"steps": [{"name": "a", "kind": "verify", "agent": "gate"}]}}}}""";
        var table = ServerTable.Of("vllm");
        await using var server = table.Start(mode == "native" ? ScriptedServer.Submit() : table.Text(Plan));
        using var harness = new LoopHarness { Agent = Agent, ContextTokens = 4096, Promised = new PromisedModel { Name = "tiny", ToolCalls = new(mode) }, Adjust = s => s.ForPlan() };

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal(Verdict.Go, result.Envelope.Verdict);
        var body = JsonElement.Parse(server.Bodies.Last(b => b.Contains("\"messages\"", StringComparison.Ordinal)));
        Assert.Contains("\"openPullRequest\":", body.GetProperty(mode == "native" ? "tools" : "response_format").GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_real_llama_server_holds_the_answer_of_a_planner_to_the_schema_of_a_plan()
    {
        var server = await LlamaServer.SharedAsync();
        using var harness = new LoopHarness
        {
            Agent = Agent with { Tools = [], MaxRetries = null },
            ContextTokens = 2048,
            Promised = new PromisedModel { Name = "tiny", ToolCalls = new("structured") },
            Adjust = s => s.ForPlan(),
        };

        var result = await harness.RunAsync(server.Url, server.ModelName, "Paint the house.");

        // What the tiny model says so is chance; that it submits a result is the server's doing.
        Assert.Null(result.Envelope.FailureReason);
        Assert.Equal(["submit_result"], harness.Records.OfType<ToolReturned>().Select(r => r.Tool));
    }

    [Fact]
    public async Task A_real_Ollama_holds_an_answer_to_a_call()
    {
        await using var server = await OllamaServer.StartAsync();

        Assert.Equal(new Trial(TrialResult.Called, ToolCallForm.BareJson), await HeldAsync(server));
    }

    /// <summary>The tiny model was not trained for such answers, so that what it notes is chance; that it calls is the server's doing.</summary>
    private static async Task<Trial> HeldAsync(ModelServer server)
    {
        var options = new ModelClientOptions { ContextTokens = 2048 };
        using var client = new ModelClient(new ModelEndpoint(new Uri(server.Url), server.ModelName), options, TimeProvider.System, new Random(1));
        var name = await client.IdentifyAsync(TestContext.Current.CancellationToken);
        return ToolCallProbe.Judge(await client.CompleteAsync(ToolCallProbe.Request(RequestMode.Structured, name), TestContext.Current.CancellationToken));
    }

    private static async Task<string> ReachedAsync(ModelServer server, string form, string goal)
    {
        using var harness = new LoopHarness
        {
            // A real server ends connections that are idle, also one that is just being used again.
            Agent = Agent with { Tools = ["read_file", "write_file", "str_replace", "grep"], MaxRetries = null },
            ContextTokens = 2048,
            Promised = new PromisedModel { Name = "tiny", ToolCalls = new(form) },
        };
        harness.Write("notes.txt", "one red apple\n");
        var result = await harness.RunAsync(server.Url, server.ModelName, goal);
        var hello = Path.Combine(harness.Workspace, "hello.txt");
        return $"{result.Envelope.Verdict} {result.Envelope.Summary} | {harness.Read("notes.txt").Trim()}{(File.Exists(hello) ? " | " + File.ReadAllText(hello) : "")}";
    }

    private static AgentSpec Agent { get; } = new() { Role = AgentRole.Coder, Tools = ["write_file"], Temperature = "0", MaxRetries = 0 };

    private static LoopHarness Harness(string form, CancellationTokenSource? stopAfterTurn = null) => new()
    {
        Agent = Agent,
        ContextTokens = form == "native" ? null : 2048,
        Promised = new PromisedModel { Name = "tiny", ToolCalls = new(form) },
        OnTurn = _ => stopAfterTurn?.Cancel(),
    };

    private static string InText(string mode, string call) => mode == "prompted" ? $"<tool_call>\n{call}\n</tool_call>" : call;

    private static string Messages(string body) => JsonElement.Parse(body).GetProperty("messages").GetRawText()[..^1];
}
