using System.Text;
using System.Text.Json;
using Foreman.AgentLoop.Model;
using Foreman.Api;
using Foreman.Tools;

namespace Foreman.AgentLoop.Tests.Model;

public sealed class OllamaApiTests
{
    [Fact]
    public void A_request_asks_for_its_window_and_never_to_be_cut()
    {
        var request = new ChatRequest
        {
            Model = "m",
            Messages = [ChatMessage.User("u"), ChatMessage.Assistant("", [new ToolCall("000000001", "grep", """{"pattern":"x"}""")]), ChatMessage.Tool("000000001", "none")],
            Tools = [new ToolDefinition("grep", "d", """{"type":"object"}""")],
            MaxTokens = 512,
            Temperature = 0,
        };

        Assert.Equal(
            """{"model":"m","stream":true,"truncate":false,"shift":false,"options":{"num_ctx":2048,"num_predict":512,"temperature":0},"messages":[{"role":"user","content":"u"},"""
            + """{"role":"assistant","content":"","tool_calls":[{"id":"000000001","function":{"name":"grep","arguments":{"pattern":"x"}}}]},"""
            + """{"role":"tool","content":"none","tool_call_id":"000000001","tool_name":"grep"}],"tools":[{"type":"function","function":{"name":"grep","description":"d","parameters":{"type":"object"}}}]}""",
            Encoding.UTF8.GetString(OllamaApi.WriteChat(request, 2048).ToArray()));
    }

    [Theory]
    [InlineData("""{"models":[{"name":"other:latest","context_length":9},{"name":"tiny:latest","context_length":4096}]}""", 4096)]
    [InlineData("""{"models":[{"name":"tiny:latest"}]}""", null)]
    [InlineData("""{"models":null}""", null)]
    [InlineData("no", null)]
    public void The_window_of_the_loaded_model_is_read(string body, int? window) =>
        Assert.Equal(window, OllamaApi.ContextOf(Encoding.UTF8.GetBytes(body), "tiny"));

    [Fact]
    public void The_last_chunk_holds_the_reason_and_the_counts()
    {
        var chunk = ChatChunkReader.Read(JsonElement.Parse("""{"model":"m","message":{"role":"assistant","content":"","thinking":"t"},"done":true,"done_reason":"length","prompt_eval_count":19,"eval_count":7}"""));

        Assert.Equal((true, false, "length", "t", new TokenUsage(19, 0, 7)), (chunk.HasChoice, chunk.IsWhole, chunk.FinishReason, chunk.Reasoning, chunk.Usage));
    }
}
