using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Retention;

/// <summary>Removes what runs left longer ago than it is kept, at the start and every hour, and reports it in one line.</summary>
/// <param name="runner">Its running attempts are left alone.</param>
/// <param name="options">The runner's folders.</param>
/// <param name="policy">How long it is kept.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told what was removed.</param>
public sealed class RetentionLoop(TaskRunner runner, RunnerOptions options, RetentionPolicy policy, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Runs until cancelled. It throws nothing else: a host whose disk fails still runs tasks.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // Large folders take seconds to measure and to remove.
            await Task.Run(() => Sweep(cancellationToken), cancellationToken).ConfigureAwait(false);
            await Task.Delay(Interval, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Runs until what is returned is disposed of.</summary>
    public IAsyncDisposable Start() => new Running(RunAsync);

    /// <summary>Looks once.</summary>
    internal void Sweep(CancellationToken cancellationToken)
    {
        try
        {
            Remove(RetentionDecision.Removed(new RunFolders(options).All(runner.Running), policy, time.GetUtcNow()), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.RetentionFailed(e.Message);
        }
    }

    private void Remove(IReadOnlyList<Remains> old, CancellationToken cancellationToken)
    {
        var (count, bytes, stay, why) = (0, 0L, 0, "");
        foreach (var remains in old)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (RunFolders.Remove(remains) is { } fault)
            {
                (stay, why) = (stay + 1, fault);
                continue;
            }

            (count, bytes) = (count + 1, bytes + remains.Bytes);
        }

        if (count > 0)
        {
            logger.RemainsRemoved(count, bytes, options.WorkspaceRoot, options.StateDirectory);
        }

        if (stay > 0)
        {
            logger.RemainsStay(stay, why);
        }
    }

    private sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _task;

        public Running(Func<CancellationToken, Task> run) => _task = run(_stop.Token);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            try
            {
                await _task.ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // As it was told.
            }

            _stop.Dispose();
        }
    }
}
