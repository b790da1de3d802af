namespace Foreman.Api;

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
