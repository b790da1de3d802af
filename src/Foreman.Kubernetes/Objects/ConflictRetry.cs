namespace Foreman.Kubernetes;

/// <summary>Attempts and backoff for writes that end in a conflict.</summary>
public sealed record ConflictRetryOptions
{
    /// <summary>Attempts in all. Default 5, at least 1.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>Waits between attempts. Default: 10 ms, doubled up to 1 s, each up to half shorter by jitter.</summary>
    public RetryBackoff Backoff { get; init; } = new() { Base = TimeSpan.FromMilliseconds(10), Max = TimeSpan.FromSeconds(1), Jitter = 0.5 };

    /// <summary>Clock and timers. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Seed of the jitter that spreads waits.</summary>
    public int Seed { get; init; } = HashCode.Combine(Environment.MachineName, Environment.ProcessId);
}

/// <summary>Read-modify-write with retries on conflict.</summary>
public static class ConflictRetry
{
    /// <summary>Reads, changes and writes, with a new read before each attempt.</summary>
    /// <typeparam name="T">Kind of the object.</typeparam>
    /// <param name="read">Reads the object from the server, not from a store: a store may not have the other's change yet.</param>
    /// <param name="change">The object as it should be; null or the same one when nothing needs writing.</param>
    /// <param name="write">Writes it so that the server refuses when it has changed: a replace, or a patch that tests the resource version.</param>
    /// <param name="options">Attempts and waits; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The object as it was stored, or as it was read when nothing needed writing.</returns>
    /// <exception cref="KubernetesException">
    /// The last attempt conflicted too (<see cref="KubernetesException.IsConflict"/>), or the server refuses.
    /// </exception>
    public static Task<T> RetryOnConflictAsync<T>(
        Func<CancellationToken, Task<T>> read,
        Func<T, T?> change,
        Func<T, CancellationToken, Task<T>> write,
        ConflictRetryOptions? options = null,
        CancellationToken cancellationToken = default)
        where T : class
    {
        return RetryOnConflictAsync(AttemptAsync, options, cancellationToken);

        async Task<T> AttemptAsync(CancellationToken token)
        {
            var before = await read(token).ConfigureAwait(false);
            return change(before) is { } after && !ReferenceEquals(before, after) ? await write(after, token).ConfigureAwait(false) : before;
        }
    }

    /// <summary>Retries an attempt on conflicts.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="attempt">Reads and writes; called once per attempt.</param>
    /// <param name="options">Attempts and waits; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="KubernetesException">
    /// The last attempt conflicted too (<see cref="KubernetesException.IsConflict"/>), or the server refuses.
    /// </exception>
    public static async Task<T> RetryOnConflictAsync<T>(
        Func<CancellationToken, Task<T>> attempt, ConflictRetryOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        var jitterState = unchecked((ulong)options.Seed);
        for (var failures = 1; ; failures++)
        {
            try
            {
                return await attempt(cancellationToken).ConfigureAwait(false);
            }
            catch (KubernetesException e) when ((e.IsConflict || e.IsTestFailed) && failures < options.Attempts)
            {
                (var jitter, jitterState) = JitterSequence.Next(jitterState);
                await Task.Delay(options.Backoff.Delay(failures, jitter), options.Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
