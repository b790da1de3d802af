using System.Collections.Immutable;
using System.Threading.Channels;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Try;

/// <summary>Watches hosts, the task and its transcript, and reports a state after each change.</summary>
internal sealed class TryWatcher
{
    private readonly Reflector<FleetNode> _nodes;
    private readonly Reflector<AgenticTask> _tasks;
    private readonly Reflector<RunLog> _logs;
    private readonly string _task;
    private readonly TimeProvider _time;
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long? _created;
    private TimeSpan? _toRunning;
    private TimeSpan? _toDone;

    public TryWatcher(IKubernetes client, string task, TimeProvider time)
    {
        var here = new ReflectorOptions { Time = time, Namespaces = [Manifests.Namespace] };
        (_task, _time) = (task, time);
        _nodes = new(client, new ReflectorOptions { Time = time });
        _tasks = new(client, here);
        _logs = new(client, here);
        _nodes.Store.Subscribe(_ => Changed());
        _tasks.Store.Subscribe(OnTaskChanged);
        _logs.Store.Subscribe(_ => Changed());
    }

    /// <summary>Follows until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_nodes.RunAsync(cancellationToken), _tasks.RunAsync(cancellationToken), _logs.RunAsync(cancellationToken));

    /// <summary>Starts measuring the task's times.</summary>
    public void OnTaskCreated() => _created = _time.GetTimestamp();

    /// <summary>Reports every state until one satisfies the condition, and returns that one.</summary>
    public async Task<TryState> UntilAsync(TryState state, Func<TryState, bool> condition, Action<TryState> report, CancellationToken cancellationToken)
    {
        while (true)
        {
            state = Take(state);
            report(state);
            if (condition(state))
            {
                return state;
            }

            await _changes.Reader.ReadAsync(cancellationToken);
        }
    }

    private void Changed() => _changes.Writer.TryWrite(true);

    private void OnTaskChanged(ResourceEvent<AgenticTask> change)
    {
        if (_created is { } created && change.Object.Name() == _task)
        {
            var phase = change.Object.PhaseOrPending();
            _toRunning ??= phase == TaskPhase.Running ? _time.GetElapsedTime(created) : null;
            _toDone ??= phase.IsTerminal() ? _time.GetElapsedTime(created) : null;
        }

        Changed();
    }

    private TryState Take(TryState state)
    {
        var task = _tasks.Store.Get(_task, Manifests.Namespace);
        var logs = task is null ? [] : _logs.Store.Snapshot().Values
            .Where(l => l.Spec.TaskRef.Uid == task.Uid() && l.Spec.Attempt == task.Status.Attempt);
        return state with
        {
            Nodes = _nodes.Store.Snapshot().Values.ToImmutableSortedDictionary(n => n.Name(), n => n, StringComparer.Ordinal),
            Task = task,
            Turns = [.. TurnReader.Read(logs)],
            ToRunning = _toRunning,
            ToDone = _toDone,
        };
    }
}
