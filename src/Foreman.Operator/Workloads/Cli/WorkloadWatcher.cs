using System.Collections.Immutable;
using System.Threading.Channels;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Workloads.Cli;

/// <summary>Follows a Workload and its tasks, and reports a state after each change.</summary>
internal sealed class WorkloadWatcher
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan UnseenAfter = TimeSpan.FromSeconds(10);

    private readonly Workload _first;
    private readonly TimeProvider _time;
    private readonly long _since;
    private readonly Reflector<Workload> _workloads;
    private readonly Reflector<AgenticTask>? _tasks;
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private Workload? _seen;
    private volatile bool _isCurrent;

    /// <param name="client">The API.</param>
    /// <param name="workload">The Workload, as it is stored.</param>
    /// <param name="time">Clock.</param>
    public WorkloadWatcher(IKubernetes client, Workload workload, TimeProvider time)
    {
        (_first, _time, _since) = (workload, time, time.GetTimestamp());
        var here = new ReflectorOptions { Time = time, Namespaces = [workload.Namespace()!] };
        _workloads = new(client, here with { FieldSelector = Selectors.Equal("metadata.name", workload.Name()) });
        _workloads.Store.Subscribe(_ => Changed());
        if (WorkloadTasks.Selector(workload.Name()) is { } selector)
        {
            _tasks = new(client, here with { LabelSelector = selector });
            _tasks.Store.Subscribe(_ => Changed());
        }
    }

    /// <summary>Follows until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(
        _workloads.RunAsync(cancellationToken), _tasks?.RunAsync(cancellationToken) ?? Task.CompletedTask, ReachAsync(cancellationToken));

    /// <summary>Reports every state until the first one of which something is true, and returns that.</summary>
    public async Task<WorkloadState> UntilAsync(Func<WorkloadState, bool> isLast, Action<WorkloadState> report, CancellationToken cancellationToken)
    {
        await using var timer = _time.CreateTimer(_ => Changed(), null, Tick, Tick);
        while (true)
        {
            var state = Take();
            report(state);
            if (isLast(state))
            {
                return state;
            }

            await _changes.Reader.ReadAsync(cancellationToken);
        }
    }

    private void Changed() => _changes.Writer.TryWrite(true);

    private WorkloadState Take()
    {
        // Asked before the store is: what comes into that in between is no absence.
        var isCurrent = _seen is not null || _isCurrent;
        var there = _workloads.Store.Get(_first.Name(), _first.Namespace());
        if (there is not null && there.Uid() == _first.Uid())
        {
            _seen = there;
        }

        var last = _seen ?? _first;
        return new WorkloadState(last)
        {
            Tasks = _tasks is null ? ImmutableDictionary<string, AgenticTask>.Empty : WorkloadTasks.Of(last, _tasks.Store.Snapshot().Values),
            IsGone = isCurrent && there?.Uid() != _first.Uid() && !WorkloadState.HasEnded(last),
            IsUnseen = last.Status?.Phase is null && _time.GetElapsedTime(_since) >= UnseenAfter,
            Trouble = _workloads.LastError?.Message ?? _tasks?.LastError?.Message,
        };
    }

    // A replica that lags does not have a new Workload yet: then its absence says nothing.
    private async Task ReachAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _workloads.WaitForAsync(_first.ResourceVersion(), null, cancellationToken);
            _isCurrent = true;
        }
        catch (OperationCanceledException)
        {
            // Nobody follows any more.
        }
    }
}
