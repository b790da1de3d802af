using System.Text;
using Foreman.AgentLoop.Model;

namespace Foreman.AgentLoop.Tests.Model;

public sealed class LlamaApiTests
{
    [Theory]
    [InlineData("""{"default_generation_settings":{"n_ctx":2048,"params":{}},"total_slots":2}""", 2048)]
    [InlineData("""{"default_generation_settings":{"n_ctx":0}}""", null)]
    [InlineData("""{"default_generation_settings":{"n_ctx":"many"}}""", null)]
    [InlineData("""{"role":"router","default_generation_settings":null}""", null)]
    [InlineData("[]", null)]
    [InlineData("<html>", null)]
    public void The_window_of_a_slot_is_read(string body, int? window) => Assert.Equal(window, LlamaApi.ContextOf(Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData("""{"tokens":[257,104,101]}""", 3)]
    [InlineData("""{"tokens":[]}""", 0)]
    [InlineData("""{"tokens":7}""", null)]
    [InlineData("no", null)]
    public void Tokens_are_counted(string body, int? count) => Assert.Equal(count, LlamaApi.CountOf(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void A_prompt_of_half_a_million_tokens_is_counted() =>
        Assert.Equal(500_000, LlamaApi.CountOf(Encoding.UTF8.GetBytes($$"""{"tokens":[{{string.Join(',', Enumerable.Repeat("15", 500_000))}}]}""")));

    [Fact]
    public void A_text_is_counted_with_its_special_tokens() => Assert.Equal(
        """{"content":"<|goal|> \"é\"","add_special":true,"parse_special":true}""", Encoding.UTF8.GetString(LlamaApi.WriteTokenize("<|goal|> \"é\"").ToArray()));

    [Fact]
    public void The_prompt_of_a_template_is_read()
    {
        Assert.Equal("<s>hi", LlamaApi.PromptOf("""{"prompt":"<s>hi"}"""u8));
        Assert.Null(LlamaApi.PromptOf("""{"error":{"code":404}}"""u8));
    }
}
