using Foreman.AgentLoop.Loop.Modes;
using Foreman.AgentLoop.Tests.Model;
using Foreman.Api;
using Foreman.Sandbox;
using Foreman.Testing;

namespace Foreman.AgentLoop.Tests.Scenarios;

/// <summary>
/// Everything that the tiny model knows, end to end on the real servers, in each way of offering tools: each kind of goal, with commands in
/// the real sandbox and an MCP server of the protocol's own library in it.
/// </summary>
public sealed class GoalTests(ModeServers servers) : IClassFixture<ModeServers>
{
    private static readonly Goal[] Goals =
    [
        new("write", "Write a file named hello.txt with the text: good morning", ["write_file"], Verdict.Go, "wrote hello.txt") { Made = ("hello.txt", "good morning") },
        new("read", "Read the file notes.txt and report its text.", ["read_file"], Verdict.Go, "the sky is blue"),
        new("run", "Run the command: cp notes.txt copy.txt", ["bash"], Verdict.Go, "ok") { Made = ("copy.txt", "the sky is blue\n") },
        new("run in vain", "Run the command: cat missing.txt", ["bash"], Verdict.NoGo, "failed"),
        new("replace", "Replace blue with green in the file notes.txt.", ["str_replace"], Verdict.Go, "edited notes.txt") { Made = ("notes.txt", "the sky is green\n") },
        new("find", "Find apple in the files.", ["grep"], Verdict.Go, "found"),
        new("find in vain", "Find pear in the files.", ["grep"], Verdict.NoGo, "not found"),
        new("MCP", "Call the tool mcp__words__say with the text: hello", [], Verdict.Go, "done") { UsesMcp = true },
        new("write and run", "Write a file named data.txt with the text: red Then run the command: cp data.txt copy.txt", ["write_file", "bash"], Verdict.Go, "ok") { Made = ("copy.txt", "red") },
        new("say", "Say hello", ["read_file"], Verdict.Go, "said") { HeldToCalls = (Verdict.NoGo, "unknown goal") },
        new("unknown", "Paint the house.", ["read_file"], Verdict.NoGo, "unknown goal"),
    ];

    public static MatrixTheoryData<string, string> Cases => new(Goals.Select(g => g.Name), ["native", "prompted", "structured"]);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Each_goal_is_reached_on_llama_server(string goal, string mode) => await ReachesAsync(await servers.LlamaAsync(Parse(mode)), goal, Parse(mode));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Each_goal_is_reached_on_Ollama(string goal, string mode) => await ReachesAsync(await servers.OllamaAsync(Parse(mode)), goal, Parse(mode));

    [Fact]
    public async Task All_goals_at_once_on_four_slots_keep_apart()
    {
        await using var server = await LlamaServer.StartAsync("-np", "4", "-c", "8192");

        await Task.WhenAll(Goals.Select(g => ReachesAsync((server, server.ModelName), g.Name, RequestMode.Native)));
    }

    [Fact]
    public async Task A_llama_server_that_is_killed_and_started_again_in_the_middle_of_a_run_costs_it_nothing_but_time() =>
        await SurvivesRestartsAsync(await LlamaServer.StartAsync());

    [Fact]
    public async Task An_Ollama_that_is_killed_and_started_again_in_the_middle_of_a_run_costs_it_nothing_but_time() =>
        await SurvivesRestartsAsync(await OllamaServer.StartAsync());

    [Fact]
    public async Task A_result_far_larger_than_the_window_is_shown_in_part_and_the_goal_is_reached()
    {
        var server = await LlamaServer.SharedAsync();
        var goal = Goals.Single(g => g.Name == "read");
        using var harness = await HarnessAsync(goal, RequestMode.Native);
        _ = harness.Write("notes.txt", "the sky is blue\n" + string.Concat(Enumerable.Range(0, 2000).Select(i => FormattableString.Invariant($"cloud {i}\n"))));

        var result = await harness.RunAsync(server.Url, server.ModelName, goal.Text);

        AssertReached(goal, harness, result);
        Assert.InRange(harness.Records.OfType<ToolReturned>().First().Content.Length, 100, 4 * 2048);
    }

    private static async Task SurvivesRestartsAsync(Testing.ModelServer started)
    {
        await using var server = started;
        var restarting = Task.CompletedTask;
        var goal = Goals.Single(g => g.Name == "write and run");
        using var harness = await HarnessAsync(goal, RequestMode.Native, progress => restarting = progress.Turn is 1 or 2 ? server.KillAndRestartAsync() : restarting);

        var result = await harness.RunAsync(server.Url, server.ModelName, goal.Text);

        await restarting;
        AssertReached(goal, harness, result);
        Assert.Equal(3, result.Usage.Turns);
        Assert.Contains(harness.Waits, w => w is not null);
    }

    private static RequestMode Parse(string mode) => Enum.Parse<RequestMode>(mode, ignoreCase: true);

    private static async Task ReachesAsync((Testing.ModelServer Server, string Model) at, string name, RequestMode mode)
    {
        var goal = Goals.Single(g => g.Name == name);
        using var harness = await HarnessAsync(goal, mode);

        var result = await harness.RunAsync(at.Server.Url, at.Model, goal.Text);

        AssertReached(goal, harness, result, mode);
        Assert.Equal(mode.Name(), harness.Records.OfType<RunStarted>().Single().RequestMode);
    }

    private static void AssertReached(Goal goal, LoopHarness harness, AgentRunResult result, RequestMode mode = RequestMode.Native)
    {
        var expected = mode is RequestMode.Structured && goal.HeldToCalls is { } held ? held : (goal.Verdict, goal.Summary);
        Assert.True(
            expected == (result.Envelope.Verdict, result.Envelope.Summary),
            $"{goal.Name}: {result.Envelope.Verdict}, {result.Envelope.Summary}\n{harness.Transcript()}");
        if (goal.Made is (var path, var content))
        {
            Assert.Equal(content, harness.Read(path));
        }

        // Each goal with tools takes one call of each of them, and one that submits the result.
        var called = harness.Records.OfType<ToolReturned>().Select(r => r.Tool).ToList();
        Assert.Equal(goal.Name is "say" or "unknown" ? ["submit_result"] : [.. goal.Tools, .. goal.UsesMcp ? ["mcp__words__say"] : (string[])[], "submit_result"], called);
    }

    private static async Task<LoopHarness> HarnessAsync(Goal goal, RequestMode mode, Action<RunProgress>? onTurn = null)
    {
        var (cage, why) = goal.UsesMcp ? (await InstalledServers.CageAsync(), null)
            : goal.NeedsCage ? await Cages.FindAsync(Cages.OfHost(), TimeProvider.System, CancellationToken.None)
            : (null, null);
        Assert.SkipWhen(goal.NeedsCage && cage is null, $"this host has no sandbox: {why}");
        var harness = new LoopHarness
        {
            ContextTokens = 2048,
            Cage = cage,
            OnTurn = onTurn,
            Promised = mode.Name() is { } form ? new PromisedModel { Name = "tiny", ToolCalls = new(form) } : null,
            Agent = new AgentSpec
            {
                Role = AgentRole.Coder,
                Temperature = "0",
                Tools = [.. goal.Tools, "submit_result"],
                Mcp = goal.UsesMcp ? new AgentMcp { Enabled = true, Servers = [Words] } : null,
            },
        };
        _ = harness.Write("notes.txt", "the sky is blue\n");
        _ = harness.Write("src/a.txt", "one red apple\n");
        if (goal.UsesMcp)
        {
            _ = harness.Write("words.mjs", WordsProgram);
            InstalledServers.LinkIn(harness.Workspace);
        }

        return harness;
    }

    // The tools of the installed servers take no argument named `text`, and the model knows no other.
    private const string WordsProgram =
        """
        import { Server } from "@modelcontextprotocol/sdk/server/index.js";
        import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
        import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";

        const inputSchema = { type: "object", properties: { text: { type: "string" } }, required: ["text"] };
        const server = new Server({ name: "words", version: "1" }, { capabilities: { tools: {} } });
        server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [{ name: "say", description: "Says it", inputSchema }] }));
        server.setRequestHandler(CallToolRequestSchema, (request) => ({ content: [{ type: "text", text: "said " + request.params.arguments.text }] }));
        await server.connect(new StdioServerTransport());
        """;

    private static McpServer Words => new() { Name = "words", Transport = McpTransport.Stdio, Command = "node", Args = ["words.mjs"] };

    private sealed record Goal(string Name, string Text, string[] Tools, Verdict Verdict, string Summary)
    {
        /// <summary>The end where each answer must be a call: the model answers this goal with text, and knows no call for it.</summary>
        public (Verdict Verdict, string Summary)? HeldToCalls { get; init; }

        /// <summary>A file that stands there afterwards.</summary>
        public (string Path, string Content)? Made { get; init; }

        public bool UsesMcp { get; init; }

        public bool NeedsCage => UsesMcp || Tools.Contains("bash");
    }
}
