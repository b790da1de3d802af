using System.Text;
using System.Text.Json;
using Foreman.AgentLoop.Tests.Model;
using Foreman.Api;

namespace Foreman.AgentLoop.Tests.Scenarios;

/// <summary>Whole runs against what public reports say that servers send; it stands in the tables of their kinds.</summary>
public sealed class ServerQuirkTests
{
    private const string Write = """{"path": "a.txt", "content": "hi"}""";
    private static readonly ServerTable Llama = ServerTable.Of("llama.cpp");
    private static readonly ServerTable Others = ServerTable.Of("compatible");

    [Theory]
    [Trait("Kind", "2")]
    [InlineData("{\"path\":\"a.txt\",\"content\":\"hi \\ud83d\"}", "hi \uFFFD")]
    [InlineData("{\"path\":\"a.txt\",\"content\":\"hi \\ud83d\\ude00\"}", "hi \U0001F600")]
    public async Task Half_a_pair_in_the_arguments_is_written_as_a_replacement_character(string arguments, string content)
    {
        var run = await RunAsync(Llama, Llama.Call("write_file", arguments), Llama.Submit());

        Assert.Equal((Verdict.Go, content), (run.Verdict, run.File("a.txt")));
        Assert.All(run.Arguments, a => JsonElement.Parse(a));
    }

    [Fact]
    [Trait("Kind", "2")]
    public async Task Bad_text_in_content_names_and_summaries_ends_no_run()
    {
        var run = await RunAsync(
            Llama,
            Llama.Answer("badText", new() { Calls = [("wri\u0000te", "{\"a\\ud83d\":\"\\ude00\"}")] }),
            Llama.Call("submit_result", "{\"verdict\":\"GO\",\"summary\":\"done \\ud83d\",\"commit_message\":\"m\\ude00\",\"extra\":{\"k\\ud83d\":\"\\ud83d\"}}"));

        Assert.Equal(Verdict.Go, run.Verdict);
        Assert.Equal("done \uFFFD", run.Result.Envelope.Summary);
        Assert.Equal("\uFFFD", run.Result.Envelope.Extra!["modelExtra"]!["k\uFFFD"]!.GetValue<string>());
        Assert.True(run.Transcript.Length > 0);
    }

    [Fact]
    [Trait("Kind", "2")]
    public async Task An_empty_finish_reason_and_a_zero_usage_end_no_answer()
    {
        var run = await RunAsync(Others, Others.Answer("emptyFinish", new() { Calls = [("write_file", Write)] }), Others.Submit());

        Assert.Equal((Verdict.Go, "hi", 2), (run.Verdict, run.File("a.txt"), run.Requests));
    }

    [Theory]
    [Trait("Kind", "5")]
    [InlineData("list_files", """{"path":".","recursive":"False"}""", """{"path":".","recursive":false}""")]
    [InlineData("write_file", """{"path":"a.json","content":{"a": [1]}}""", """{"path":"a.json","content":"{\"a\": [1]}"}""")]
    [InlineData("read_file", """{"path":"a.txt","offset":"3.0"}""", """{"path":"a.txt","offset":3}""")]
    [InlineData("write_file", "\"{\\\"path\\\": \\\"a.txt\\\", \\\"content\\\": \\\"hi\\\"}\"", Write)]
    [InlineData("write_file", "{\"arguments\": {\"path\": \"a.txt\", \"content\": \"hi\"}}", Write)]
    public async Task Arguments_are_coerced_once_for_the_history_and_the_tool(string tool, string arguments, string expected)
    {
        var run = await RunAsync(Llama, Llama.Call(tool, arguments), Llama.Submit());

        Assert.Equal(expected, run.Arguments[0]);
        Assert.DoesNotContain("must be", run.ToolResults[0], StringComparison.Ordinal);
        Assert.DoesNotContain("not a JSON object", run.ToolResults[0], StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Kind", "5")]
    [InlineData("callsAllNumbered0")]
    [InlineData("callsWithoutIndex")]
    [InlineData("callsWithoutId")]
    [InlineData("callsWithEmptyId")]
    [InlineData("callsWithoutBoth")]
    public async Task Parallel_calls_are_two_however_they_are_numbered(string answer)
    {
        var calls = new TableValues { Calls = [("write_file", """{"path":"a.txt","content":"a"}"""), ("write_file", """{"path":"b.txt","content":"b"}""")] };
        var run = await RunAsync(Others, Others.Answer(answer, calls), Others.Submit());

        Assert.Equal(("a", "b", Verdict.Go), (run.File("a.txt"), run.File("b.txt"), run.Verdict));
    }

    [Theory]
    [Trait("Kind", "6")]
    [InlineData("{\n  \"name\": \"write_file\",\n  \"arguments\": {\"path\": \"a.txt\", \"content\": \"hi\"}\n}")]
    [InlineData("```json\n{\"name\": \"write_file\", \"parameters\": {\"path\": \"a.txt\", \"content\": \"hi\"}}\n```")]
    [InlineData("<tool_call>\n<function=write_file>\n<parameter=path>\na.txt\n</parameter>\n<parameter=content>\nhi\n</parameter>\n</function>\n</tool_call>")]
    [InlineData("I could call <tool_call>{\"name\": \"write_file\", \"arguments\": {\"path\": \"wrong.txt\", \"content\": \"x\"}}</tool_call> but no.\n</think>\n\n<tool_call>\n{\"name\": \"write_file\", \"arguments\": {\"path\": \"a.txt\", \"content\": \"hi\"}}\n</tool_call>")]
    public async Task A_call_in_the_text_runs_and_one_in_the_thinking_does_not(string text)
    {
        // The stream splits the marks.
        var run = await RunAsync(Llama, Llama.Text(text), Llama.Submit());

        Assert.Equal((Verdict.Go, "hi"), (run.Verdict, run.File("a.txt")));
        Assert.Equal(["a.txt"], run.Files);
    }

    [Theory]
    [Trait("Kind", "10")]
    [InlineData("llama.cpp", "errorAsText")]
    [InlineData("compatible", "errorAsWords")]
    [InlineData("lmstudio", "crashedInStream")]
    [InlineData("vllm", "errorObject")]
    public async Task The_servers_own_words_stand_in_the_result(string kind, string answer)
    {
        var table = ServerTable.Of(kind);
        var run = await RunAsync(table, table.Answer(answer));

        Assert.Equal((Verdict.Incomplete, FailureReason.InfrastructureError), (run.Verdict, run.Result.Envelope.FailureReason));
        Assert.Contains("CUDA error: out of memory", run.Result.Envelope.Summary, StringComparison.Ordinal);
    }

    private static async Task<Run> RunAsync(ServerTable table, params Func<ScriptedServer.Exchange, Task>[] script)
    {
        await using var server = table.Start(script);
        using var harness = new LoopHarness { Agent = new AgentSpec { Role = AgentRole.Coder, Tools = ["read_file", "write_file", "grep", "list_files"], MaxRetries = 0 } };
        var result = await harness.RunAsync(server.Endpoint, "p");
        var files = Directory.GetFiles(harness.Workspace).ToDictionary(f => Path.GetFileName(f), File.ReadAllText);
        return new Run(result, files, server.Bodies.Count, server.Bodies[^1], harness.Transcript());
    }

    private sealed record Run(AgentRunResult Result, Dictionary<string, string> Written, int Requests, string LastBody, string Transcript)
    {
        internal Verdict Verdict => Result.Envelope.Verdict;

        internal IEnumerable<string> Files => Written.Keys.Order(StringComparer.Ordinal);

        /// <summary>The arguments of all calls in the history that was sent last.</summary>
        internal IReadOnlyList<string> Arguments => [.. Messages.Where(m => m.TryGetProperty("tool_calls", out _))
            .SelectMany(m => m.GetProperty("tool_calls").EnumerateArray()).Select(c => c.GetProperty("function").GetProperty("arguments").GetString()!)];

        internal IReadOnlyList<string> ToolResults => [.. Messages.Where(m => m.GetProperty("role").GetString() == "tool").Select(m => m.GetProperty("content").GetString()!)];

        private IEnumerable<JsonElement> Messages => JsonElement.Parse(Encoding.UTF8.GetBytes(LastBody)).GetProperty("messages").EnumerateArray();

        internal string? File(string name) => Written.GetValueOrDefault(name);
    }
}
