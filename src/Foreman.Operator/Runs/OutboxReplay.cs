using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Runs;

/// <summary>
/// Delivers, beside everything else, what waits in the outbox: what an earlier process left, and what a run of this one could not
/// deliver. It goes on as long as the operator works.
/// </summary>
internal sealed class OutboxReplay : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly Task _replay;

    private OutboxReplay(Func<CancellationToken, Task> replay, ILogger logger, CancellationToken stop)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _replay = FollowAsync(replay, logger, _stop.Token);
    }

    /// <summary>Begins to deliver; what of it needs no waiting, such as tidying up, is done when this returns.</summary>
    /// <param name="replay">Delivers, until it is cancelled.</param>
    /// <param name="logger">Told when it fails.</param>
    /// <param name="stop">Gives up; what is not delivered stays for the next process.</param>
    public static OutboxReplay Start(Func<CancellationToken, Task> replay, ILogger logger, CancellationToken stop) => new(replay, logger, stop);

    /// <summary>Gives up what is not delivered yet, and waits for that.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _replay;
        _stop.Dispose();
    }

    private static async Task FollowAsync(Func<CancellationToken, Task> replay, ILogger logger, CancellationToken stop)
    {
        try
        {
            await replay(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What is not delivered stays for the next process.
        }
#pragma warning disable CA1031 // An outbox that can't be read must not keep the operator from its work.
        catch (Exception e)
        {
            RunsLog.ReplayFailed(logger, e);
        }
#pragma warning restore CA1031
    }
}
