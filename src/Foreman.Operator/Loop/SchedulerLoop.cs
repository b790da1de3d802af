using System.Collections.Immutable;
using System.Threading.Channels;
using Foreman.Kubernetes;
using Foreman.Operator.Backends;
using Foreman.Operator.Metrics;
using Foreman.Scheduling;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Loop;

/// <summary>
/// Decides whenever something has changed or falls due, at the pace of <see cref="RoundPace"/>, and has the decisions carried out. What is decided is up to
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
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly long _start = time.GetTimestamp();
    private ImmutableDictionary<string, SeenLease> _leasesSeen = ImmutableDictionary.Create<string, SeenLease>(StringComparer.Ordinal);
    private volatile SchedulerState _state = SchedulerState.Empty;
    private volatile bool _hasDecided;

    /// <summary>True once a first decision was made.</summary>
    public bool HasDecided => _hasDecided;

    /// <summary>Has the loop decide again soon; calls that come before it does count as one.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Takes note of a change of a Lease; a renewal of a host that is heard of all the time is told to the next decision and wakes none.</summary>
    /// <param name="change">The change.</param>
    public void Note(ResourceEvent<V1Lease> change)
    {
        var (uptime, lease) = (Uptime, change.Object);
        var now = change.Type == ResourceEventType.Deleted ? null : lease;
        ImmutableInterlocked.Update(
            ref _leasesSeen,
            static (seen, noted) => noted.Now is null ? seen.Remove(noted.Name) : seen.SetItem(noted.Name, new(noted.Now, noted.At)),
            (Name: lease.Name(), Now: now, At: uptime));
        if (LeaseNews.AsksForDecision(now is null ? lease : change.Previous, now, _state, uptime))
        {
            Wake();
        }
    }

    /// <summary>Decides until cancelled, then returns.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var begun = time.GetTimestamp();
                var plan = Decide();
                executor.Execute(plan, cancellationToken);
                _hasDecided = true;
                await Task.Delay(RoundPace.RestAfter(time.GetElapsedTime(begun)), time, cancellationToken);
                await SleepAsync(plan.RequeueAt, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LoopLog.Stopped(logger);
        }
    }

    private TimeSpan Uptime => time.GetElapsedTime(_start);

    private Plan Decide()
    {
        var (before, snapshot) = (_state, Snapshot());
        var begun = time.GetTimestamp();
        var plan = Scheduler.Decide(snapshot, time.GetUtcNow());
        OperatorMetrics.Decided(time.GetElapsedTime(begun), snapshot);
        LogDisruption(before, plan.State);
        _state = plan.State;
        return plan;
    }

    private ClusterSnapshot Snapshot()
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
            Uptime = Uptime,
            Tasks = tasks,
            LeasesSeen = Volatile.Read(ref _leasesSeen),
            Unconfirmed = assumed.Unconfirmed(),
            ExplanationRoom = executor.ExplanationRoom,
            RefreshRoom = Backpressure.RefreshedAtOnce,
            AssignmentRoom = executor.AssignmentRoom,
            Holders = backends.Observe(tasks),
            State = _state,
            Settings = settings,
        };
    }

    private async Task SleepAsync(TimeSpan? due, CancellationToken cancellationToken)
    {
        using var alarm = new CancellationTokenSource(RoundPace.Sleep(Uptime, due, assumed.NextExpiry), time);
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
