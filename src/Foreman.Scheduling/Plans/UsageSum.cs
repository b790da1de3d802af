using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>What a task's attempts took in all.</summary>
internal static class UsageSum
{
    /// <summary>The sum of the attempts; null when none of them took anything.</summary>
    public static Usage? Of(IReadOnlyList<TaskAttempt> attempts)
    {
        var used = attempts.Select(a => a.Usage).OfType<Usage>().ToArray();
        return used.Length == 0
            ? null
            : new Usage
            {
                PromptTokens = used.Sum(u => u.PromptTokens),
                CachedTokens = used.Sum(u => u.CachedTokens),
                CompletionTokens = used.Sum(u => u.CompletionTokens),
                Turns = used.Sum(u => u.Turns),
                Seconds = used.Sum(u => u.Seconds),
            };
    }

    /// <summary>What a lost run took, as far as it told.</summary>
    public static Usage? OfProgress(AgenticTaskStatus status, DateTimeOffset now) => status.Progress is not { } progress
        ? null
        : new Usage
        {
            PromptTokens = progress.PromptTokens,
            CompletionTokens = progress.CompletionTokens,
            Turns = progress.Turn,
            Seconds = status.Claim?.AcquiredAt is { } since && now > since ? (long)Math.Ceiling((now - since).TotalSeconds) : 0,
        };
}
