using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>What runs used or will use of a slot and of a model.</summary>
/// <param name="Seconds">How long a slot is held.</param>
/// <param name="Tokens">Tokens sent to the model and made by it.</param>
/// <param name="FreshTokens">Those of them that were not found in its cache.</param>
internal readonly record struct SlotUse(long Seconds, long Tokens, long FreshTokens)
{
    // Objects may hold any number; up to here sums over many tasks stay exact.
    private const long Most = 1L << 40;

    /// <summary>The ended attempts of a task that held a slot, each with its end.</summary>
    /// <param name="task">The task. One without attempts, as other products leave it, counts by its sum.</param>
    public static IEnumerable<(DateTimeOffset EndedAt, SlotUse Use)> Ended(AgenticTask task)
    {
        if (task.Status.Attempts.Count == 0)
        {
            return task.IsTerminal() && task.Status is { Usage: { } sum, FinishedAt: { } end } ? [(end, Of(sum, sum.Seconds))] : [];
        }

        return task.Status.Attempts
            .Where(a => a.EndedAt is not null && (a.StartedAt is not null || a.Usage is not null))
            .Select(a => (a.EndedAt!.Value, IsWhole(a) ? Of(a.Usage, SecondsOf(a)) : OfMade(a.Usage?.PromptTokens ?? 0, a.Usage?.CompletionTokens ?? 0, SecondsOf(a))));
    }

    /// <summary>What a run that holds a slot has used so far.</summary>
    /// <param name="task">The task, Scheduled or Running.</param>
    /// <param name="now">Time of day.</param>
    public static SlotUse SoFar(AgenticTask task, DateTimeOffset now)
    {
        var progress = task.IsRunning() ? task.Status.Progress : null;
        return OfMade(progress?.PromptTokens ?? 0, progress?.CompletionTokens ?? 0, task.RunsSince() is { } since ? Between(since, now) : 0);
    }

    /// <summary>When an attempt ended: as its host noted it, unless that is yet to come; then as if it had begun when it was assigned.</summary>
    /// <param name="task">Its task.</param>
    /// <param name="noted">What was noted.</param>
    /// <param name="use">What it used.</param>
    /// <param name="now">Time of day.</param>
    public static DateTimeOffset EndOf(AgenticTask task, DateTimeOffset noted, SlotUse use, DateTimeOffset now) =>
        noted <= now ? noted
        : task.AssignedAt() is { } assigned && (now - assigned).TotalSeconds > use.Seconds ? assigned.AddSeconds(use.Seconds)
        : now;

    /// <summary>The larger one of each number.</summary>
    /// <param name="other">The other one.</param>
    public SlotUse AtLeast(SlotUse other) => new(Math.Max(Seconds, other.Seconds), Math.Max(Tokens, other.Tokens), Math.Max(FreshTokens, other.FreshTokens));

    /// <summary>The sum.</summary>
    /// <param name="other">The other one.</param>
    public SlotUse Plus(SlotUse other) => new(Seconds + other.Seconds, Tokens + other.Tokens, FreshTokens + other.FreshTokens);

    /// <summary>Both as one number, in thousandths of a token-second: a whole number, so that a sum does not depend on the order of its parts.</summary>
    /// <param name="settings">What a token weighs.</param>
    public long MilliTokenSeconds(FairShareSettings settings) => (Seconds * 1000) + (FreshTokens * 1000 / Math.Max(1, settings.TokensPerSecond));

    // What was written of a run that could not report its end is its progress, which does not tell cached tokens.
    private static bool IsWhole(TaskAttempt attempt) => attempt.Outcome == AttemptOutcome.Succeeded || attempt.Outcome == AttemptOutcome.Failed || attempt.Usage is { CachedTokens: > 0 };

    // Most of a long run's prompts are cached, so only what was made counts as fresh while nobody says how much of them was.
    private static SlotUse OfMade(long prompt, long made, long seconds) => new(Bounded(seconds), Bounded(Bounded(prompt) + Bounded(made)), Bounded(made));

    private static SlotUse Of(Usage? usage, long seconds)
    {
        var (prompt, made) = (Bounded(usage?.PromptTokens ?? 0), Bounded(usage?.CompletionTokens ?? 0));
        return new(Bounded(seconds), Bounded(prompt + made), Bounded(prompt - Math.Min(prompt, Bounded(usage?.CachedTokens ?? 0)) + made));
    }

    private static long SecondsOf(TaskAttempt attempt) =>
        attempt is { StartedAt: { } start, EndedAt: { } end } && end >= start ? Between(start, end) : attempt.Usage?.Seconds ?? 0;

    private static long Between(DateTimeOffset start, DateTimeOffset end) => end > start ? (long)Math.Ceiling((end - start).TotalSeconds) : 0;

    private static long Bounded(long value) => Math.Clamp(value, 0, Most);
}
