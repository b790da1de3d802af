using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>What a run took that did not live to tell.</summary>
internal static class LostUsage
{
    /// <summary>What a lost run took, as far as it told.</summary>
    public static Usage? Of(AgenticTaskStatus status, DateTimeOffset now) => status.Progress is not { } progress
        ? null
        : new Usage
        {
            PromptTokens = progress.PromptTokens,
            CompletionTokens = progress.CompletionTokens,
            Turns = progress.Turn,
            Seconds = status.Claim?.AcquiredAt is { } since && now > since ? (long)Math.Ceiling((now - since).TotalSeconds) : 0,
        };
}
