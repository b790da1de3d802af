using Foreman.AgentLoop.Conformance;
using Foreman.AgentLoop.Tests.Model;
using Foreman.Api;
using Foreman.Testing;

namespace Foreman.AgentLoop.Tests.Conformance;

/// <summary>The probe against each kind of server, played by its table, and against the real ones.</summary>
public sealed class ToolCallProbeTests
{
    private const string Arguments = """{"text":"blue"}""";
    private const string InText = "<tool_call>\n{\"name\": \"note\", \"arguments\": {\"text\": \"blue\"}}\n</tool_call>";

    public static TheoryData<string> Kinds => [.. ServerTable.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task One_question_is_enough_where_tools_are_called(string kind)
    {
        var table = ServerTable.Of(kind);
        await using var server = table.Start(table.Call("note", Arguments));

        Assert.Equal(kind == "sglang" ? "tagged-json" : "native", (await ProbeAsync(server))?.Value);
        Assert.Single(Questions(server));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_server_that_takes_no_tools_is_asked_with_a_prompt(string kind)
    {
        var table = ServerTable.Of(kind);
        Assert.SkipUnless(table.Has("noTools"), $"{kind} is not known to refuse tools");
        await using var server = table.Start(table.Answer("noTools"), table.Text(InText));

        Assert.Equal(ToolCallForm.Prompted, await ProbeAsync(server));
        Assert.Equal([true, false], Questions(server).Select(q => q.Contains("\"tools\":[", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_model_that_only_talks_is_held_to_a_schema_at_last(string kind)
    {
        var table = ServerTable.Of(kind);
        await using var server = table.Start(table.Text("I would note it."), table.Text("Blue, is it?"), table.Text("""{"name": "note", "arguments": {"text": "blue"}}"""));

        Assert.Equal(ToolCallForm.Structured, await ProbeAsync(server));
        Assert.Equal([false, false, true], Questions(server).Select(q => q.Contains(kind == "ollama" ? "\"format\":{" : "\"response_format\":{", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_model_that_calls_in_no_way_is_known_for_it_after_three_questions()
    {
        var table = ServerTable.Of("vllm");
        await using var server = table.Start(table.Text("no"));

        Assert.Equal(ToolCallForm.None, await ProbeAsync(server));
        Assert.Equal(3, Questions(server).Length);
    }

    [Theory]
    [InlineData("""{"word":"blue"}""")]
    [InlineData("""{"text":7}""")]
    [InlineData("""{"text": """)]
    public async Task A_call_without_the_right_arguments_is_none(string arguments)
    {
        var table = ServerTable.Of("vllm");
        await using var server = table.Start(table.Call("note", arguments), table.Call("note", Arguments));

        Assert.Equal(ToolCallForm.Prompted, await ProbeAsync(server));
    }

    [Theory]
    [InlineData(503, """{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}""")]
    [InlineData(429, "{}")]
    [InlineData(500, """{"error":{"message":"CUDA error"}}""")]
    [InlineData(401, "{}")]
    public async Task Of_a_server_that_can_not_answer_now_nothing_is_said(int status, string body)
    {
        await using var server = ServerTable.Of("vllm").Start(ScriptedServer.Status(status, body));

        Assert.Null(await ProbeAsync(server));
        Assert.Single(Questions(server));
    }

    [Fact]
    public async Task Of_a_silent_server_nothing_is_said_after_a_minute()
    {
        var clock = new ManualTimeProvider();
        await using var server = ServerTable.Of("vllm").Start(e => e.HangAsync());

        var probing = ToolCallProbe.RunAsync(server.Endpoint, null, clock, () => true, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => server.Bodies.Count == 1, "the question to arrive");
        await clock.AdvanceUntilAsync(() => probing.IsCompleted, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), "the end of the probe");

        Assert.Null(await probing);
    }

    [Fact]
    public async Task Of_a_model_that_was_cut_while_it_thought_nothing_is_said()
    {
        await using var server = ServerTable.Of("vllm").Start(ScriptedServer.Text("hm", "reasoning_content", "length"));

        Assert.Null(await ProbeAsync(server));
    }

    [Fact]
    public async Task When_a_task_begins_to_run_no_further_question_is_asked()
    {
        var table = ServerTable.Of("vllm");
        await using var server = table.Start(table.Text("no"));

        Assert.Null(await ToolCallProbe.RunAsync(server.Endpoint, null, TimeProvider.System, () => server.Bodies.Count == 0, TestContext.Current.CancellationToken));
        Assert.Single(Questions(server));
    }

    [Fact]
    public async Task A_probe_that_is_cancelled_says_nothing()
    {
        using var stop = new CancellationTokenSource();
        await using var server = ServerTable.Of("vllm").Start(async e =>
        {
            await stop.CancelAsync();
            await e.HangAsync();
        });

        Assert.Null(await ToolCallProbe.RunAsync(server.Endpoint, null, TimeProvider.System, () => true, stop.Token));
    }

    [Fact]
    public async Task The_window_of_a_loaded_model_of_Ollama_is_left_as_it_is()
    {
        var table = ServerTable.Of("ollama");
        await using var server = table.Start(table.Call("note", Arguments));

        await ToolCallProbe.RunAsync(server.Endpoint, 1234, TimeProvider.System, () => true, TestContext.Current.CancellationToken);

        Assert.All(server.Bodies, b => Assert.Contains("\"num_ctx\":1234", b, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_real_llama_server_calls_natively()
    {
        var server = await LlamaServer.SharedAsync();

        Assert.Equal(ToolCallForm.Native, await ToolCallProbe.RunAsync(new ModelEndpoint(new Uri(server.Url), server.ModelName), 2048, TimeProvider.System, () => true, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_real_Ollama_calls_natively_with_a_template_of_tools_and_prompted_without()
    {
        await using var server = await OllamaServer.StartAsync();
        await server.CreatePlainModelAsync("plain");

        Assert.Equal(ToolCallForm.Native, await AskAsync("tiny:latest"));
        Assert.Equal(ToolCallForm.Prompted, await AskAsync("plain:latest"));

        Task<ToolCallForm?> AskAsync(string model) => ToolCallProbe.RunAsync(new ModelEndpoint(new Uri(server.Url), model), 2048, TimeProvider.System, () => true, TestContext.Current.CancellationToken);
    }

    private static Task<ToolCallForm?> ProbeAsync(ScriptedServer server) =>
        ToolCallProbe.RunAsync(server.Endpoint, 8192, TimeProvider.System, () => true, TestContext.Current.CancellationToken);

    private static string[] Questions(ScriptedServer server) => [.. server.Bodies.Where(b => b.Contains("\"messages\"", StringComparison.Ordinal))];
}
