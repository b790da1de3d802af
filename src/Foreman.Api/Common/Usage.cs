using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Tokens and time that model calls took.</summary>
public sealed record Usage
{
    /// <summary>Tokens sent to the model, those found in its cache included.</summary>
    [RangeMinimum(0)]
    public long PromptTokens { get; init; }

    /// <summary>Tokens of the prompt that the server had in its cache.</summary>
    [RangeMinimum(0)]
    public long CachedTokens { get; init; }

    /// <summary>Tokens that the model made.</summary>
    [RangeMinimum(0)]
    public long CompletionTokens { get; init; }

    /// <summary>Answers of the model.</summary>
    [RangeMinimum(0)]
    public int Turns { get; init; }

    /// <summary>Wall-clock seconds, rounded up.</summary>
    [RangeMinimum(0)]
    public long Seconds { get; init; }
}

/// <summary>Sums of what attempts used.</summary>
public static class Usages
{
    /// <summary>The sum of two; null counts as nothing.</summary>
    public static Usage Plus(this Usage? left, Usage? right) => new()
    {
        PromptTokens = (left?.PromptTokens ?? 0) + (right?.PromptTokens ?? 0),
        CachedTokens = (left?.CachedTokens ?? 0) + (right?.CachedTokens ?? 0),
        CompletionTokens = (left?.CompletionTokens ?? 0) + (right?.CompletionTokens ?? 0),
        Turns = (left?.Turns ?? 0) + (right?.Turns ?? 0),
        Seconds = (left?.Seconds ?? 0) + (right?.Seconds ?? 0),
    };

    /// <summary>What the ended attempts used together.</summary>
    public static Usage Sum(this IEnumerable<TaskAttempt> attempts) => attempts.Aggregate(new Usage(), (sum, a) => sum.Plus(a.Usage));
}
