using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.AgentLoop.Tests.Model;
using Foreman.Api;
using Foreman.Testing;

namespace Foreman.AgentLoop.Tests;

/// <summary>The whole loop against servers and models that misbehave.</summary>
public sealed class AgentRunTests
{
    private static readonly AgentSpec FastAgent = new() { Role = AgentRole.Coder, Tools = ["read_file", "write_file", "grep", "list_files"], MaxRetries = 0 };

    [Fact]
    public async Task Malformed_arguments_never_enter_the_history()
    {
        await using var server = new ScriptedServer(ScriptedServer.Call("write_file", """{"path":"a.txt","content":"unfin"""), ScriptedServer.Submit());
        using var harness = new LoopHarness();

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal(Verdict.Go, result.Envelope.Verdict);
        var sent = Messages(server.Bodies[1]);
        Assert.Equal("{}", sent[2].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString());
        Assert.StartsWith("error: the arguments of write_file are not a JSON object", sent[3].GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(harness.Workspace, "a.txt")));
    }

    [Fact]
    public async Task Calls_get_nine_digit_ids_of_our_own_and_run_in_order()
    {
        await using var server = new ScriptedServer(
            ScriptedServer.Events(
                ScriptedServer.CallDelta("write_file", """{"path":"a.txt","content":"1"}"""),
                ScriptedServer.CallDelta("read_file", """{"path":"a.txt"}""", 1),
                """{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}""",
                "[DONE]"),
            ScriptedServer.Submit());
        using var harness = new LoopHarness();

        await harness.RunAsync(server.Endpoint, "p");

        var sent = Messages(server.Bodies[1]);
        Assert.Equal(["000000001", "000000002"], sent[2].GetProperty("tool_calls").EnumerateArray().Select(c => c.GetProperty("id").GetString()));
        Assert.Equal("000000001", sent[3].GetProperty("tool_call_id").GetString());
        Assert.StartsWith("1\n", sent[4].GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_prompt_begins_with_the_one_before()
    {
        await using var server = new ScriptedServer(
            ScriptedServer.Call("write_file", """{"path":"a.txt","content":"1"}"""),
            ScriptedServer.Call("read_file", """{"path":"a.txt"}"""),
            ScriptedServer.Text("hm"),
            ScriptedServer.Submit());
        using var harness = new LoopHarness();

        await harness.RunAsync(server.Endpoint, "the whole prompt\nof the user");

        for (var i = 1; i < server.Bodies.Count; i++)
        {
            var (before, after) = (Messages(server.Bodies[i - 1]), Messages(server.Bodies[i]));
            Assert.Equal(before.Select(m => m.GetRawText()), after.Take(before.Length).Select(m => m.GetRawText()));
            Assert.Equal(Tools(server.Bodies[0]), Tools(server.Bodies[i]));
        }

        Assert.Equal("the whole prompt\nof the user", Messages(server.Bodies[0])[1].GetProperty("content").GetString());
    }

    [Fact]
    public async Task A_tool_that_is_not_allowed_and_one_that_does_not_exist_get_different_answers()
    {
        await using var server = new ScriptedServer(
            ScriptedServer.Call("str_replace", "{}"), ScriptedServer.Call("launch_rocket", "{}"), ScriptedServer.Submit());
        using var harness = new LoopHarness { Agent = FastAgent };

        await harness.RunAsync(server.Endpoint, "p");

        var sent = Messages(server.Bodies[2]);
        Assert.Contains("exists but is not allowed", sent[3].GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.Contains("there is no tool `launch_rocket`", sent[5].GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_call_again_and_again_is_stopped()
    {
        await using var server = new ScriptedServer(ScriptedServer.Call("list_files", "{}"));
        using var harness = new LoopHarness();

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((Verdict.Incomplete, FailureReason.ModelMisunderstood, TaskPhase.Succeeded), (result.Envelope.Verdict, result.Envelope.FailureReason, result.Phase));
        Assert.Equal("STUCK-LOOP-DETECTED", (string?)result.Envelope.Extra!["outcome"]);
        Assert.Equal(10, result.Usage.Turns);
        Assert.StartsWith("same-result: list_files was called 10 times", result.Envelope.Summary, StringComparison.Ordinal);
        Assert.Contains("[loop check, same-result: ", Messages(server.Bodies[5])[^1].GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.Contains("list_files was not run", Messages(server.Bodies[^1])[^1].GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.All(server.Bodies, b => Assert.Equal(Tools(server.Bodies[0]), Tools(b)));
    }

    [Fact]
    public async Task Turns_are_limited()
    {
        await using var server = new ScriptedServer(
            ScriptedServer.Call("read_file", """{"path":"a"}"""), ScriptedServer.Call("read_file", """{"path":"b"}"""), ScriptedServer.Call("read_file", """{"path":"c"}"""));
        using var harness = new LoopHarness { Agent = FastAgent with { MaxTurns = 3 } };

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((FailureReason.MaxTurnsExhausted, 3), (result.Envelope.FailureReason, result.Usage.Turns));
        Assert.Equal("LOOP-BUDGET-EXHAUSTED", (string?)result.Envelope.Extra!["outcome"]);
    }

    [Theory]
    [InlineData("content", "stop", 3)]
    [InlineData("reasoning_content", "stop", 5)]
    [InlineData("content", "length", 4)]
    public async Task Answers_without_a_tool_call_are_asked_again_a_few_times(string field, string finish, int answers)
    {
        await using var server = new ScriptedServer(ScriptedServer.Text("hm", field, finish));
        using var harness = new LoopHarness();

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((FailureReason.ModelMisunderstood, answers), (result.Envelope.FailureReason, server.Bodies.Count));
        Assert.Equal("LOOP-INCOMPLETE", (string?)result.Envelope.Extra!["outcome"]);
        Assert.All(Messages(server.Bodies[^1]), m => Assert.NotEqual("", m.GetProperty("content").GetString()));
    }

    [Fact]
    public async Task A_call_that_was_cut_at_the_output_limit_is_not_run_even_if_its_JSON_is_whole()
    {
        await using var server = new ScriptedServer(
            ScriptedServer.Events(
                ScriptedServer.CallDelta("write_file", """{"path":"a.txt","content":"half of it"}"""),
                """{"choices":[{"delta":{},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":10,"completion_tokens":8192}}""",
                "[DONE]"),
            ScriptedServer.Submit());
        using var harness = new LoopHarness();

        await harness.RunAsync(server.Endpoint, "p");

        Assert.Contains("cut at the output limit of 8192 tokens", Messages(server.Bodies[1])[3].GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(harness.Workspace));
    }

    [Fact]
    public async Task A_run_ends_when_its_time_is_over()
    {
        var clock = new ManualTimeProvider();
        var answering = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new ScriptedServer(async e =>
        {
            await e.BeginStreamAsync();
            while (true)
            {
                await e.SendAsync(": keepalive\n\n");
                answering.TrySetResult();
                await Task.Delay(TimeSpan.FromSeconds(30), clock, e.Stopped);
            }
        });

        // The clock moves at once past many silences of the server, which must not end the run first.
        using var harness = new LoopHarness { Time = clock, Adjust = s => s with { TurnTimeout = TimeSpan.FromHours(2) } };

        var running = harness.RunAsync(server.Endpoint, "p");
        await answering.Task.WaitAsync(TestDeadline.Default);
        clock.Advance(TimeSpan.FromSeconds(3599));
        Assert.False(running.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        var result = await running.WaitAsync(TestDeadline.Default);

        Assert.Equal((FailureReason.Timeout, Verdict.Incomplete), (result.Envelope.FailureReason, result.Envelope.Verdict));
    }

    [Theory]
    [InlineData(25_000, 2)]
    [InlineData(20_010, 1)]
    [InlineData(10_010, 1)]
    [InlineData(100, 0)]
    [InlineData(0, 0)]
    [InlineData(-5, 0)]
    public async Task A_run_ends_before_the_prompt_that_its_budget_of_tokens_does_not_allow(int left, int turns)
    {
        await using var server = new ScriptedServer(
            ScriptedServer.Call("write_file", """{"path":"a.txt","content":"1"}""", 10_000), ScriptedServer.Call("write_file", """{"path":"a.txt","content":"2"}""", 10_000),
            ScriptedServer.Call("write_file", """{"path":"a.txt","content":"3"}""", 10_000), ScriptedServer.Submit());
        using var harness = new LoopHarness { Adjust = s => s with { MaxTotalTokens = left } };

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal(
            (TaskPhase.Succeeded, Verdict.Incomplete, FailureReason.BudgetExhausted, "LOOP-BUDGET-EXHAUSTED", turns),
            (result.Phase, result.Envelope.Verdict, result.Envelope.FailureReason, result.Envelope.Extra!["outcome"]!.GetValue<string>(), server.Bodies.Count));
    }

    [Fact]
    public async Task A_spent_budget_of_seconds_stops_what_is_under_way()
    {
        var clock = new ManualTimeProvider();
        var asked = new TaskCompletionSource();
        await using var server = new ScriptedServer(async e =>
        {
            asked.TrySetResult();
            await e.HangAsync();
        });
        using var harness = new LoopHarness
        {
            Time = clock,
            Adjust = s => (s with { TurnTimeout = TimeSpan.FromHours(1) }).Within(new TaskBudget { Seconds = 90 }, new Usage { Seconds = 60 }),
        };

        var running = harness.RunAsync(server.Endpoint, "p");
        await asked.Task.WaitAsync(TestDeadline.Default);
        clock.Advance(TimeSpan.FromSeconds(30));
        var result = await running.WaitAsync(TestDeadline.Default);

        Assert.Equal((TaskPhase.Succeeded, FailureReason.BudgetExhausted), (result.Phase, result.Envelope.FailureReason));
        Assert.Contains("budget of 90 s", result.Envelope.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_is_stopped_says_so_and_leaves_its_transcript_open()
    {
        using var stop = new CancellationTokenSource();
        await using var server = new ScriptedServer(ScriptedServer.Call("write_file", """{"path":"a.txt","content":"1"}"""), async e =>
        {
            await stop.CancelAsync();
            await e.HangAsync();
        });
        using var harness = new LoopHarness();

        var result = await harness.RunAsync(server.Endpoint, "p", stop.Token);

        Assert.Equal((FailureReason.Cancelled, TaskPhase.Failed, 1), (result.Envelope.FailureReason, result.Phase, result.Usage.Turns));
        Assert.DoesNotContain(harness.Records, r => r is RunEnded);
        Assert.Equal(harness.Records.Count, harness.Flushed);
    }

    [Fact]
    public async Task Old_results_are_masked_when_the_server_says_that_the_prompt_is_too_long()
    {
        await using var server = new ScriptedServer(
            ScriptedServer.Call("read_file", """{"path":"a.txt"}"""),
            ScriptedServer.Call("read_file", """{"path":"b.txt"}"""),
            ScriptedServer.Status(400, """{"error":{"message":"the request exceeds the available context size","type":"exceed_context_size_error","n_prompt_tokens":3000,"n_ctx":2048}}"""),
            ScriptedServer.Submit());
        using var harness = new LoopHarness();
        harness.Write("a.txt", new string('a', 1000));
        harness.Write("b.txt", new string('b', 1000));

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal(Verdict.Go, result.Envelope.Verdict);
        var sent = Messages(server.Bodies[3]);
        Assert.Contains("left out to save room", sent[3].GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("bbb", sent[5].GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.Equal(["000000001"], harness.Records.OfType<HistoryCompacted>().Single().MaskedCallIds);
    }

    [Fact]
    public async Task The_transcript_tells_the_intent_before_and_the_effect_after_a_change()
    {
        await using var server = new ScriptedServer(ScriptedServer.Call("write_file", """{"path":"a.txt","content":"new"}"""), ScriptedServer.Submit());
        using var harness = new LoopHarness();
        harness.Write("a.txt", "old");

        await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal(
            ["RunStarted", "MessageSent", "MessageSent", "ModelAnswered", "ToolIntended", "ToolReturned", "ModelAnswered", "ToolReturned", "RunEnded"],
            harness.Records.Select(r => r.GetType().Name));
        var started = (RunStarted)harness.Records[0];
        Assert.Equal((1, 1L, 50), (started.Format, started.Attempt, started.Agent!.MaxTurns));
        Assert.Equal(6, started.Tools!.Count);
        var effect = Assert.Single(harness.Records.OfType<ToolReturned>().First().Effects!);
        Assert.Equal(("a.txt", "new"), (effect.Path, effect.Content));
        Assert.Equal("cba06b5736faf67e54b07b561eae94395e774c517a7d910a54369e1263ccfbd4", effect.ShaBefore);
        Assert.Equal("11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437", effect.ShaAfter);
        Assert.Equal([(1, "write_file"), (2, "submit_result")], harness.Turns.Select(t => (t.Turn, t.Tool!)));
    }

    [Fact]
    public async Task A_secret_is_in_no_record_and_no_result()
    {
        await using var server = new ScriptedServer(ScriptedServer.Call("list_files", "{}"), ScriptedServer.Status(401, """{"error":{"message":"no"}}"""));
        using var harness = new LoopHarness();

        var result = await harness.RunAsync(server.Endpoint with { ApiKey = "sk-canary-4711" }, "p");

        Assert.Equal(FailureReason.AuthUnavailable, result.Envelope.FailureReason);
        Assert.DoesNotContain("canary", harness.Transcript() + JsonSerializer.Serialize(result.Envelope, ApiJson.Default.ResultEnvelope), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_that_this_release_does_not_have_is_unsupported()
    {
        using var harness = new LoopHarness { Agent = FastAgent with { Tools = ["run_gate_job", "read_file"] } };

        var result = await harness.RunAsync("http://127.0.0.1:9", "m", "p");

        Assert.Equal((FailureReason.Unsupported, TaskPhase.Failed), (result.Envelope.FailureReason, result.Phase));
        Assert.Contains("spec.tools", result.Envelope.Summary, StringComparison.Ordinal);
        Assert.Contains("run_gate_job", result.Envelope.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Kind", "4")]
    [InlineData(33)]
    [InlineData(70)]
    [InlineData(900)]
    public async Task Template_arguments_that_are_nested_too_deep_are_the_Agents_fault(int levels)
    {
        var json = string.Concat(Enumerable.Repeat("{\"a\":", levels)) + "1" + new string('}', levels);
        var kwargs = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { MaxDepth = 1000 })!.AsObject();
        using var harness = new LoopHarness { Agent = FastAgent with { ChatTemplateKwargs = kwargs } };

        var result = await harness.RunAsync("http://127.0.0.1:9", "m", "p");

        Assert.Equal((FailureReason.Unsupported, TaskPhase.Failed), (result.Envelope.FailureReason, result.Phase));
        Assert.Contains("spec.chatTemplateKwargs", result.Envelope.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workspace_that_cannot_be_made_is_named()
    {
        using var harness = new LoopHarness();
        Directory.Delete(harness.Workspace);
        await File.WriteAllTextAsync(harness.Workspace, "a file in the way");

        var result = await harness.RunAsync("http://127.0.0.1:9", "m", "p");

        Assert.Equal((FailureReason.InfrastructureError, TaskPhase.Failed), (result.Envelope.FailureReason, result.Phase));
        Assert.Contains(harness.Workspace, result.Envelope.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_result_that_is_not_accepted_goes_back_to_the_model_as_a_message()
    {
        await using var server = new ScriptedServer(ScriptedServer.Submit(), ScriptedServer.Call("write_file", """{"path":"a.txt","content":"1"}"""), ScriptedServer.Submit());
        var check = new Check(harness => harness.Records.OfType<ToolReturned>().Any(r => r.Tool == "write_file") ? null : "a.txt is missing");
        using var harness = new LoopHarness { ResultCheck = check };
        check.Harness = harness;

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((Verdict.Go, "a.txt is missing"), (result.Envelope.Verdict, Messages(server.Bodies[1])[^1].GetProperty("content").GetString()));
        Assert.Equal([1, 2], check.Rounds);
        Assert.True(harness.Records.OfType<MessageSent>().Single(m => m.Turn == 1).RefusesResult);
    }

    private sealed class Check(Func<LoopHarness, string?> refusal) : IResultCheck
    {
        public LoopHarness? Harness { get; set; }

        public List<int> Rounds { get; } = [];

        int IResultCheck.Rounds => 3;

        public Task<string?> CheckAsync(int round, CancellationToken cancellationToken)
        {
            Rounds.Add(round);
            return Task.FromResult(refusal(Harness!));
        }
    }

    private static JsonElement[] Messages(string body) => [.. JsonElement.Parse(body).GetProperty("messages").EnumerateArray()];

    private static string Tools(string body) => JsonElement.Parse(body).GetProperty("tools").GetRawText();
}
