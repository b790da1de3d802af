using Foreman.Git;
using Foreman.Runner.Stages;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Retention;

/// <summary>Removes what runs left longer ago than it is kept, and mirrors of repositories beyond their bounds, at the start and every hour, and reports it in one line.</summary>
/// <param name="runner">Its running attempts are left alone.</param>
/// <param name="options">The runner's folders, and the bounds on its mirrors.</param>
/// <param name="policy">How long it is kept.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told what was removed.</param>
public sealed class RetentionLoop(TaskRunner runner, RunnerOptions options, RetentionPolicy policy, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly HashSet<string> _unmarked = new(StringComparer.Ordinal);

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
            var folders = new RunFolders(options);
            foreach (var folder in folders.Unmarked().Where(_unmarked.Add))
            {
                logger.FolderUnmarked(folder, WorkspaceFolder.MarkOf(folder));
            }

            Remove(RetentionDecision.Removed(folders.All(runner.Running), policy, time.GetUtcNow()), cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.RetentionFailed(e, e.Message);
        }

        SweepMirrors();
    }

    private void SweepMirrors()
    {
        if (options.Repositories is not { } repositories)
        {
            return;
        }

        try
        {
            _ = MirrorStore.Sweep(repositories.MirrorFolder, repositories.Mirrors, time, logger);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.MirrorsStay(e, repositories.MirrorFolder, e.Message);
        }
    }

    private void Remove(IReadOnlyList<RunFiles> old, CancellationToken cancellationToken)
    {
        var (count, bytes, stay, why) = (0, 0L, 0, "");
        foreach (var files in old)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (RunFolders.Remove(files) is { } fault)
            {
                (stay, why) = (stay + 1, fault);
                continue;
            }

            (count, bytes) = (count + 1, RetentionDecision.Sum(bytes, files.Bytes));
        }

        if (count > 0)
        {
            logger.RunFilesRemoved(count, bytes, options.WorkspaceRoot, options.StateDirectory);
        }

        if (stay > 0)
        {
            logger.RunFilesStay(stay, why);
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
