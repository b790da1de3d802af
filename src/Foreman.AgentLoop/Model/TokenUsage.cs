namespace Foreman.AgentLoop;

/// <summary>Tokens as the model server counted them; 0 where it does not say.</summary>
/// <param name="PromptTokens">Tokens of all prompts, those from the cache included.</param>
/// <param name="CachedTokens">How many of them came from the server's prefix cache.</param>
/// <param name="CompletionTokens">Tokens that the model wrote.</param>
public sealed record TokenUsage(long PromptTokens, long CachedTokens, long CompletionTokens)
{
    /// <summary>Nothing used.</summary>
    public static TokenUsage Zero { get; } = new(0, 0, 0);

    /// <summary>Prompt and completion.</summary>
    public long TotalTokens => PromptTokens + CompletionTokens;

    /// <summary>The sum of two.</summary>
    public static TokenUsage operator +(TokenUsage left, TokenUsage right) => left.Add(right);

    /// <summary>The sum of this and another.</summary>
    /// <param name="other">What is added.</param>
    public TokenUsage Add(TokenUsage other) =>
        new(PromptTokens + other.PromptTokens, CachedTokens + other.CachedTokens, CompletionTokens + other.CompletionTokens);
}

/// <summary>What llama.cpp measured for one answer.</summary>
/// <param name="PromptTokensPerSecond">Speed of reading the part of the prompt that was not cached.</param>
/// <param name="DecodeTokensPerSecond">Speed of writing.</param>
/// <param name="CachedTokens">Prompt tokens that were not read again.</param>
/// <param name="PromptTokens">Prompt tokens that were read.</param>
/// <param name="CompletionTokens">Tokens written.</param>
public sealed record ServerTimings(double PromptTokensPerSecond, double DecodeTokensPerSecond, long CachedTokens, long PromptTokens, long CompletionTokens);
