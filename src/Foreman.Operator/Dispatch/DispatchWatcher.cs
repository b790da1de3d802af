using System.Threading.Channels;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Try;

namespace Foreman.Operator.Dispatch;

/// <summary>Follows tasks and their transcripts, and reports a state after each change.</summary>
internal sealed class DispatchWatcher
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan UnseenAfter = TimeSpan.FromSeconds(10);

    private readonly Followed[] _followed;
    private readonly TimeProvider _time;
    private readonly long _since;
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <param name="client">The API.</param>
    /// <param name="tasks">The tasks, as they are stored.</param>
    /// <param name="time">Clock.</param>
    public DispatchWatcher(IKubernetes client, IEnumerable<AgenticTask> tasks, TimeProvider time)
    {
        (_time, _since) = (time, time.GetTimestamp());
        _followed = [.. tasks.Select(t => Follow(client, t))];
    }

    /// <summary>Follows until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_followed.Select(f => f.RunAsync(cancellationToken)));

    /// <summary>Reports every state until all tasks have ended, and returns the last one.</summary>
    public async Task<DispatchState> UntilOverAsync(Action<DispatchState> report, CancellationToken cancellationToken)
    {
        await using var timer = _time.CreateTimer(_ => Changed(), null, Tick, Tick);
        while (true)
        {
            var state = Take();
            report(state);
            if (state.Tasks.All(t => t.IsOver))
            {
                return state;
            }

            await _changes.Reader.ReadAsync(cancellationToken);
        }
    }

    private Followed Follow(IKubernetes client, AgenticTask task)
    {
        var here = new ReflectorOptions { Time = _time, Namespaces = [task.Namespace()!] };
        var followed = new Followed(
            task,
            new(client, here with { FieldSelector = Selectors.Equal("metadata.name", task.Name()) }),
            new(client, here with { LabelSelector = Selectors.Equal(Labels.TranscriptUid, task.Uid()) }));
        followed.Tasks.Store.Subscribe(_ => Changed());
        followed.Logs.Store.Subscribe(_ => Changed());
        return followed;
    }

    private void Changed() => _changes.Writer.TryWrite(true);

    private DispatchState Take()
    {
        var isLate = _time.GetElapsedTime(_since) >= UnseenAfter;
        return new DispatchState([.. _followed.Select(f => f.Take(isLate))])
        {
            Trouble = _followed.Select(f => f.Tasks.LastError?.Message).FirstOrDefault(m => m is not null),
        };
    }

    private sealed class Followed(AgenticTask first, Reflector<AgenticTask> tasks, Reflector<RunLog> logs)
    {
        private AgenticTask? _seen;
        private volatile bool _isCurrent;

        public Reflector<AgenticTask> Tasks => tasks;

        public Reflector<RunLog> Logs => logs;

        public Task RunAsync(CancellationToken cancellationToken) =>
            Task.WhenAll(tasks.RunAsync(cancellationToken), logs.RunAsync(cancellationToken), ReachAsync(cancellationToken));

        public DispatchedTask Take(bool isLate)
        {
            // Asked before the store is: what comes into that in between is no absence.
            var isCurrent = _seen is not null || _isCurrent;
            var there = tasks.Store.Get(first.Name(), first.Namespace());
            if (there is not null && there.Uid() == first.Uid())
            {
                _seen = there;
            }

            var last = _seen ?? first;
            var turns = TurnReader.Read(logs.Store.Snapshot().Values.Where(l => l.Spec.TaskRef.Uid == first.Uid() && l.Spec.Attempt == last.Status.Attempt));
            return new DispatchedTask(last)
            {
                Turns = [.. turns],
                IsGone = isCurrent && there?.Uid() != first.Uid() && !last.IsTerminal(),
                IsUnseen = isLate && last.PhaseOrPending() == TaskPhase.Pending && last.Status.Conditions.Find(ConditionTypes.Scheduled) is null,
            };
        }

        // A replica that lags does not have a new task yet: then its absence says nothing.
        private async Task ReachAsync(CancellationToken cancellationToken)
        {
            try
            {
                await tasks.WaitForAsync(first.ResourceVersion(), null, cancellationToken);
                _isCurrent = true;
            }
            catch (OperationCanceledException)
            {
                // Nobody follows any more.
            }
        }
    }
}
