using System.Text.Json;
using Foreman.AgentLoop.Model;

namespace Foreman.AgentLoop.Tests.Model;

/// <summary>The words of servers as their users reported them.</summary>
[Trait("Kind", "9")]
public sealed class ContextLimitsTests
{
    [Theory]
    [InlineData("This model's maximum context length is 6048 tokens. However, you requested 6616 tokens (568 in the messages, 6048 in the completion). Please reduce the length of the messages or completion.", 6048, 568)]
    [InlineData("This model's maximum context length is 4097 tokens, however you requested 4116 tokens (3860 in your prompt; 256 for the completion). Please reduce your prompt; or completion length.", 4097, 3860)]
    [InlineData("This model's maximum context length is 16385 tokens. However, your messages resulted in 18000 tokens. Please reduce the length of the messages.", 16385, 18000)]
    [InlineData("'max_tokens' or 'max_completion_tokens' is too large: 32000. This model's maximum context length is 4096 tokens and your request has 100 input tokens (32000 > 4096 - 100).", 4096, 100)]
    [InlineData("You passed 5000 input tokens and requested 1000 output tokens. However, the model's context length is only 4096 tokens, resulting in a maximum input length of 3096 tokens.", 4096, 5000)]
    [InlineData("The decoder prompt (length 5000) is longer than the maximum model length of 4096. Make sure that `max_model_len` is no smaller than the number of text tokens.", 4096, 5000)]
    [InlineData("Requested token count exceeds the model's maximum context length of 4096 tokens. You requested a total of 5000 tokens: 1000 tokens from the input messages and 4000 tokens for the completion.", 4096, 1000)]
    [InlineData("The input (5000 tokens) is longer than the model's context length (4096 tokens).", 4096, 5000)]
    [InlineData("Trying to keep the first 111490 tokens when context the overflows. However, the model is loaded with context length of only 32768 tokens, which is not enough.", 32768, 111490)]
    [InlineData("The number of tokens to keep from the initial prompt is greater than the context length (n_keep: 13055>= n_ctx: 4096). Try to load the model with a larger context length", 4096, 13055)]
    [InlineData("request (9216 tokens) exceeds the available context size (8192 tokens), try increasing it", 8192, 9216)]
    [InlineData("Requested tokens (516) exceed context window of 512", 512, 516)]
    [InlineData("Input validation error: `inputs` tokens + `max_new_tokens` must be <= 2048. Given: 1244 `inputs` tokens and 1000 `max_new_tokens`", 2048, 1244)]
    [InlineData("Input validation error: `inputs` must have less than 1024 tokens. Given: 1168", 1024, 1168)]
    [InlineData("the request exceeds the available context size. try increasing the context size or enable context shift", null, null)]
    [InlineData("Context size has been exceeded.", null, null)]
    [InlineData("max_tokens must be at least 1, got -186.", null, null)]
    public void The_numbers_are_read(string said, int? window, int? prompt) =>
        Assert.Equal(new ContextLimits(window, prompt), ContextLimits.Read(JsonElement.Parse("{}"), said));

    [Fact]
    public void A_count_that_stopped_early_is_known_for_it() => Assert.Equal(
        new ContextLimits(128000, 62466, PromptIsAtLeast: true),
        ContextLimits.Read(
            JsonElement.Parse("{}"),
            "This model's maximum context length is 128000 tokens. However, you requested 65535 output tokens and your prompt contains at least 62466 input tokens, for a total of at least 128001 tokens."));

    [Fact]
    public void Fields_win_over_words() => Assert.Equal(
        new ContextLimits(256, 1407),
        ContextLimits.Read(JsonElement.Parse("""{"type":"exceed_context_size_error","n_prompt_tokens":1407,"n_ctx":256}"""), "request (9 tokens) exceeds the available context size (8 tokens)"));

    [Theory]
    [InlineData("max_tokens is too large")]
    [InlineData("model not found")]
    [InlineData("")]
    public void Other_errors_are_none_of_these(string said) => Assert.Null(ContextLimits.Read(JsonElement.Parse("{}"), said));

    [Theory]
    [InlineData("context length is 0 tokens")]
    [InlineData("context length is 99999999999999999999 tokens")]
    [InlineData("context length is -5 tokens")]
    [InlineData("context length is ٤٠٩٦ tokens")]
    public void A_number_that_can_be_none_of_tokens_is_not_taken(string said) =>
        Assert.Null(ContextLimits.Read(JsonElement.Parse("""{"n_ctx":0,"n_prompt_tokens":1e300}"""), said)!.Window);

    [Fact]
    public void A_prompt_that_is_told_back_costs_no_time() =>
        Assert.NotNull(ContextLimits.Read(JsonElement.Parse("{}"), "context length " + string.Concat(Enumerable.Repeat("at least 1 ", 500_000))));
}
