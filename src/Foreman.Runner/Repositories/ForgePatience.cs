using Foreman.Git.Forges;
using Foreman.Primitives;

namespace Foreman.Runner.Repositories;

/// <summary>
/// Asks a forge again that asks to wait, or that can't be reached: a run has cost far more than a few minutes. A call of a tool, with which a model waits,
/// has less patience than this.
/// </summary>
/// <param name="time">The clock of all waits.</param>
internal sealed class ForgePatience(TimeProvider time)
{
    /// <summary>The longest that is tried, calls and waits together; the last call may go on after it.</summary>
    internal static readonly TimeSpan Most = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan ForTheEnd = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Unstated = TimeSpan.FromMinutes(1);
    private static readonly Backoff Unreachable = new(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1));

    /// <summary>How long a run may wait for a forge: never so long that the attempt's own time is over before its result is written. Pure.</summary>
    /// <param name="time">Of the whole attempt.</param>
    /// <param name="elapsed">Since it began.</param>
    public static TimeSpan Of(TimeSpan time, TimeSpan elapsed) => TimeSpan.FromTicks(Math.Clamp((time - elapsed - ForTheEnd).Ticks, 0, Most.Ticks));

    /// <summary>The answer, or the error that is left when nothing more is waited for.</summary>
    /// <param name="ask">An operation that may be repeated.</param>
    /// <param name="errorOf">Why the forge did not do it; null when it did.</param>
    /// <param name="most">Calls and waits together; a wait that would end later does not begin.</param>
    /// <param name="stop">Gives up.</param>
    public async Task<T> AskAsync<T>(Func<Task<T>> ask, Func<T, ForgeError?> errorOf, TimeSpan most, CancellationToken stop)
    {
        var begun = time.GetTimestamp();
        for (var tries = 1; ; tries++)
        {
            var result = await ask().ConfigureAwait(false);
            if (errorOf(result) is not { } error || WaitOf(error, tries, time.GetUtcNow()) is not { } wait || time.GetElapsedTime(begun) + wait > most)
            {
                return result;
            }

            await Task.Delay(wait, time, stop).ConfigureAwait(false);
        }
    }

    /// <summary>How long it is waited before the next try; null when another try would end the same. Pure.</summary>
    /// <param name="error">Why the forge did not do it.</param>
    /// <param name="tries">How often it was asked, from 1.</param>
    /// <param name="now">The time.</param>
    internal static TimeSpan? WaitOf(ForgeError error, int tries, DateTimeOffset now) => error.Kind switch
    {
        ForgeErrorKind.RateLimited => error.Until is not { } until ? Unstated : until - now > TimeSpan.FromSeconds(1) ? until - now : TimeSpan.FromSeconds(1),
        ForgeErrorKind.Unreachable => Unreachable.Delay(tries, 0.5),
        _ => null,
    };
}
