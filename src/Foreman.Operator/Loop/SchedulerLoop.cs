using System.Threading.Channels;
using Foreman.Kubernetes;
using Foreman.Operator.Backends;
using Foreman.Operator.Metrics;
using Foreman.Scheduling;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Loop;

/// <summary>
/// Decides whenever something has changed or falls due, and has the decisions carried out. What is decided is up to
/// <see cref="Scheduler.Decide"/>; this is only the clock, the inputs and their order.
/// </summary>
/// <param name="read">The cluster as it was read last.</param>
/// <param name="backends">Where runs take place; they add what they observe of holders.</param>
/// <param name="executor">Carries the decisions out.</param>
/// <param name="assumed">What was written and not read back yet.</param>
/// <param name="settings">Settings of this operator.</param>
/// <param name="time">Clock and timers.</param>
/// <param name="logger">Log.</param>
internal sealed class SchedulerLoop(
    Func<ClusterSnapshot> read,
    ExecutionBackends backends,
    DecisionExecutor executor,
    AssumeCache assumed,
    SchedulerSettings settings,
    TimeProvider time,
    ILogger logger)
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(1);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly long _start = time.GetTimestamp();
    private volatile bool _hasDecided;

    /// <summary>True once a first decision was made.</summary>
    public bool HasDecided => _hasDecided;

    /// <summary>Has the loop decide again soon; calls that come before it does count as one.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Decides until cancelled, then returns.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var state = SchedulerState.Empty;
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var snapshot = Snapshot(state);
                var begun = time.GetTimestamp();
                var plan = Scheduler.Decide(snapshot, time.GetUtcNow());
                OperatorMetrics.Decided(time.GetElapsedTime(begun), snapshot);
                LogDisruption(state, plan.State);
                state = plan.State;
                executor.Execute(plan, cancellationToken);
                _hasDecided = true;
                await SleepAsync(plan.RequeueAt - snapshot.Uptime, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LoopLog.Stopped(logger);
        }
    }

    private ClusterSnapshot Snapshot(SchedulerState state)
    {
        var cluster = read();
        if (!assumed.IsEmpty)
        {
            assumed.RetainOnly(cluster.Tasks.Select(t => t.Uid()).ToHashSet(StringComparer.Ordinal));
        }

        // While nothing is assumed the list stays the one that was read, and decisions see at once that nothing has changed.
        var tasks = assumed.IsEmpty ? cluster.Tasks : cluster.Tasks.Select(assumed.Overlay).ToArray();
        return cluster with
        {
            Uptime = time.GetElapsedTime(_start),
            Tasks = tasks,
            Unconfirmed = assumed.Unconfirmed(),
            ExplanationRoom = executor.ExplanationRoom,
            Holders = backends.Observe(tasks),
            State = state,
            Settings = settings,
        };
    }

    private async Task SleepAsync(TimeSpan? due, CancellationToken cancellationToken)
    {
        var sleep = new[] { due ?? LongestSleep, assumed.NextExpiry ?? LongestSleep, LongestSleep }.Min();
        using var alarm = new CancellationTokenSource(sleep > TimeSpan.Zero ? sleep : ShortestSleep, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(alarm.Token, cancellationToken);
        try
        {
            await _wake.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Something falls due.
        }
    }

    private void LogDisruption(SchedulerState before, SchedulerState after)
    {
        if (after.Disrupted && !before.Disrupted)
        {
            LoopLog.Disrupted(logger);
        }
        else if (!after.Disrupted && before.Disrupted)
        {
            LoopLog.DisruptionOver(logger);
        }

        foreach (var site in after.SilentSites.Keys.Where(s => !before.SilentSites.ContainsKey(s)))
        {
            LoopLog.SiteSilent(logger, site, LivenessRules.LongestSiteSilence.TotalMinutes);
        }

        foreach (var site in before.SilentSites.Keys.Where(s => !after.Disrupted && !after.SilentSites.ContainsKey(s)))
        {
            LoopLog.SiteSilenceOver(logger, site);
        }
    }
}
