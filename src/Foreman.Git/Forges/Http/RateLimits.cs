using System.Globalization;

namespace Foreman.Git.Forges.Http;

/// <summary>A forge asks to wait.</summary>
/// <param name="Wait">How long; null when it did not say.</param>
/// <param name="Reason">For people.</param>
internal sealed record RateLimit(TimeSpan? Wait, string Reason);

/// <summary>What the headers of an answer say about limits, for all three forges.</summary>
internal static class RateLimits
{
    /// <summary>The wait where a forge refuses for its limits without saying how long: a minute, as GitHub asks.</summary>
    internal static TimeSpan Unstated { get; } = TimeSpan.FromMinutes(1);

    // Clocks of servers tick in whole seconds.
    private static readonly TimeSpan Rounding = TimeSpan.FromSeconds(1);

    /// <summary>The limit that refused a call; null when it was refused for something else.</summary>
    /// <param name="status">The status code.</param>
    /// <param name="header">The value of a header; null when it is absent.</param>
    /// <param name="message">What the forge says.</param>
    /// <param name="now">The time here, for servers that send none.</param>
    internal static RateLimit? Of(int status, Func<string, string?> header, string message, DateTimeOffset now)
    {
        if (status is not (403 or 429))
        {
            return null;
        }

        var isPrimary = Remaining(header) == 0;
        var retry = RetryAfter(header, now);
        var isSecondary = message.Contains("rate limit", StringComparison.OrdinalIgnoreCase) || message.Contains("abuse detection", StringComparison.OrdinalIgnoreCase);
        if (status == 403 && !isPrimary && retry is null && !isSecondary)
        {
            return null;
        }

        return retry is not null
            ? new RateLimit(retry, isPrimary ? "rate limit" : "secondary rate limit")
            : isPrimary
                ? new RateLimit(UntilReset(header, now), "rate limit")
                : new RateLimit(null, "secondary rate limit");
    }

    /// <summary>How long the next call must wait after an answer that used up the limit; null when it need not.</summary>
    internal static TimeSpan? BeforeNext(Func<string, string?> header, DateTimeOffset now) => Remaining(header) == 0 ? UntilReset(header, now) : null;

    /// <summary>The Retry-After header: seconds or a date.</summary>
    internal static TimeSpan? RetryAfter(Func<string, string?> header, DateTimeOffset now)
    {
        if (header("Retry-After") is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.FromDays(1).TotalSeconds));
        }

        return Date(text) is { } date ? Positive(date - Now(header, now)) : null;
    }

    private static long? Remaining(Func<string, string?> header) => Number(header("X-RateLimit-Remaining") ?? header("RateLimit-Remaining"));

    private static TimeSpan? UntilReset(Func<string, string?> header, DateTimeOffset now) =>
        Number(header("X-RateLimit-Reset") ?? header("RateLimit-Reset")) is { } epoch and > 0 and < 253_402_300_800
            ? Positive(DateTimeOffset.FromUnixTimeSeconds(epoch) - Now(header, now)) + Rounding
            : null;

    // The forge's own clock: the one here may be wrong.
    private static DateTimeOffset Now(Func<string, string?> header, DateTimeOffset now) => Date(header("Date")) ?? now;

    private static DateTimeOffset? Date(string? text) =>
        DateTimeOffset.TryParseExact(text, "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static TimeSpan Positive(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.Zero;
}
