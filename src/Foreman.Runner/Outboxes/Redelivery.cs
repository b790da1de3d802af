using System.Threading.Channels;
using Foreman.Primitives;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Outboxes;

/// <summary>
/// Delivers what waits in the outbox while the process lives: at the start what earlier processes left, later what a run
/// could not deliver within its time. No fault ends it.
/// </summary>
internal sealed class Redelivery(Outbox outbox, Delivery delivery, InFlight inFlight, string holder, TimeProvider time, ILogger logger)
{
    // One that hangs must not keep those that come after it.
    private static readonly TimeSpan PassLimit = TimeSpan.FromSeconds(30);

    private const int AtOnce = 8;

    private static readonly Backoff Waits = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));

    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Something was kept: it is tried soon. Returns at once.</summary>
    public void Wake() => _wakes.Writer.TryWrite(true);

    /// <summary>Delivers until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        TidyOrSay();
        for (var fruitless = 0; !stop.IsCancellationRequested;)
        {
            try
            {
                fruitless = await PassAsync(stop).ConfigureAwait(false) ? 0 : fruitless + 1;
                fruitless = await WaitAsync(fruitless == 0 ? null : Waits.Delay(fruitless, 0.5), stop).ConfigureAwait(false) ? 0 : fruitless;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                logger.OutboxFault(e);
                fruitless++;
                await PauseAsync(stop).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Tries everything that waits, once each; true when nothing is left.</summary>
    private async Task<bool> PassAsync(CancellationToken stop)
    {
        var left = 0;
        await Parallel.ForEachAsync(outbox.All(), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, async (entry, cancel) =>
        {
            if (!await ReplayAsync(entry, cancel).ConfigureAwait(false))
            {
                Interlocked.Increment(ref left);
            }
        }).ConfigureAwait(false);
        return left == 0;
    }

    private async Task<bool> ReplayAsync(OutboxEntry entry, CancellationToken stop)
    {
        if (!inFlight.Enter(entry.Key))
        {
            // Its run delivers it itself, and wakes this loop if it can't.
            return true;
        }

        try
        {
            var (outcome, _) = await delivery.ReplayAsync(entry, holder, PassLimit, stop).ConfigureAwait(false);
            logger.Replayed(entry, outcome);
            return outcome is DeliveryOutcome.Acknowledged or DeliveryOutcome.Fenced;
        }
        catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            logger.StaysInOutbox(entry, e.Message);
            return false;
        }
        finally
        {
            inFlight.Leave(entry.Key);
        }
    }

    // What a process that is no more had set aside is given back.
    private void TidyOrSay()
    {
        try
        {
            outbox.Tidy(inFlight.All().Select(Outbox.NameOf).ToHashSet(StringComparer.Ordinal).Contains);
        }
        catch (Exception e)
        {
            logger.OutboxFault(e);
        }
    }

    /// <summary>True when something was kept meanwhile.</summary>
    private async Task<bool> WaitAsync(TimeSpan? wait, CancellationToken stop)
    {
        using var timer = new CancellationTokenSource(wait ?? Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stop);
        try
        {
            return await _wakes.Reader.ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }
    }

    // On the clock of the machine: the fault may be that of the other one.
    private static async Task PauseAsync(CancellationToken stop) =>
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
