using Foreman.Primitives;

namespace Foreman.AgentLoop.Model;

/// <summary>Decides whether a failed request is sent again, and when.</summary>
internal static class RetryPolicy
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    // What a server asks for is heeded between these: a wait of 0 s would never use up its budget, and timers take at most 49 days.
    private static readonly TimeSpan LoadingPoll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(10);

    // The longest delay bounds what is waited, jitter included, so the doubling itself has no bound.
    private static readonly Backoff Delays = new(TimeSpan.FromMilliseconds(500), TimeSpan.MaxValue);

    /// <summary>The next step after a failure.</summary>
    /// <param name="history">The failures of this request so far, this one not included.</param>
    /// <param name="failure">What happened.</param>
    /// <param name="options">Timeouts and number of retries.</param>
    /// <param name="jitter">0 to 1; spreads the delay by ±20 %.</param>
    /// <returns>How long to wait before the next try and the new history, or null to give up.</returns>
    internal static (TimeSpan Delay, RetryHistory History)? Next(RetryHistory history, ModelFailure failure, ModelClientOptions options, double jitter)
    {
        var asked = failure.RetryAfter is { } wanted ? (TimeSpan?)TimeSpan.FromTicks(Math.Clamp(wanted.Ticks, LoadingPoll.Ticks, LongestAsked.Ticks)) : null;
        switch (failure.Kind)
        {
            case ModelFailureKind.Loading:
                var poll = Delays.Spread(asked ?? LoadingPoll, jitter);
                return history.Loading + poll > options.LoadingBudget ? null : (poll, history with { Loading = history.Loading + poll });

            // A server that is silent once may have been swamped; twice, it hangs.
            case ModelFailureKind.NoResponse or ModelFailureKind.Silent:
                return history.Silences >= Math.Min(1, options.MaxRetries)
                    ? null
                    : (Delays.Delay(1, jitter), history with { Silences = history.Silences + 1 });

            // Memory may come free when another request ends; a server that lacks it for good is not asked for long.
            case ModelFailureKind.OutOfMemory:
                return history.Retries >= Math.Min(1, options.MaxRetries)
                    ? null
                    : (Delays.Delay(1, jitter), history with { Retries = history.Retries + 1 });

            case ModelFailureKind.Unreachable or ModelFailureKind.Cut or ModelFailureKind.Busy or ModelFailureKind.ServerError:
                if (history.Retries >= options.MaxRetries)
                {
                    return null;
                }

                var delay = Delays.Delay(history.Retries + 1, jitter);
                delay = delay > LongestDelay ? LongestDelay : delay;
                delay = asked > delay ? asked.Value : delay;
                return (delay, history with { Retries = history.Retries + 1 });

            default:
                return null;
        }
    }
}

/// <summary>What has already been tried for one request.</summary>
/// <param name="Retries">Repetitions after errors.</param>
/// <param name="Silences">Repetitions after a silence.</param>
/// <param name="Loading">Time spent waiting for the model to load.</param>
internal readonly record struct RetryHistory(int Retries, int Silences, TimeSpan Loading);
