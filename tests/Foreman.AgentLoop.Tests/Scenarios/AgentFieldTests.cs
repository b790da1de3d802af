using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.AgentLoop.Tests.Model;
using Foreman.Api;
using Foreman.Testing;

namespace Foreman.AgentLoop.Tests.Scenarios;

/// <summary>Each field of an Agent that concerns the loop has its effect on the wire or in the run.</summary>
public sealed class AgentFieldTests
{
    private static readonly AgentSpec Agent = new() { Role = AgentRole.Coder, Tools = ["read_file", "write_file", "grep", "list_files"], MaxRetries = 0 };

    [Fact]
    public async Task Temperature_output_limit_and_template_arguments_are_sent()
    {
        var agent = Agent with { Temperature = "0.3", MaxOutputTokens = 777, ChatTemplateKwargs = new JsonObject { ["enable_thinking"] = false } };
        await using var server = new ScriptedServer(ScriptedServer.Submit());
        using var harness = new LoopHarness { Agent = agent };

        await harness.RunAsync(server.Endpoint, "p");

        var body = JsonElement.Parse(server.Bodies[0]);
        Assert.Equal(0.3, body.GetProperty("temperature").GetDouble());
        Assert.Equal(777, body.GetProperty("max_tokens").GetInt32());
        Assert.False(body.GetProperty("chat_template_kwargs").GetProperty("enable_thinking").GetBoolean());
    }

    [Fact]
    public async Task A_temperature_that_is_not_set_is_not_sent()
    {
        await using var server = new ScriptedServer(ScriptedServer.Submit());
        using var harness = new LoopHarness { Agent = Agent };

        await harness.RunAsync(server.Endpoint, "p");

        Assert.False(JsonElement.Parse(server.Bodies[0]).TryGetProperty("temperature", out var sent) && sent.ValueKind is not JsonValueKind.Null);
    }

    [Fact]
    public async Task The_system_prompt_and_the_prompt_prefix_stand_in_the_system_message()
    {
        await using var server = new ScriptedServer(ScriptedServer.Submit());
        using var harness = new LoopHarness { Agent = Agent with { SystemPrompt = "You mend programs." } };

        await harness.RunAsync(server.Endpoint, "p");

        var messages = JsonElement.Parse(server.Bodies[0]).GetProperty("messages");
        Assert.Equal("system", messages[0].GetProperty("role").GetString());
        Assert.Contains("You mend programs.", messages[0].GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.EndsWith("\n\nfirst\n\nprefix", SystemMessage.Compose("first", "prefix"), StringComparison.Ordinal);
        Assert.Equal("p", messages[1].GetProperty("content").GetString());
    }

    [Fact]
    public async Task The_window_bounds_the_answer()
    {
        await using var server = new ScriptedServer(ScriptedServer.Submit());
        using var harness = new LoopHarness { Agent = Agent with { ContextWindowTokens = 3000 } };

        await harness.RunAsync(server.Endpoint, "p");

        Assert.InRange(JsonElement.Parse(server.Bodies[0]).GetProperty("max_tokens").GetInt32(), 256, 2900);
    }

    [Fact]
    public async Task An_MCP_server_that_can_not_be_reached_is_told_at_the_start_in_the_transcript_and_in_the_result()
    {
        var dead = new McpServer { Name = "tracker", Transport = McpTransport.Http, Url = $"http://127.0.0.1:{FreePort.NextClosed()}/mcp" };
        await using var server = new ScriptedServer(ScriptedServer.Submit());
        using var harness = new LoopHarness { Agent = Agent with { Mcp = new AgentMcp { Enabled = true, CallTimeout = "5s", Servers = [dead] } } };

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal(Verdict.Go, result.Envelope.Verdict);
        var fault = Assert.Single(harness.McpFaults);
        Assert.StartsWith("MCP server tracker: ", fault, StringComparison.Ordinal);
        Assert.Equal([fault], harness.Records.OfType<RunStarted>().Single().McpFaults);
        Assert.Equal([fault], result.McpFaults);
        Assert.Equal(fault, (string?)Assert.Single(result.Envelope.Extra!["mcpFaults"]!.AsArray()));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 4)]
    public async Task The_observation_window_is_how_many_turns_keep_their_results(int turns, int kept)
    {
        await using var server = new ScriptedServer([.. Enumerable.Range(0, 9).Select(i => ScriptedServer.Call("read_file", $$"""{"path":"{{i}}"}""", 300 + (700 * i))), ScriptedServer.Submit()]);
        var agent = Agent with { ObservationWindowTurns = turns, StuckLoopDetection = new StuckLoopDetection { ContextSoftCap = 3500 } };
        using var harness = new LoopHarness { Agent = agent };
        for (var i = 0; i < 9; i++)
        {
            harness.Write($"{i}", string.Concat(Enumerable.Repeat($"text {i} of a file\n", 100)));
        }

        await harness.RunAsync(server.Endpoint, "p");

        var compaction = harness.Records.OfType<HistoryCompacted>().First();
        Assert.Equal(compaction.Turn - kept, compaction.MaskedCallIds.Count);
    }

    [Theory]
    [InlineData("window", true)]
    [InlineData("session", false)]
    public async Task The_strategy_decides_whether_the_soft_cap_masks(string strategy, bool masks)
    {
        await using var server = new ScriptedServer([.. Enumerable.Range(0, 6).Select(i => ScriptedServer.Call("read_file", $$"""{"path":"{{i}}"}""", 300 + (700 * i))), ScriptedServer.Submit()]);
        var agent = Agent with { ContextStrategy = new ContextStrategy(strategy), StuckLoopDetection = new StuckLoopDetection { ContextSoftCap = 2500 } };
        using var harness = new LoopHarness { Agent = agent };
        for (var i = 0; i < 6; i++)
        {
            harness.Write($"{i}", string.Concat(Enumerable.Repeat($"text {i} of a file\n", 100)));
        }

        await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal(masks, harness.Records.OfType<HistoryCompacted>().Any());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 3)]
    public async Task A_request_is_repeated_as_often_as_maxRetries_says(int retries, int requests)
    {
        await using var server = new ScriptedServer(ScriptedServer.Status(500, """{"error":{"message":"broken"}}"""));
        using var harness = new LoopHarness { Agent = Agent with { MaxRetries = retries } };

        await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal(requests, server.Bodies.Count);
    }

    [Theory]
    [InlineData(3, 6)]
    [InlineData(1, 3)]
    public async Task The_same_call_ends_the_run_at_twice_the_threshold(int threshold, int turns)
    {
        await using var server = new ScriptedServer(ScriptedServer.Call("list_files", "{}"));
        using var harness = new LoopHarness { Agent = Agent with { StuckLoopDetection = new StuckLoopDetection { RepeatedToolThreshold = threshold } } };

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal(("STUCK-LOOP-DETECTED", turns), ((string?)result.Envelope.Extra!["outcome"], result.Usage.Turns));
    }

    [Fact]
    public async Task Turns_without_progress_end_the_run_at_twice_the_limit()
    {
        await using var server = new ScriptedServer(ScriptedServer.Call("list_files", "{}"));
        using var harness = new LoopHarness { Agent = Agent with { StuckLoopDetection = new StuckLoopDetection { EditFreeTurnsLimit = 4 } } };

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.StartsWith("edit-free: 8 turns", result.Envelope.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_stuckLoopDetection_turns_everything_off()
    {
        await using var server = new ScriptedServer(ScriptedServer.Call("list_files", "{}"));
        using var harness = new LoopHarness { Agent = Agent with { StuckLoopDetection = new StuckLoopDetection(), MaxTurns = 40 } };

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((FailureReason.MaxTurnsExhausted, 40), (result.Envelope.FailureReason, result.Usage.Turns));
        Assert.DoesNotContain("loop check", harness.Transcript(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_result_that_was_cut_is_read_on_where_its_note_says()
    {
        await using var server = new ScriptedServer(
            ScriptedServer.Call("grep", """{"pattern":"needle"}"""),
            ScriptedServer.Call("read_file", """{"path":"result:000000001","offset":120}"""),
            ScriptedServer.Submit());
        using var harness = new LoopHarness { Agent = Agent with { ContextWindowTokens = 4000 } };
        harness.Write("a.txt", string.Concat(Enumerable.Range(1, 190).Select(i => $"needle number {i} of the haystack with some more words behind it, so that the line is long enough to be cut\n")));

        await harness.RunAsync(server.Endpoint, "p");

        var (first, second) = (harness.Records.OfType<ToolReturned>().First().Content, harness.Records.OfType<ToolReturned>().ElementAt(1).Content);
        Assert.Matches("""\[cut to fit the context window; the result has [0-9]+ bytes\. Read on with read_file, path "result:000000001", offset [0-9]+\]""", first);
        Assert.StartsWith("a.txt:1:needle number 1 ", first, StringComparison.Ordinal);
        Assert.Contains("needle number 190 ", first, StringComparison.Ordinal);
        Assert.StartsWith("a.txt:120:needle number 120 ", second, StringComparison.Ordinal);
    }
}
