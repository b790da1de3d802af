using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.AgentLoop.Settings;
using Foreman.AgentLoop.Tests.Model;
using Foreman.Api;
using Foreman.Testing;

namespace Foreman.AgentLoop.Tests.Scenarios;

/// <summary>Whole runs against the known quirks of model servers, by their numbers in <c>docs/reference/model-servers.md</c>.</summary>
public sealed class QuirkListTests
{
    private const string End = """{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}""";
    private static readonly string[] Tools = ["read_file", "write_file", "grep", "list_files"];

    [Fact]
    public async Task Q01_malformed_arguments_are_replaced_before_they_enter_the_history()
    {
        await using var server = new ScriptedServer(ScriptedServer.Call("grep", """{"pattern": """), ScriptedServer.Submit());
        using var harness = Harness();

        await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal("{}", Messages(server, 1)[2].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString());
        Assert.StartsWith("error: the arguments of grep", Content(server, 1, 3), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Q02_a_file_larger_than_the_output_limit_is_written_in_parts()
    {
        var parts = Enumerable.Range(0, 4).Select(i => string.Concat(Enumerable.Repeat($"line of part {i}\\n", 12))).ToArray();
        await using var server = new ScriptedServer(
            ScriptedServer.Events(
                ScriptedServer.CallDelta("write_file", $$"""{"path":"big.txt","content":"{{string.Concat(parts)[..300]}}"""),
                """{"choices":[{"delta":{},"finish_reason":"length"}],"usage":{"prompt_tokens":10,"completion_tokens":64}}""",
                "[DONE]"),
            ScriptedServer.Call("write_file", $$"""{"path":"big.txt","content":"{{parts[0]}}"}"""),
            ScriptedServer.Call("write_file", $$"""{"path":"big.txt","content":"{{parts[1]}}","append":true}"""),
            ScriptedServer.Call("write_file", $$"""{"path":"big.txt","content":"{{parts[2]}}","append":true}"""),
            ScriptedServer.Call("write_file", $$"""{"path":"big.txt","content":"{{parts[3]}}","append":true}"""),
            ScriptedServer.Submit());
        using var harness = Harness(s => s with { MaxOutputTokens = 64 });

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal(Verdict.Go, result.Envelope.Verdict);
        Assert.Contains("each further one with write_file and \"append\": true", Content(server, 1, ^1), StringComparison.Ordinal);
        Assert.Equal(string.Concat(parts).Replace("\\n", "\n", StringComparison.Ordinal), harness.Read("big.txt"));
    }

    [Theory]
    [InlineData("""{"choices":[{"delta":{"content":"hm","tool_calls":[]},"finish_reason":"tool_calls"}]}""")]
    [InlineData("""{"choices":[{"delta":{"content":"hm"},"finish_reason":"tool_calls"}]}""")]
    public async Task Q03_a_finish_reason_of_calls_without_calls_is_text(string chunk)
    {
        await using var server = new ScriptedServer(ScriptedServer.Events(chunk, "[DONE]"), ScriptedServer.Submit());
        using var harness = Harness();

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((Verdict.Go, 2), (result.Envelope.Verdict, result.Usage.Turns));
        Assert.StartsWith("You answered without a tool call", Content(server, 1, ^1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Q03_a_finish_reason_of_stop_with_calls_runs_them()
    {
        await using var server = new ScriptedServer(
            ScriptedServer.Events(ScriptedServer.CallDelta("write_file", """{"path":"a.txt","content":"x"}"""), """{"choices":[{"delta":{},"finish_reason":"stop"}]}""", "[DONE]"),
            ScriptedServer.Submit());
        using var harness = Harness();

        await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal("x", harness.Read("a.txt"));
    }

    [Theory]
    [InlineData("tool_calls", 8192)]
    [InlineData("length", 10)]
    public async Task Q04_a_call_that_was_cut_and_repaired_changes_nothing(string finish, int tokens)
    {
        await using var server = new ScriptedServer(
            ScriptedServer.Events(
                ScriptedServer.CallDelta("write_file", """{"path":"a.txt","content":"the first ha"}"""),
                $$$"""{"choices":[{"delta":{},"finish_reason":"{{{finish}}}"}],"usage":{"prompt_tokens":10,"completion_tokens":{{{tokens}}}}}""",
                "[DONE]"),
            ScriptedServer.Submit());
        using var harness = Harness();

        await harness.RunAsync(server.Endpoint, "p");

        Assert.Empty(Directory.GetFiles(harness.Workspace));
    }

    [Fact]
    public async Task Q05_A_server_that_has_only_the_list_of_Ollama_is_asked_by_the_other_API()
    {
        var table = ServerTable.Of("ollama");
        await using var server = new ScriptedServer(ScriptedServer.Status(404, "{}"), ScriptedServer.Submit()) { Models = table.Get("/v1/models") };
        server.Gets["/api/version"] = table.Get("/api/version");
        using var harness = Harness();

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal(Verdict.Go, result.Envelope.Verdict);
        Assert.Equal(["POST /api/generate", "POST /v1/chat/completions"], server.Heads.Select(h => string.Join(' ', h.Split(' ').Take(2))));
    }

    [Fact]
    public async Task Q05_Ollama_is_asked_for_the_window_by_its_own_API_and_never_to_cut()
    {
        await using var server = Ollama(1024, OllamaCall("write_file", """{"path":"a.txt","content":"x"}"""), OllamaCall("submit_result", """{"verdict":"GO","summary":"done","commit_message":""}"""));
        using var harness = Harness(s => s with { ContextTokens = 4096 });

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((Verdict.Go, "x"), (result.Envelope.Verdict, harness.Read("a.txt")));
        Assert.Equal(["POST /api/generate", "POST /api/chat", "POST /api/chat"], server.Heads.Select(h => string.Join(' ', h.Split(' ').Take(2))));
        var body = JsonElement.Parse(server.Bodies[1]);
        Assert.Equal((4096, false, false), (body.GetProperty("options").GetProperty("num_ctx").GetInt32(), body.GetProperty("truncate").GetBoolean(), body.GetProperty("shift").GetBoolean()));

        // Of the 1,024 tokens that the server really gives, an answer gets what is left.
        Assert.True(body.GetProperty("options").GetProperty("num_predict").GetInt32() < 1024);
    }

    [Fact]
    public async Task Q05_a_prompt_that_Ollama_cut_all_the_same_is_a_named_failure()
    {
        await using var server = Ollama(1024, OllamaCall("list_files", "{}", promptTokens: 1024));
        using var harness = Harness(s => s with { ContextTokens = 4096 });

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((FailureReason.ContextOverflow, TaskPhase.Failed), (result.Envelope.FailureReason, result.Phase));
        Assert.Contains("has read only 1024 tokens of the prompt", result.Envelope.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Q05_a_prompt_that_Ollama_refuses_ends_with_its_window()
    {
        await using var server = Ollama(1024, ScriptedServer.Status(400, """{"error":"the input length exceeds the context length"}"""));
        using var harness = Harness(s => s with { ContextTokens = 4096 });

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal(FailureReason.ContextOverflow, result.Envelope.FailureReason);
        Assert.Contains("the input length exceeds the context length", result.Envelope.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Q06_Ollama_gets_no_field_that_it_does_not_know()
    {
        await using var server = Ollama(4096, OllamaCall("submit_result", """{"verdict":"GO","summary":"done","commit_message":""}"""));
        using var harness = Harness();

        await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal(
            ["model", "stream", "truncate", "shift", "options", "messages", "tools"],
            JsonElement.Parse(server.Bodies[1]).EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task Q07_Q08_no_call_is_required_and_one_at_a_time_is_asked_for()
    {
        await using var server = new ScriptedServer(ScriptedServer.Submit());
        using var harness = new LoopHarness();

        await harness.RunAsync(server.Endpoint, "p");

        var body = JsonElement.Parse(server.Bodies[0]);
        Assert.False(body.TryGetProperty("tool_choice", out _));
        Assert.False(body.GetProperty("parallel_tool_calls").GetBoolean());
    }

    [Fact]
    public async Task Q09_arguments_that_no_server_constrained_are_checked_here_and_the_mistake_is_told()
    {
        await using var server = new ScriptedServer(
            ScriptedServer.Call("write_file", """{"path":"a.txt"}"""), ScriptedServer.Call("write_file", """{"path":"a.txt","content":"x","mode":"w"}"""), ScriptedServer.Submit());
        using var harness = Harness();

        await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal("error: write_file needs the argument `content`", Content(server, 1, ^1));
        Assert.StartsWith("error: write_file has no argument `mode`", Content(server, 2, ^1), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(harness.Workspace));
    }

    [Fact]
    public async Task Q09_vLLM_gets_every_tool_strictly_and_its_nulls_are_absent()
    {
        await using var server = new ScriptedServer(
            ScriptedServer.Call("write_file", """{"path":"a.txt","content":"x","append":null}"""),
            ScriptedServer.Call("read_file", """{"path":"a.txt","offset":null,"limit":null}"""),
            ScriptedServer.Call("submit_result", """{"verdict":"GO","summary":"s","commit_message":"","extra":null}"""))
        {
            Models = """{"object":"list","data":[{"id":"tiny","object":"model","owned_by":"vllm","max_model_len":8192}]}""",
        };
        using var harness = Harness();

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((Verdict.Go, 3, "x"), (result.Envelope.Verdict, result.Usage.Turns, harness.Read("a.txt")));
        var tools = JsonElement.Parse(server.Bodies[0]).GetProperty("tools").EnumerateArray().Select(t => t.GetProperty("function")).ToArray();
        Assert.Equal(Tools.Append("submit_result").Order(StringComparer.Ordinal), tools.Select(t => t.GetProperty("name").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(tools, t => Assert.True(t.GetProperty("strict").GetBoolean()));
        Assert.Equal("""{"path":"a.txt","content":"x"}""", Messages(server, 1)[2].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString());
    }

    [Fact]
    public async Task Q09_other_servers_get_the_schemas_as_they_are()
    {
        await using var server = new ScriptedServer(ScriptedServer.Submit());
        using var harness = Harness();

        await harness.RunAsync(server.Endpoint, "p");

        Assert.DoesNotContain("\"strict\"", server.Bodies[0], StringComparison.Ordinal);
        Assert.DoesNotContain("\"null\"", server.Bodies[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Q08_calls_that_come_in_parallel_all_the_same_run_in_their_order()
    {
        await using var server = new ScriptedServer(
            ScriptedServer.Events(
                ScriptedServer.CallDelta("write_file", """{"path":"a.txt","content":"1"}"""),
                ScriptedServer.CallDelta("write_file", """{"path":"a.txt","content":"2","append":true}""", 1),
                ScriptedServer.CallDelta("read_file", """{"path":"a.txt"}""", 2),
                End,
                "[DONE]"),
            ScriptedServer.Submit());
        using var harness = Harness();

        await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal("12", harness.Read("a.txt"));
        Assert.StartsWith("12\n", Content(server, 1, 5), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("reasoning_content")]
    [InlineData("reasoning")]
    [InlineData("thinking")]
    public async Task Q10_reasoning_is_recorded_and_never_sent_back(string field)
    {
        await using var server = new ScriptedServer(
            ScriptedServer.Events(
                $$$"""{"choices":[{"delta":{"{{{field}}}":"secret thought"}}]}""",
                """{"choices":[{"delta":{"content":"<think>leaked thought</think>I look."}}]}""",
                ScriptedServer.CallDelta("list_files", "{}"),
                End,
                "[DONE]"),
            ScriptedServer.Submit());
        using var harness = Harness();

        await harness.RunAsync(server.Endpoint, "p");

        Assert.DoesNotContain("thought", server.Bodies[1], StringComparison.Ordinal);
        Assert.Contains("secret thought", harness.Records.OfType<ModelAnswered>().First().Reasoning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Q11_an_empty_answer_enters_the_history_with_a_text()
    {
        await using var server = new ScriptedServer(ScriptedServer.Text("", "reasoning_content"), ScriptedServer.Submit());
        using var harness = Harness();

        await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal("(no answer)", Content(server, 1, 2));
    }

    [Fact]
    public async Task Q12_an_answer_ends_with_its_usage_though_the_connection_stays_open()
    {
        await using var server = new ScriptedServer(
            async e =>
            {
                await e.BeginStreamAsync();
                await e.SendAsync($": ping\n\ndata: {ScriptedServer.CallDelta("list_files", "{}")}\n\ndata: {End}\n\n: keepalive 3/4\n\n");
                await e.SendAsync("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":77,\"completion_tokens\":5}}\n\n");
                await e.HangAsync();
            },
            ScriptedServer.Submit());
        using var harness = Harness();

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((Verdict.Go, 177L), (result.Envelope.Verdict, result.Usage.PromptTokens));
    }

    [Fact]
    public async Task Q13_an_output_limit_is_always_sent_and_a_stream_that_breaks_off_is_asked_for_again()
    {
        var clock = new ManualTimeProvider();
        await using var server = new ScriptedServer(
            async e =>
            {
                await e.BeginStreamAsync();
                await e.SendAsync("data: {\"choices\":[{\"delta\":{\"content\":\"I will\"}}]}\n\n");
            },
            ScriptedServer.Submit());
        using var harness = Harness(s => s with { MaxRetries = 1 }, clock);

        var result = await RunAsync(harness, clock, server.Endpoint);

        Assert.Equal(Verdict.Go, result.Envelope.Verdict);
        Assert.All(server.Bodies, b => Assert.Equal(8192, JsonElement.Parse(b).GetProperty("max_tokens").GetInt32()));
    }

    [Theory]
    [InlineData("""{"error":{"code":400,"message":"request (1000 tokens) exceeds the available context size (4096 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":1000,"n_ctx":4096}}""", 400)]
    [InlineData("""{"error":{"code":500,"message":"Context size has been exceeded.","type":"server_error"}}""", 500)]
    public async Task Q14_overflow_is_never_repeated_as_it_was(string refusal, int status)
    {
        await using var server = new ScriptedServer(
            ScriptedServer.Call("read_file", """{"path":"a.txt"}"""), ScriptedServer.Call("read_file", """{"path":"b.txt"}"""), ScriptedServer.Status(status, refusal), ScriptedServer.Submit());
        using var harness = Harness();
        harness.Write("a.txt", new string('a', 2000));
        harness.Write("b.txt", "b");

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((Verdict.Go, 4), (result.Envelope.Verdict, server.Bodies.Count));
        Assert.NotEqual(server.Bodies[2], server.Bodies[3]);
    }

    [Fact]
    public async Task Q15_a_model_that_loads_is_waited_for_and_the_wait_is_told()
    {
        var clock = new ManualTimeProvider();
        var loading = ScriptedServer.Status(503, """{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}""");
        await using var server = new ScriptedServer([.. Enumerable.Repeat(loading, 20), ScriptedServer.Submit()]);
        using var harness = Harness(s => s with { MaxRetries = 0 }, clock);

        var result = await RunAsync(harness, clock, server.Endpoint);

        Assert.Equal((Verdict.Go, 1), (result.Envelope.Verdict, result.Usage.Turns));
        Assert.Contains("Loading model", harness.Waits[0], StringComparison.Ordinal);
        Assert.Null(harness.Waits[^1]);

        // All tries are one wait, which ends when the model is given up.
        var waits = harness.ModelWaits.SkipLast(1).ToArray();
        Assert.All(waits, w => Assert.Equal((ModelWaitReason.Loading, waits[0]!.Since), (w!.Reason, w.Since)));

        // Of ten minutes each earlier pause took a second, give or take a fifth; the clock may go on by one between two readings.
        Assert.All(waits, (w, i) => Assert.InRange((w!.Until!.Value - harness.WaitsToldAt[i]).TotalSeconds, 600 - (1.2 * i) - 2, 600 - (0.8 * i)));
    }

    [Fact]
    public async Task Q15_a_wait_before_the_next_try_tells_when_it_is()
    {
        var clock = new ManualTimeProvider();
        await using var server = new ScriptedServer(ScriptedServer.Status(503, """{"error":"server busy, please try again."}""", header: "Retry-After: 240\r\n"), ScriptedServer.Submit());
        using var harness = Harness(s => s with { MaxRetries = 1 }, clock);

        await RunAsync(harness, clock, server.Endpoint);

        var wait = harness.ModelWaits[0]!;
        Assert.Equal((ModelWaitReason.Busy, TimeSpan.FromSeconds(240)), (wait.Reason, wait.Until - wait.Since));
        Assert.Null(harness.ModelWaits[^1]);
    }

    [Fact]
    public async Task Q05_a_load_of_Ollama_that_lasts_is_told_as_a_wait()
    {
        var clock = new ManualTimeProvider();
        var loaded = new TaskCompletionSource();
        await using var server = Ollama(4096, OllamaCall("submit_result", """{"verdict":"GO","summary":"s","commit_message":""}"""));
        server.Before = () => loaded.Task;
        using var harness = Harness(time: clock);

        var running = harness.RunAsync(server.Endpoint, "p");
        await clock.AdvanceUntilAsync(() => harness.ModelWaits.Count > 0, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2), "the wait to be told");
        var wait = harness.ModelWaits[0]!;
        loaded.SetResult();
        await clock.AdvanceUntilAsync(() => running.IsCompleted, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(9), "the end of the run");

        Assert.Equal(Verdict.Go, (await running).Envelope.Verdict);
        Assert.Equal((ModelWaitReason.Loading, TimeSpan.FromMinutes(10)), (wait.Reason, wait.Until - wait.Since));
        Assert.Contains(" loads tiny:latest", wait.Message, StringComparison.Ordinal);
        Assert.Null(harness.ModelWaits[^1]);
    }

    [Theory]
    [InlineData(503, """{"error":"server busy, please try again.  maximum pending requests exceeded"}""", "InferenceServiceUnavailable", 4)]
    [InlineData(500, """{"error":"model requires more system memory (12 GiB) than is available (3 GiB)"}""", "InfrastructureError", 2)]
    [InlineData(503, """{"error":"[METAL] Command buffer execution failed: Insufficient Memory"}""", "InfrastructureError", 2)]
    [InlineData(400, """{"error":{"type":"exceed_context_size_error","message":"too long","n_prompt_tokens":9000,"n_ctx":2048}}""", "ContextOverflow", 1)]
    public async Task Q15_busy_out_of_memory_and_overflow_are_told_apart(int status, string body, string reason, int requests)
    {
        var clock = new ManualTimeProvider();
        await using var server = new ScriptedServer(ScriptedServer.Status(status, body));
        using var harness = Harness(s => s with { MaxRetries = 3 }, clock);

        var result = await RunAsync(harness, clock, server.Endpoint);

        Assert.Equal((reason, requests), (result.Envelope.FailureReason?.Value, server.Bodies.Count));
    }

    [Fact]
    public async Task Q15_another_server_of_the_model_is_tried_once_before_the_run_is_given_up()
    {
        var clock = new ManualTimeProvider();
        var busy = ScriptedServer.Status(503, """{"error":"server busy, please try again.  maximum pending requests exceeded"}""");
        await using var first = new ScriptedServer(ScriptedServer.Call("write_file", """{"path":"a.txt","content":"x"}"""), busy);
        await using var second = new ScriptedServer(ScriptedServer.Submit()) { Models = """{"data":[{"id":"the-tiny-one","aliases":["tiny"]}]}""" };
        await using var third = new ScriptedServer(ScriptedServer.Submit());
        using var harness = Harness(s => s with { MaxRetries = 1 }, clock);

        var result = await RunAsync(harness, clock, first.Endpoint with { Alternatives = [second.Endpoint, third.Endpoint] });

        Assert.Equal((Verdict.Go, 2), (result.Envelope.Verdict, result.Usage.Turns));
        Assert.Equal((3, 1, 0), (first.Bodies.Count, second.Bodies.Count, third.Bodies.Count));
        Assert.Equal("the-tiny-one", JsonElement.Parse(second.Bodies[0]).GetProperty("model").GetString());
        Assert.Contains(harness.Waits, w => w?.Contains($"going on at tiny at {second.Url}", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Q15_when_the_other_server_does_not_answer_either_the_first_failure_is_told()
    {
        var clock = new ManualTimeProvider();
        await using var first = new ScriptedServer(ScriptedServer.Status(500, """{"error":"the runner has crashed"}"""));
        await using var second = new ScriptedServer(ScriptedServer.Submit()) { Models = """{"data":[{"id":"another"}]}""" };
        using var harness = Harness(s => s with { MaxRetries = 0 }, clock);

        var result = await RunAsync(harness, clock, first.Endpoint with { Alternatives = [second.Endpoint] });

        Assert.Contains("the runner has crashed", result.Envelope.Summary, StringComparison.Ordinal);
        Assert.Empty(second.Bodies);
    }

    [Fact]
    public async Task Q16_an_error_within_the_answer_ends_it()
    {
        await using var server = Ollama(4096, ScriptedServer.Status(200, """
            {"model":"tiny","message":{"role":"assistant","content":"I"},"done":false}
            {"error":"an error was encountered while running the model"}

            """, "application/x-ndjson"));
        using var harness = Harness();

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Contains("an error was encountered while running the model", result.Envelope.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Q17_the_cached_part_of_each_prompt_is_recorded()
    {
        await using var server = new ScriptedServer(
            ScriptedServer.Events(
                ScriptedServer.CallDelta("list_files", "{}"),
                """{"choices":[{"delta":{},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":1000,"completion_tokens":5},"timings":{"cache_n":900,"prompt_n":100,"predicted_n":5,"prompt_per_second":500,"predicted_per_second":20}}""",
                "[DONE]"),
            ScriptedServer.Submit());
        using var harness = Harness();

        await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((1000L, 900L), (harness.Records.OfType<ModelAnswered>().First().Usage!.PromptTokens, harness.Records.OfType<ModelAnswered>().First().Usage!.CachedTokens));
    }

    [Fact]
    public async Task Q18_ids_are_our_own_and_have_nine_digits()
    {
        await using var server = new ScriptedServer(ScriptedServer.Call("list_files", "{}"), ScriptedServer.Submit());
        using var harness = Harness();

        await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal("000000001", Messages(server, 1)[2].GetProperty("tool_calls")[0].GetProperty("id").GetString());
        Assert.Equal("000000001", Messages(server, 1)[3].GetProperty("tool_call_id").GetString());
    }

    [Theory]
    [InlineData("```tool_code\nwrite_file(path=\"a.txt\", content=\"x\")\n```")]
    [InlineData("[write_file(path=\"a.txt\", content=\"x\")]")]
    [InlineData("<tool_call>{\"name\": \"write_file\", \"arguments\": {\"path\": \"a.txt\", \"content\": \"x\"}}</tool_call>")]
    [InlineData("```json\n{\"name\": \"write_file\", \"arguments\": {\"path\": \"a.txt\", \"content\": \"x\"}}\n```")]
    [InlineData("{\"name\": \"write_file\", \"arguments\": {\"path\": \"a.txt\", \"content\": \"x\"}}")]
    [InlineData("<function=write_file>\n<parameter=path>\na.txt\n</parameter>\n<parameter=content>\nx\n</parameter>\n</function>")]
    public async Task Q19_calls_that_are_written_as_text_run(string text)
    {
        var quoted = JsonValue.Create(text)!.ToJsonString();
        await using var server = new ScriptedServer(
            ScriptedServer.Events($$$"""{"choices":[{"delta":{"content":{{{quoted}}}},"finish_reason":"stop"}]}""", "[DONE]"), ScriptedServer.Submit());
        using var harness = Harness();

        await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal("x", harness.Read("a.txt"));
    }

    [Fact]
    public async Task Q20_a_long_prompt_is_waited_for_at_the_measured_speed_and_a_silent_server_is_not()
    {
        var clock = new ManualTimeProvider();
        await using var server = new ScriptedServer(e => e.HangAsync());
        using var harness = Harness(s => s with { MaxRetries = 0, TurnTimeout = TimeSpan.FromSeconds(60) }, clock);
        var running = harness.RunAsync(server.Endpoint with { PromptTokensPerSecond = 10 }, new string('x', 30_000));

        // 10,000 tokens and the tools at 10 tokens/s take 1,000 s, and four times that is waited.
        await Eventually.TrueAsync(() => server.Bodies.Count == 1, "the request to arrive");
        clock.Advance(TimeSpan.FromSeconds(2690));
        Assert.False(running.IsCompleted);
        clock.Advance(TimeSpan.FromHours(2));
        var result = await running.WaitAsync(TestDeadline.Default);

        Assert.Equal(Verdict.Incomplete, result.Envelope.Verdict);
    }

    [Fact]
    public async Task Q21_template_arguments_are_forwarded_and_recorded()
    {
        await using var server = new ScriptedServer(ScriptedServer.Submit());
        using var harness = new LoopHarness
        {
            Agent = new AgentSpec { Role = AgentRole.Coder, Tools = Tools, ChatTemplateKwargs = new JsonObject { ["enable_thinking"] = false } },
        };

        await harness.RunAsync(server.Endpoint, "p");

        Assert.False(JsonElement.Parse(server.Bodies[0]).GetProperty("chat_template_kwargs").GetProperty("enable_thinking").GetBoolean());
        Assert.False((bool?)((RunStarted)harness.Records[0]).Agent!.ChatTemplateKwargs!["enable_thinking"]);
    }

    [Fact]
    public async Task Q22_a_field_is_left_out_only_when_the_server_names_it()
    {
        await using var server = new ScriptedServer(
            ScriptedServer.Status(400, """{"error":{"message":"temperature is not supported with this model"}}"""), ScriptedServer.Status(400, """{"error":{"message":"no such thing"}}"""));
        using var harness = new LoopHarness { Agent = new AgentSpec { Role = AgentRole.Coder, Tools = Tools, Temperature = "0.5", MaxRetries = 0 } };

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal([true, false], server.Bodies.Select(b => JsonElement.Parse(b).TryGetProperty("temperature", out _)));
        Assert.Contains("no such thing", result.Envelope.Summary, StringComparison.Ordinal);
    }

    private static LoopHarness Harness(Func<EffectiveSettings, EffectiveSettings>? adjust = null, TimeProvider? time = null) => new()
    {
        Agent = new AgentSpec { Role = AgentRole.Coder, Tools = Tools, MaxRetries = 0 },
        Adjust = adjust ?? (s => s),
        Time = time ?? TimeProvider.System,
    };

    private static async Task<AgentRunResult> RunAsync(LoopHarness harness, ManualTimeProvider clock, ModelEndpoint endpoint)
    {
        var running = harness.RunAsync(endpoint, "p");
        await clock.AdvanceUntilAsync(() => running.IsCompleted, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), "the end of the run");
        return await running;
    }

    private static ScriptedServer Ollama(int window, params ReadOnlySpan<Func<ScriptedServer.Exchange, Task>> script) => ServerTable.Of("ollama", window).Start(script);

    private static Func<ScriptedServer.Exchange, Task> OllamaCall(string tool, string arguments, int promptTokens = 19) => ServerTable.Of("ollama").Call(tool, arguments, promptTokens);

    private static JsonElement[] Messages(ScriptedServer server, int request) => [.. JsonElement.Parse(server.Bodies[request]).GetProperty("messages").EnumerateArray()];

    private static string Content(ScriptedServer server, int request, Index message) => Messages(server, request)[message].GetProperty("content").GetString()!;
}
