using System.Text.Json;
using Foreman.AgentLoop.Tests.Model;
using Foreman.Api;

namespace Foreman.AgentLoop.Tests.Scenarios;

/// <summary>A run of the real loop against servers that are strict about their window.</summary>
[Trait("Kind", "9")]
public sealed class ContextWindowTests
{
    [Theory]
    [InlineData("""{"object":"error","message":"This model's maximum context length is 6048 tokens. However, you requested 8760 tokens (568 in the messages, 8192 in the completion). Please reduce the length of the messages or completion.","type":"BadRequestError","param":null,"code":400}""", 6048 - 568 - 8)]
    [InlineData("""{"error":{"message":"Requested token count exceeds the model's maximum context length of 4096 tokens. You requested a total of 9192 tokens: 1000 tokens from the input messages and 8192 tokens for the completion.","type":"BadRequestError","code":400}}""", 4096 - 1000 - 8)]
    [InlineData("""{"error":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 2048. Given: 1244 `inputs` tokens and 8192 `max_new_tokens`","error_type":"validation"}""", 2048 - 1244 - 8)]
    public async Task A_server_that_refuses_prompt_and_answer_together_is_asked_for_less(string refusal, int asked)
    {
        await using var server = new ScriptedServer(ScriptedServer.Status(400, refusal), ScriptedServer.Submit());
        using var harness = new LoopHarness();

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal(Verdict.Go, result.Envelope.Verdict);
        Assert.Equal([8192, asked], server.Bodies.Select(MaxTokens));
    }

    [Fact]
    public async Task A_server_that_refuses_for_ever_is_asked_twice_and_named_with_its_numbers()
    {
        await using var server = new ScriptedServer(ScriptedServer.Status(
            400, """{"error":{"message":"This model's maximum context length is 6048 tokens. However, you requested 8760 tokens (568 in the messages, 8192 in the completion).","code":400}}"""));
        using var harness = new LoopHarness();

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((FailureReason.ContextOverflow, TaskPhase.Failed, 2), (result.Envelope.FailureReason, result.Phase, server.Bodies.Count));
        Assert.Contains("the prompt has 568 tokens, the model server gives 6048", result.Envelope.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_result_is_cut_in_the_prompt_and_in_the_transcript_alike()
    {
        await using var server = new ScriptedServer(ScriptedServer.Call("read_file", """{"path":"a.txt"}"""), ScriptedServer.Submit());
        using var harness = new LoopHarness { ContextTokens = 4096 };
        harness.Write("a.txt", string.Concat(Enumerable.Repeat("漢字かな交じり文\n", 500)));

        await harness.RunAsync(server.Endpoint, "p");

        var sent = JsonDocument.Parse(server.Bodies[1]).RootElement.GetProperty("messages")[3].GetProperty("content").GetString();
        Assert.Contains("[cut to fit the context window", sent, StringComparison.Ordinal);
        Assert.StartsWith("漢字かな交じり文\n", sent, StringComparison.Ordinal);
        Assert.Equal(sent, harness.Records.OfType<ToolReturned>().First().Content);
    }

    private static int MaxTokens(string body) => JsonDocument.Parse(body).RootElement.GetProperty("max_tokens").GetInt32();
}
