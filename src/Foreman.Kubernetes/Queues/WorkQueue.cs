namespace Foreman.Kubernetes;

/// <summary>
/// A rate-limited, delaying priority queue, as in client-go: each key is processed by one worker at a time, however often it
/// was added; a key added while it is processed is processed once more afterwards. The rules are the pure <see
/// cref="WorkQueueStateMachine{TKey}"/>; each call takes O(log n). Thread-safe.
/// </summary>
/// <typeparam name="TKey">What is queued; compared for equality.</typeparam>
public sealed class WorkQueue<TKey> : IDisposable
    where TKey : notnull
{
    /// <summary>Longest period of one timer; longer waits are continued.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly LinkedList<TakeWaiter<TKey>> _takers = [];
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WorkQueueStateMachine<TKey> _machine;
    private readonly TimeProvider _time;
    private readonly long _began;
    private readonly ITimer _timer;
    private readonly WorkQueueMetrics.Registration _meters;
    private volatile WorkQueueState<TKey> _state;
    private TimeSpan? _timerFor;

    /// <summary>Makes an empty queue.</summary>
    /// <param name="options">Name, waits and clock; null for the defaults.</param>
    /// <exception cref="ArgumentException">A number of the options is out of its range.</exception>
    public WorkQueue(WorkQueueOptions? options = null)
    {
        var valid = (options ?? new()).Validated();
        _machine = new(valid.Backoff, valid.FairShare);
        _time = valid.Time;
        _began = _time.GetTimestamp();
        _state = new() { Jitter = unchecked((ulong)valid.Seed) };
        _timer = _time.CreateTimer(_ => Step(new WorkQueueInput<TKey>.Tick()), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _meters = WorkQueueMetrics.Register(valid.Name, () => WorkQueueSnapshot.Of(_state, Now));
    }

    /// <summary>How many keys could be taken now.</summary>
    public int Count => _state.Ready.Count;

    /// <summary>True once <see cref="ShutDown"/> or <see cref="ShutDownWithDrainAsync"/> was called.</summary>
    public bool IsShuttingDown => _state.Phase != WorkQueuePhase.Open;

    /// <summary>Keys that workers have at this moment.</summary>
    public IReadOnlyCollection<TKey> Processing => [.. _state.Processing.Keys];

    private TimeSpan Now => _time.GetElapsedTime(_began);

    /// <summary>Adds a key. One that waits already stays where it is, or moves up if it becomes more important.</summary>
    /// <param name="key">The key.</param>
    /// <param name="priority">Higher is taken first; first come, first served among equals.</param>
    public void Add(TKey key, int priority = 0) => Step(new WorkQueueInput<TKey>.Add(key, priority, TimeSpan.Zero));

    /// <summary>Adds a key once a time has passed. Of several times for a key that waits the earliest counts.</summary>
    /// <param name="key">The key.</param>
    /// <param name="delay">The time; zero or less to add it at once.</param>
    /// <param name="priority">Higher is taken first.</param>
    public void AddAfter(TKey key, TimeSpan delay, int priority = 0) => Step(new WorkQueueInput<TKey>.Add(key, priority, delay));

    /// <summary>Adds a key after a wait that grows with its failures in a row; see <see cref="WorkQueueOptions.Backoff"/>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="priority">Higher is taken first.</param>
    public void AddRateLimited(TKey key, int priority = 0) => Step(new WorkQueueInput<TKey>.AddRateLimited(key, priority));

    /// <summary>Forgets the failures of a key: it has succeeded.</summary>
    public void Forget(TKey key) => Step(new WorkQueueInput<TKey>.Forget(key));

    /// <summary>How often a key has failed in a row.</summary>
    public int NumRequeues(TKey key) => _state.Failures.GetValueOrDefault(key);

    /// <summary>Marks a key as processed, successfully or not; must be called once for every key taken.</summary>
    public void Done(TKey key) => Step(new WorkQueueInput<TKey>.Done(key));

    /// <summary>Takes the next key, or waits for one.</summary>
    /// <param name="cancellationToken">Cancels the wait; no key is lost.</param>
    /// <returns>The key, or null when the queue has shut down: then the worker ends.</returns>
    public Task<QueuedKey<TKey>?> TakeAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return Task.FromCanceled<QueuedKey<TKey>?>(cancellationToken);
            }

            var taken = _takers.Count == 0 ? TakeNow() : null;
            if (taken is not null || _state.IsOver)
            {
                ArmTimer();
                return Task.FromResult(taken);
            }

            var node = _takers.AddLast(new TakeWaiter<TKey>());
            node.Value.WhenCancelled(() => CancelTake(node, cancellationToken), cancellationToken);
            ArmTimer();
            return node.Value.Task;
        }
    }

    /// <summary>Shuts the queue down: waiting keys are dropped, takers get null, keys in processing may still be done.</summary>
    public void ShutDown() => Step(new WorkQueueInput<TKey>.ShutDown(Drain: false));

    /// <summary>Shuts the queue down gracefully: ready keys are still processed, delayed ones are dropped.</summary>
    /// <param name="cancellationToken">Stops waiting; the queue goes on draining.</param>
    /// <returns>When the last key is done.</returns>
    public Task ShutDownWithDrainAsync(CancellationToken cancellationToken = default)
    {
        Step(new WorkQueueInput<TKey>.ShutDown(Drain: true));
        return _idle.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Shuts the queue down and unregisters its metrics.</summary>
    public void Dispose()
    {
        ShutDown();
        _timer.Dispose();
        _meters.Dispose();
    }

    private void Step(WorkQueueInput<TKey> input)
    {
        lock (_lock)
        {
            var now = Now;
            if (input is WorkQueueInput<TKey>.Done(var key) && _state.Processing.TryGetValue(key, out var work))
            {
                _meters.Worked(now - work.Since);
            }

            _state = _machine.Step(_state, input, now).State;
            ServeTakers();
            _timerFor = input is WorkQueueInput<TKey>.Tick ? null : _timerFor;
            ArmTimer();
            if (_state.IsOver && _state.Processing.IsEmpty)
            {
                _idle.TrySetResult();
            }
        }
    }

    private void ServeTakers()
    {
        while (_takers.First is { Value: var taker })
        {
            var taken = TakeNow();
            if (taken is null && !_state.IsOver)
            {
                return;
            }

            _takers.RemoveFirst();
            taker.Complete(taken);
        }
    }

    private QueuedKey<TKey>? TakeNow()
    {
        var step = _machine.Step(_state, new WorkQueueInput<TKey>.Take(), Now);
        _state = step.State;
        if (step.Taken is { } taken)
        {
            _meters.Waited(taken.Waited);
        }

        return step.Taken;
    }

    private void CancelTake(LinkedListNode<TakeWaiter<TKey>> node, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (node.List is null)
            {
                return;
            }

            _takers.Remove(node);
        }

        node.Value.Cancel(cancellationToken);
    }

    /// <summary>Sets the timer for the next delayed key, rounded up to whole milliseconds so that the key is due when it fires.</summary>
    private void ArmTimer()
    {
        var due = _state.NextDue;
        if (due == _timerFor)
        {
            return;
        }

        _timerFor = due;
        var wait = due is { } at ? TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling((at - Now).TotalMilliseconds))) : Timeout.InfiniteTimeSpan;
        _timer.Change(wait < LongestTimer ? wait : LongestTimer, Timeout.InfiniteTimeSpan);
    }
}
