using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.AgentLoop.Tests.Model;
using Foreman.Api;

namespace Foreman.AgentLoop.Tests.Scenarios;

/// <summary>Whole runs against what public reports say that servers send.</summary>
public sealed class ServerQuirkTests
{
    private const string Write = """{"path": "a.txt", "content": "hi"}""";

    [Theory]
    [Trait("Kind", "2")]
    [InlineData("{\"path\":\"a.txt\",\"content\":\"hi \\ud83d\"}", "hi \uFFFD")]
    [InlineData("{\"path\":\"a.txt\",\"content\":\"hi \\ud83d\\ude00\"}", "hi \U0001F600")]
    public async Task Half_a_pair_in_the_arguments_is_written_as_a_replacement_character(string arguments, string content)
    {
        var run = await RunAsync(ScriptedServer.Events(Delta(Call("write_file", arguments)), Finish(), "[DONE]"), ScriptedServer.Submit());

        Assert.Equal((Verdict.Go, content), (run.Verdict, run.File("a.txt")));
        Assert.All(run.Arguments, a => JsonElement.Parse(a));
    }

    [Fact]
    [Trait("Kind", "2")]
    public async Task Bad_text_in_content_names_and_summaries_ends_no_run()
    {
        var run = await RunAsync(
            ScriptedServer.Events(@"{""choices"":[{""delta"":{""content"":""ok \ud83d"",""reasoning"":""\ude00""}}]}", Delta(Call("wri\u0000te", "{\"a\\ud83d\":\"\\ude00\"}")), Finish(), "[DONE]"),
            ScriptedServer.Events(Delta(Call("submit_result", "{\"verdict\":\"GO\",\"summary\":\"done \\ud83d\",\"commit_message\":\"m\\ude00\",\"extra\":{\"k\\ud83d\":\"\\ud83d\"}}")), Finish(), "[DONE]"));

        Assert.Equal(Verdict.Go, run.Verdict);
        Assert.Equal("done \uFFFD", run.Result.Envelope.Summary);
        Assert.Equal("\uFFFD", run.Result.Envelope.Extra!["modelExtra"]!["k\uFFFD"]!.GetValue<string>());
        Assert.True(run.Transcript.Length > 0);
    }

    [Fact]
    [Trait("Kind", "2")]
    public async Task An_empty_finish_reason_and_a_zero_usage_end_no_answer()
    {
        var half = Write.Length / 2;
        var run = await RunAsync(
            async e =>
            {
                await e.BeginStreamAsync();
                foreach (var arguments in (string[])["", Write[..half], Write[half..]])
                {
                    var delta = JsonNode.Parse(Delta(Call("write_file", arguments)))!;
                    delta["choices"]![0]!["finish_reason"] = "";
                    delta["usage"] = JsonNode.Parse("""{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}""");
                    if (arguments.Length > 0)
                    {
                        delta["choices"]![0]!["delta"]!["tool_calls"]![0]!["function"]!.AsObject().Remove("name");
                    }

                    await e.SendAsync($"data: {delta.ToJsonString()}\n\n");
                }

                await e.SendAsync($"data: {Finish()}\n\ndata: [DONE]\n\n");
            },
            ScriptedServer.Submit());

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
        var run = await RunAsync(ScriptedServer.Events(Delta(Call(tool, arguments)), Finish(), "[DONE]"), ScriptedServer.Submit());

        Assert.Equal(expected, run.Arguments[0]);
        Assert.DoesNotContain("must be", run.ToolResults[0], StringComparison.Ordinal);
        Assert.DoesNotContain("not a JSON object", run.ToolResults[0], StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Kind", "5")]
    [InlineData(@"""index"":0,""id"":""call_A"",")]
    [InlineData(@"""id"":""call_A"",")]
    [InlineData(@"""index"":0,")]
    [InlineData(@"""index"":0,""id"":"""",")]
    [InlineData("")]
    public async Task Parallel_calls_are_two_however_they_are_numbered(string fields)
    {
        string One(string name)
        {
            var function = $$$"""{"name":"write_file","arguments":"{\"path\":\"{{{name}}}.txt\",\"content\":\"{{{name}}}\"}"}""";
            return Delta($$$"""{{{{fields.Replace("_A", "_" + name, StringComparison.Ordinal)}}}"type":"function","function":{{{function}}}}""");
        }

        var run = await RunAsync(ScriptedServer.Events(One("a"), One("b"), Finish(), "[DONE]"), ScriptedServer.Submit());

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
        var pieces = text.Chunk(3).Select(c => $$$"""{"choices":[{"delta":{"content":{{{JsonValue.Create(new string(c))!.ToJsonString()}}}}}]}""");
        var run = await RunAsync(ScriptedServer.Events([.. pieces, Finish(), "[DONE]"]), ScriptedServer.Submit());

        Assert.Equal((Verdict.Go, "hi"), (run.Verdict, run.File("a.txt")));
        Assert.Equal(["a.txt"], run.Files);
    }

    [Theory]
    [Trait("Kind", "10")]
    [InlineData("error: {\"code\":500,\"message\":\"CUDA error: out of memory\"}\n\n")]
    [InlineData("data: error: CUDA error: out of memory\n\ndata: [DONE]\n\n")]
    [InlineData("event: error\ndata: {\"error\":{\"message\":\"CUDA error: out of memory\"}}\n\n")]
    [InlineData("data: {\"object\":\"error\",\"message\":\"CUDA error: out of memory\",\"code\":500}\n\ndata: [DONE]\n\n")]
    public async Task The_servers_own_words_stand_in_the_result(string events)
    {
        var run = await RunAsync(async e =>
        {
            await e.BeginStreamAsync();
            await e.SendAsync("data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n" + events);
        });

        Assert.Equal((Verdict.Incomplete, FailureReason.InfrastructureError), (run.Verdict, run.Result.Envelope.FailureReason));
        Assert.Contains("CUDA error: out of memory", run.Result.Envelope.Summary, StringComparison.Ordinal);
    }

    private static string Call(string tool, string arguments) =>
        $$$"""{"index":0,"id":"call_1","type":"function","function":{"name":{{{JsonValue.Create(tool)!.ToJsonString()}}},"arguments":{{{JsonValue.Create(arguments)!.ToJsonString()}}}}}""";

    private static string Delta(string call) => $$$"""{"choices":[{"index":0,"delta":{"tool_calls":[{{{call}}}]}}]}""";

    private static string Finish() => """{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""";

    private static async Task<Run> RunAsync(params Func<ScriptedServer.Exchange, Task>[] script)
    {
        await using var server = new ScriptedServer(script);
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
