using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.AgentLoop.Settings;
using Foreman.AgentLoop.Tests.Model;
using Foreman.Api;
using Foreman.Primitives;
using Foreman.Testing;

namespace Foreman.AgentLoop.Tests.Scenarios;

/// <summary>
/// Whole runs against the known quirks of model servers, by their numbers in <c>docs/reference/model-servers.md</c>. What the servers send
/// stands in the tables of their kinds.
/// </summary>
public sealed class QuirkListTests
{
    private const string Write = """{"path":"a.txt","content":"x"}""";
    private static readonly string[] Tools = ["read_file", "write_file", "grep", "list_files"];
    private static readonly ServerTable Llama = ServerTable.Of("llama.cpp");
    private static readonly ServerTable Ollamas = ServerTable.Of("ollama");
    private static readonly ServerTable Vllm = ServerTable.Of("vllm");

    public static TheoryData<string> Kinds => [.. ServerTable.Kinds];

    [Theory]
    [InlineData("""{"pattern": """)]
    [InlineData("pattern=x")]
    public async Task Q01_malformed_arguments_are_replaced_before_they_enter_the_history(string arguments)
    {
        // As llama-server does, this one fails for ever when it reads them back.
        ScriptedServer running = null!;
        await using var server = running = Llama.Start(Llama.Call("grep", arguments), e => (HoldsMalformed(running.Bodies[^1]) ? Llama.Answer("poisoned") : Llama.Submit())(e));
        using var harness = Harness();

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal(Verdict.Go, result.Envelope.Verdict);
        Assert.Equal("{}", Messages(server, 1)[2].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString());
        Assert.StartsWith("error: the arguments of grep", Content(server, 1, 3), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Q02_a_file_larger_than_the_output_limit_is_written_in_parts()
    {
        var parts = Enumerable.Range(0, 4).Select(i => string.Concat(Enumerable.Repeat($"line of part {i}\\n", 12))).ToArray();
        var cut = $$"""{"path":"big.txt","content":"{{string.Concat(parts)[..300]}}""";
        await using var server = Llama.Start(
            Llama.Answer("cutCall", new() { Calls = [("write_file", cut)], CompletionTokens = 64 }),
            Llama.Call("write_file", $$"""{"path":"big.txt","content":"{{parts[0]}}"}"""),
            Llama.Call("write_file", $$"""{"path":"big.txt","content":"{{parts[1]}}","append":true}"""),
            Llama.Call("write_file", $$"""{"path":"big.txt","content":"{{parts[2]}}","append":true}"""),
            Llama.Call("write_file", $$"""{"path":"big.txt","content":"{{parts[3]}}","append":true}"""),
            Llama.Submit());
        using var harness = Harness(s => s with { MaxOutputTokens = 64 });

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal(Verdict.Go, result.Envelope.Verdict);
        Assert.Contains("each further one with write_file and \"append\": true", Content(server, 1, ^1), StringComparison.Ordinal);
        Assert.Equal(string.Concat(parts).Replace("\\n", "\n", StringComparison.Ordinal), harness.Read("big.txt"));
    }

    [Theory]
    [InlineData("emptyCalls")]
    [InlineData("missingCalls")]
    public async Task Q03_a_finish_reason_of_calls_without_calls_is_text(string answer)
    {
        await using var server = Vllm.Start(Vllm.Answer(answer, new() { Text = "hm" }), Vllm.Submit());
        using var harness = Harness();

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((Verdict.Go, 2), (result.Envelope.Verdict, result.Usage.Turns));
        Assert.StartsWith("You answered without a tool call", Content(server, 1, ^1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Q03_a_finish_reason_of_stop_with_calls_runs_them()
    {
        await using var server = Vllm.Start(Vllm.Answer("stoppedCall", new() { Calls = [("write_file", Write)] }), Vllm.Submit());
        using var harness = Harness();

        await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal("x", harness.Read("a.txt"));
    }

    [Theory]
    [InlineData("call", 8192)]
    [InlineData("lengthCall", 10)]
    public async Task Q04_a_call_that_was_cut_and_repaired_changes_nothing(string answer, int tokens)
    {
        var repaired = new TableValues { Calls = [("write_file", """{"path":"a.txt","content":"the first ha"}""")], CompletionTokens = tokens };
        await using var server = Vllm.Start(Vllm.Answer(answer, repaired), Vllm.Submit());
        using var harness = Harness();

        await harness.RunAsync(server.Endpoint, "p");

        Assert.Empty(Directory.GetFiles(harness.Workspace));
    }

    [Fact]
    public async Task Q05_A_server_that_has_only_the_list_of_Ollama_is_asked_by_the_other_API()
    {
        var others = ServerTable.Of("compatible");
        await using var server = new ScriptedServer(Ollamas.Answer("notFound"), others.Submit()) { Models = Ollamas.Get("/v1/models") };
        server.Gets["/api/version"] = Ollamas.Get("/api/version");
        using var harness = Harness();

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal(Verdict.Go, result.Envelope.Verdict);
        Assert.Equal(["POST /api/generate", "POST /v1/chat/completions"], server.Heads.Select(h => string.Join(' ', h.Split(' ').Take(2))));
    }

    [Fact]
    public async Task Q05_Ollama_is_asked_for_the_window_by_its_own_API_and_never_to_cut()
    {
        await using var server = Ollama(1024, Ollamas.Call("write_file", Write), Ollamas.Submit());
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
        await using var server = Ollama(1024, Ollamas.Call("list_files", "{}", promptTokens: 1024));
        using var harness = Harness(s => s with { ContextTokens = 4096 });

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((FailureReason.ContextOverflow, TaskPhase.Failed), (result.Envelope.FailureReason, result.Phase));
        Assert.Contains("has read only 1024 tokens of the prompt", result.Envelope.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Q05_a_prompt_that_Ollama_refuses_ends_with_its_window()
    {
        await using var server = Ollama(1024, Ollamas.Answer("overflow"));
        using var harness = Harness(s => s with { ContextTokens = 4096 });

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal(FailureReason.ContextOverflow, result.Envelope.FailureReason);
        Assert.Contains("the input length exceeds the context length", result.Envelope.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Q06_Ollama_gets_no_field_that_it_does_not_know()
    {
        await using var server = Ollama(4096, Ollamas.Submit());
        using var harness = Harness();

        await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal(
            ["model", "stream", "truncate", "shift", "options", "messages", "tools"],
            JsonElement.Parse(server.Bodies[1]).EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task Q07_Q08_no_call_is_required_and_one_at_a_time_is_asked_for()
    {
        await using var server = Llama.Start(Llama.Submit());
        using var harness = new LoopHarness();

        await harness.RunAsync(server.Endpoint, "p");

        var body = JsonElement.Parse(server.Bodies[0]);
        Assert.False(body.TryGetProperty("tool_choice", out _));
        Assert.False(body.GetProperty("parallel_tool_calls").GetBoolean());
    }

    [Fact]
    public async Task Q09_arguments_that_no_server_constrained_are_checked_here_and_the_mistake_is_told()
    {
        await using var server = Llama.Start(
            Llama.Call("write_file", """{"path":"a.txt"}"""), Llama.Call("write_file", """{"path":"a.txt","content":"x","mode":"w"}"""), Llama.Submit());
        using var harness = Harness();

        await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal("error: write_file needs the argument `content`", Content(server, 1, ^1));
        Assert.StartsWith("error: write_file has no argument `mode`", Content(server, 2, ^1), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(harness.Workspace));
    }

    [Fact]
    public async Task Q09_vLLM_gets_every_tool_strictly_and_its_nulls_are_absent()
    {
        await using var server = Vllm.Start(
            Vllm.Call("write_file", """{"path":"a.txt","content":"x","append":null}"""),
            Vllm.Call("read_file", """{"path":"a.txt","offset":null,"limit":null}"""),
            Vllm.Call("submit_result", """{"verdict":"GO","summary":"s","commit_message":"","extra":null}"""));
        using var harness = Harness();

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((Verdict.Go, 3, "x"), (result.Envelope.Verdict, result.Usage.Turns, harness.Read("a.txt")));
        var tools = JsonElement.Parse(server.Bodies[0]).GetProperty("tools").EnumerateArray().Select(t => t.GetProperty("function")).ToArray();
        Assert.Equal(Tools.Append("submit_result").Order(StringComparer.Ordinal), tools.Select(t => t.GetProperty("name").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(tools, t => Assert.True(t.GetProperty("strict").GetBoolean()));
        Assert.Equal(Write, Messages(server, 1)[2].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString());
    }

    [Fact]
    public async Task Q09_other_servers_get_the_schemas_as_they_are()
    {
        await using var server = Llama.Start(Llama.Submit());
        using var harness = Harness();

        await harness.RunAsync(server.Endpoint, "p");

        Assert.DoesNotContain("\"strict\"", server.Bodies[0], StringComparison.Ordinal);
        Assert.DoesNotContain("\"null\"", server.Bodies[0], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Q08_calls_that_come_in_parallel_all_the_same_run_in_their_order(string kind)
    {
        var table = ServerTable.Of(kind);
        await using var server = table.Start(
            table.Calls(
                ("write_file", """{"path":"a.txt","content":"1"}"""),
                ("write_file", """{"path":"a.txt","content":"2","append":true}"""),
                ("read_file", """{"path":"a.txt"}""")),
            table.Submit());
        using var harness = Harness();

        await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal("12", harness.Read("a.txt"));
        var last = JsonElement.Parse(server.Bodies[^1]).GetProperty("messages").EnumerateArray().Last(m => m.GetProperty("role").GetString() == "tool");
        Assert.StartsWith("12\n", last.GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llama.cpp")]
    [InlineData("vllm")]
    [InlineData("lmstudio")]
    [InlineData("mlx")]
    [InlineData("ollama")]
    public async Task Q10_reasoning_is_recorded_and_never_sent_back(string kind)
    {
        var table = ServerTable.Of(kind);
        var values = new TableValues { Reasoning = "secret thought", Text = "<think>leaked thought</think>I look.", Calls = [("list_files", "{}")] };
        await using var server = table.Start(table.Answer("reasoning", values), table.Submit());
        using var harness = Harness();

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((Verdict.Go, 2), (result.Envelope.Verdict, result.Usage.Turns));
        Assert.DoesNotContain("thought", server.Bodies[^1], StringComparison.Ordinal);
        Assert.Contains("secret thought", harness.Records.OfType<ModelAnswered>().First().Reasoning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Q11_an_empty_answer_enters_the_history_with_a_text()
    {
        await using var server = Llama.Start(Llama.Answer("reasoningOnly", new() { Reasoning = "hm" }), Llama.Submit());
        using var harness = Harness();

        await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal("(no answer)", Content(server, 1, 2));
    }

    [Fact]
    public async Task Q12_an_answer_ends_with_its_usage_though_the_connection_stays_open()
    {
        await using var server = Llama.Start(Llama.Answer("heldOpen", new() { Calls = [("list_files", "{}")], PromptTokens = 77 }), Llama.Submit());
        using var harness = Harness();

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((Verdict.Go, 177L), (result.Envelope.Verdict, result.Usage.PromptTokens));
    }

    [Fact]
    public async Task Q12_comments_before_an_answer_are_passed_over()
    {
        var table = ServerTable.Of("mlx");
        await using var server = table.Start(table.Answer("keepalive", new() { Calls = [("write_file", Write)] }), table.Submit());
        using var harness = Harness();

        await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal("x", harness.Read("a.txt"));
    }

    [Fact]
    public async Task Q13_an_output_limit_is_always_sent_and_a_stream_that_breaks_off_is_asked_for_again()
    {
        var clock = new ManualTimeProvider();
        var table = ServerTable.Of("mlx");
        await using var server = table.Start(table.Answer("badCall"), table.Submit());
        using var harness = Harness(s => s with { MaxRetries = 1 }, clock);

        var result = await RunAsync(harness, clock, server.Endpoint);

        Assert.Equal(Verdict.Go, result.Envelope.Verdict);
        Assert.All(server.Bodies, b => Assert.Equal(8192, JsonElement.Parse(b).GetProperty("max_tokens").GetInt32()));
    }

    [Theory]
    [InlineData("llama.cpp", "overflow")]
    [InlineData("llama.cpp", "overflowMidAnswer")]
    [InlineData("lmstudio", "overflow")]
    [InlineData("lmstudio", "overflowInStream")]
    public async Task Q14_overflow_is_never_repeated_as_it_was(string kind, string answer)
    {
        var table = ServerTable.Of(kind);
        await using var server = table.Start(
            table.Call("read_file", """{"path":"a.txt"}"""), table.Call("read_file", """{"path":"b.txt"}"""), table.Answer(answer), table.Submit());
        using var harness = Harness();
        harness.Write("a.txt", new string('a', 2000));
        harness.Write("b.txt", "b");

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((Verdict.Go, 4), (result.Envelope.Verdict, server.Bodies.Count));
        Assert.NotEqual(server.Bodies[2], server.Bodies[3]);
    }

    [Fact]
    public async Task Q14_an_empty_answer_to_a_prompt_that_fills_the_window_is_an_overflow()
    {
        var table = ServerTable.Of("lmstudio");
        await using var server = table.Start(table.Answer("overflowUnsaid", new() { PromptTokens = 9000, CompletionTokens = 0 }));
        using var harness = Harness();

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((FailureReason.ContextOverflow, TaskPhase.Failed), (result.Envelope.FailureReason, result.Phase));
        Assert.Contains("the prompt has 9000 tokens, the model server gives 8192", result.Envelope.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Q15_a_model_that_loads_is_waited_for_and_the_wait_is_told()
    {
        var clock = new ManualTimeProvider();
        await using var server = Llama.Start([.. Enumerable.Repeat(Llama.Answer("loading"), 20), Llama.Submit()]);
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
        await using var server = Ollama(8192, Ollamas.Answer("busyFor240s"), Ollamas.Submit());
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
        await using var server = Ollama(4096, Ollamas.Submit());
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
    [InlineData("ollama", "busy", "InferenceServiceUnavailable", 4)]
    [InlineData("ollama", "outOfMemory", "InfrastructureError", 2)]
    [InlineData("mlx", "outOfMemory", "InfrastructureError", 2)]
    [InlineData("sglang", "queueFull", "InferenceServiceUnavailable", 4)]
    [InlineData("sglang", "queueTimeout", "InferenceServiceUnavailable", 4)]
    [InlineData("llama.cpp", "overflow", "ContextOverflow", 1)]
    public async Task Q15_busy_out_of_memory_and_overflow_are_told_apart(string kind, string answer, string reason, int requests)
    {
        var clock = new ManualTimeProvider();
        var table = ServerTable.Of(kind);
        await using var server = table.Start(table.Answer(answer));
        using var harness = Harness(s => s with { MaxRetries = 3 }, clock);

        var result = await RunAsync(harness, clock, server.Endpoint);

        Assert.Equal((reason, requests), (result.Envelope.FailureReason?.Value, server.Bodies.Count(b => b.Contains("\"messages\"", StringComparison.Ordinal))));
        Assert.Equal(answer == "outOfMemory" ? Enumerable.Repeat(server.Endpoint.Url, 2) : [], harness.MemoryLacked.Select(m => m.Server));
    }

    [Fact]
    public async Task Q15_another_server_of_the_model_is_tried_once_before_the_run_is_given_up()
    {
        var clock = new ManualTimeProvider();
        await using var first = Vllm.Start(Vllm.Call("write_file", Write), ServerTable.Of("sglang").Answer("queueFull"));
        await using var second = new ScriptedServer(Llama.Submit()) { Models = """{"data":[{"id":"the-tiny-one","aliases":["tiny"]}]}""" };
        await using var third = Llama.Start(Llama.Submit());
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
        await using var first = Llama.Start(Llama.Answer("crashed"));
        await using var second = new ScriptedServer(Llama.Submit()) { Models = """{"data":[{"id":"another"}]}""" };
        using var harness = Harness(s => s with { MaxRetries = 0 }, clock);

        var result = await RunAsync(harness, clock, first.Endpoint with { Alternatives = [second.Endpoint] });

        Assert.Contains("the runner has crashed", result.Envelope.Summary, StringComparison.Ordinal);
        Assert.Empty(second.Bodies);
    }

    [Theory]
    [InlineData("errorInAnswer", "an error was encountered while running the model")]
    [InlineData("parserFailure", "XML syntax error on line 3")]
    public async Task Q16_an_error_within_the_answer_ends_it(string answer, string words)
    {
        await using var server = Ollama(4096, Ollamas.Answer(answer));
        using var harness = Harness();

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal(FailureReason.InfrastructureError, result.Envelope.FailureReason);
        Assert.Contains(words, result.Envelope.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Q17_the_cached_part_of_each_prompt_is_recorded()
    {
        await using var server = Llama.Start(Llama.Answer("call", new() { Calls = [("list_files", "{}")], PromptTokens = 1000, CachedTokens = 900 }), Llama.Submit());
        using var harness = Harness();

        await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((1000L, 900L), (harness.Records.OfType<ModelAnswered>().First().Usage!.PromptTokens, harness.Records.OfType<ModelAnswered>().First().Usage!.CachedTokens));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Q18_ids_are_our_own_and_have_nine_digits(string kind)
    {
        var table = ServerTable.Of(kind);
        await using var server = table.Start(table.Call("list_files", "{}"), table.Submit());
        using var harness = Harness();

        await harness.RunAsync(server.Endpoint, "p");

        var messages = Messages(server, server.Bodies.Count - 1);
        Assert.Equal("000000001", messages[2].GetProperty("tool_calls")[0].GetProperty("id").GetString());
        Assert.Equal("000000001", messages[3].GetProperty("tool_call_id").GetString());
    }

    [Theory]
    [InlineData("```tool_code\nwrite_file(path=\"a.txt\", content=\"x\")\n```")]
    [InlineData("[write_file(path=\"a.txt\", content=\"x\")]")]
    [InlineData("<tool_call>{\"name\": \"write_file\", \"arguments\": {\"path\": \"a.txt\", \"content\": \"x\"}}</tool_call>")]
    [InlineData("[TOOL_REQUEST]{\"name\": \"write_file\", \"arguments\": {\"path\": \"a.txt\", \"content\": \"x\"}}[END_TOOL_REQUEST]")]
    [InlineData("```json\n{\"name\": \"write_file\", \"arguments\": {\"path\": \"a.txt\", \"content\": \"x\"}}\n```")]
    [InlineData("{\"name\": \"write_file\", \"arguments\": {\"path\": \"a.txt\", \"content\": \"x\"}}")]
    [InlineData("<function=write_file>\n<parameter=path>\na.txt\n</parameter>\n<parameter=content>\nx\n</parameter>\n</function>")]
    public async Task Q19_calls_that_are_written_as_text_run(string text)
    {
        var table = ServerTable.Of("lmstudio");
        await using var server = table.Start(table.Text(text), table.Submit());
        using var harness = Harness();

        await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal("x", harness.Read("a.txt"));
    }

    [Fact]
    public async Task Q20_a_long_prompt_is_waited_for_at_the_measured_speed_and_a_silent_server_is_not()
    {
        var clock = new ManualTimeProvider();
        await using var server = ServerTable.Of("llama.cpp", 65_536).Start(Llama.Answer("silent"));
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
        await using var server = Llama.Start(Llama.Submit());
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
        var table = ServerTable.Of("compatible");
        await using var server = table.Start(table.Answer("temperatureRefused"), table.Answer("refused"));
        using var harness = new LoopHarness { Agent = new AgentSpec { Role = AgentRole.Coder, Tools = Tools, Temperature = "0.5", MaxRetries = 0 } };

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal([true, false], server.Bodies.Select(b => JsonElement.Parse(b).TryGetProperty("temperature", out _)));
        Assert.Contains("no such thing", result.Envelope.Summary, StringComparison.Ordinal);
    }

    /// <summary>How Ollama breaks off the answer of a model that repeats a token: without a word, with the repeats unseen by its reader of calls, and by newer releases with an error.</summary>
    public static TheoryData<string> Repeats => ["repeats", "repeatsUnseen", "repeatsNewer", "repeatsAtOnce"];

    [Theory]
    [MemberData(nameof(Repeats))]
    public async Task Q23_an_answer_that_Ollama_broke_off_for_its_repeats_is_told_to_the_model_and_asked_again(string answer)
    {
        await using var server = Ollama(4096, Ollamas.Answer(answer), Ollamas.Submit());
        using var harness = Harness();

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((Verdict.Go, 2), (result.Envelope.Verdict, result.Usage.Turns));
        var broken = harness.Records.OfType<ModelAnswered>().First();
        Assert.Equal(("Repeating", "repeat"), (broken.Unusable, broken.FinishReason));
        Assert.StartsWith("Your answer repeated the same text until the model server broke it off", Content(server, 2, ^1), StringComparison.Ordinal);

        // The same request would have brought the same answer, and many copies in the conversation would ask for more.
        Assert.DoesNotContain("= =", server.Bodies[2], StringComparison.Ordinal);
        Assert.Empty(harness.Waits);
    }

    [Fact]
    public async Task Q23_a_model_that_goes_on_repeating_itself_ends_with_that_name()
    {
        await using var server = Ollama(4096, Ollamas.Answer("repeats"));
        using var harness = Harness(s => s with { MaxRetries = 5 });

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((FailureReason.ModelMisunderstood, 3), (result.Envelope.FailureReason, result.Usage.Turns));
        Assert.Contains("because the model repeated the same token", result.Envelope.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Q23_a_call_before_the_repeats_is_not_run()
    {
        await using var server = Ollama(4096, Ollamas.Answer("repeatsBehindCall", new() { Calls = [("write_file", Write)] }), Ollamas.Submit());
        using var harness = Harness();

        await harness.RunAsync(server.Endpoint, "p");

        Assert.Empty(Directory.GetFiles(harness.Workspace));
        Assert.Contains("your answer repeated the same text until the model server broke it off, so this call was not run", Content(server, 2, ^1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Q23_a_connection_to_Ollama_that_breaks_is_no_repeat_and_is_asked_for_again()
    {
        var clock = new ManualTimeProvider();
        await using var server = Ollama(4096, Ollamas.Answer("brokenOff"), Ollamas.Submit());
        using var harness = Harness(s => s with { MaxRetries = 1 }, clock);

        var result = await RunAsync(harness, clock, server.Endpoint);

        Assert.Equal((Verdict.Go, 1), (result.Envelope.Verdict, result.Usage.Turns));
        Assert.NotEmpty(harness.Waits);
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

    private static bool HoldsMalformed(string body) => JsonElement.Parse(body).GetProperty("messages").EnumerateArray()
        .SelectMany(m => m.TryGetProperty("tool_calls", out var calls) ? calls.EnumerateArray().AsEnumerable() : [])
        .Any(c => ForeignJson.ParseOrNull(c.GetProperty("function").GetProperty("arguments").GetString()!) is null);

    private static ScriptedServer Ollama(int window, params ReadOnlySpan<Func<ScriptedServer.Exchange, Task>> script) => ServerTable.Of("ollama", window).Start(script);

    private static JsonElement[] Messages(ScriptedServer server, int request) => [.. JsonElement.Parse(server.Bodies[request]).GetProperty("messages").EnumerateArray()];

    private static string Content(ScriptedServer server, int request, Index message) => Messages(server, request)[message].GetProperty("content").GetString()!;
}
