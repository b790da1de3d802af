using System.Threading.Channels;
using Foreman.Kubernetes;
using Foreman.Operator.Caches;
using Foreman.Operator.Metrics;
using Foreman.Scheduling;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Loop;

/// <summary>
/// Decides whenever something has changed or falls due, and hands the plan on. All of the thinking is in
/// <see cref="Scheduler.Decide"/>; here is only the clock, the caches and the order of things.
/// </summary>
internal sealed class SchedulerLoop(ClusterCaches caches, PlanExecutor executor, AssumeCache assumed, SchedulerSettings settings, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(30);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly long _start = time.GetTimestamp();

    /// <summary>True once a first decision was made.</summary>
    public bool HasDecided { get; private set; }

    /// <summary>Has the loop decide again soon.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Decides until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var state = SchedulerState.Empty;
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var snapshot = Take(state);
                var begun = time.GetTimestamp();
                var plan = Scheduler.Decide(snapshot, time.GetUtcNow());
                OperatorMetrics.Decided(time.GetElapsedTime(begun), snapshot);
                Tell(state, plan);
                state = plan.State;
                executor.Execute(plan, cancellationToken);
                HasDecided = true;
                await SleepAsync(plan.RequeueAt - snapshot.Uptime, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            logger.LogDebug("The scheduler has stopped");
        }
    }

    private ClusterSnapshot Take(SchedulerState state)
    {
        var read = caches.Snapshot();
        assumed.RetainOnly(read.Tasks.Select(t => t.Uid()).ToHashSet(StringComparer.Ordinal));
        return read with
        {
            Uptime = time.GetElapsedTime(_start),
            Tasks = [.. read.Tasks.Select(assumed.Overlay)],
            State = state,
            Settings = settings,
        };
    }

    private async Task SleepAsync(TimeSpan? due, CancellationToken cancellationToken)
    {
        var sleep = new[] { due ?? LongestSleep, assumed.NextExpiry ?? LongestSleep, LongestSleep }.Min();
        using var alarm = new CancellationTokenSource(sleep > TimeSpan.Zero ? sleep : TimeSpan.FromMilliseconds(1), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(alarm.Token, cancellationToken);
        try
        {
            await _wake.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Time is up: something falls due.
        }
    }

    private void Tell(SchedulerState before, Plan plan)
    {
        if (plan.State.Disrupted && !before.Disrupted)
        {
            logger.LogWarning("Most hosts fell silent at once: nothing is taken back until they are heard of again. Look at the network between hosts and API server");
        }
        else if (!plan.State.Disrupted && before.Disrupted)
        {
            logger.LogInformation("Most hosts are heard of again; every timer starts anew");
        }
    }
}
