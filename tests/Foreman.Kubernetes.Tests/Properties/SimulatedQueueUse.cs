namespace Foreman.Kubernetes.Tests.Properties;

/// <summary>One step of a work queue: the real rules, or broken ones.</summary>
internal delegate WorkQueueStep<int> QueueRules(WorkQueueState<int> state, WorkQueueInput<int> input, TimeSpan now);

/// <summary>
/// Uses a work queue at random for a while: keys are added, taken, done and fail, now and later, important and not, while
/// the clock runs, jumps and stands. What the queue does is held against a plain account of what was asked of it.
/// </summary>
internal sealed class SimulatedQueueUse(int seed, QueueRules rules)
{
    public const int FairShare = 4;

    private const int Keys = 6;
    private const int Operations = 120;

    private readonly Random _random = new(seed);
    private readonly QueueAccount _account = new(Backoff, FairShare);
    private WorkQueueState<int> _state = new() { Jitter = (ulong)seed };
    private TimeSpan _now;

    public static RetryBackoff Backoff { get; } = new()
    {
        Base = TimeSpan.FromSeconds(1),
        Max = TimeSpan.FromSeconds(30),
        Retries = 3,
        Jitter = 0.2,
    };

    /// <summary>What the queue did wrong first; null when all was well.</summary>
    public string? FirstFault()
    {
        for (var i = 0; i < Operations && _account.Fault is null; i++)
        {
            MoveClock();
            Operate(_random.Next(100));
        }

        End();
        return _account.Fault is { } fault ? $"seed {seed} at {_account.Now}: {fault}" : null;
    }

    private void MoveClock() => _now = _account.Now + _random.Next(40) switch
    {
        0 => TimeSpan.FromHours(_random.Next(1, 5)),
        1 => -TimeSpan.FromSeconds(_random.Next(1, 100)),
        < 20 => TimeSpan.FromTicks(1),
        _ => TimeSpan.FromMilliseconds(_random.Next(1, 1500)),
    };

    private void Operate(int jitter)
    {
        var key = _random.Next(Keys);
        switch (jitter)
        {
            case < 25:
                Add(key, TimeSpan.Zero);
                break;
            case < 40:
                Add(key, TimeSpan.FromTicks(_random.NextInt64(1, 200_000_000)));
                break;
            case < 75:
                Take();
                break;
            default:
                EndWork();
                break;
        }
    }

    private void Add(int key, TimeSpan delay)
    {
        var priority = _random.Next(4) switch { 0 => WorkQueuePriority.Low, 1 => 10, _ => 0 };
        Step(new WorkQueueInput<int>.Add(key, priority, delay));
        _account.Added(key, priority, delay);
    }

    private void Take() => _account.Taken(Step(new WorkQueueInput<int>.Take()));

    /// <summary>A worker ends: in success or failure, with or without looking again later.</summary>
    private void EndWork()
    {
        if (_account.Held.Count == 0)
        {
            return;
        }

        var (key, priority) = _account.Held.ElementAt(_random.Next(_account.Held.Count));
        switch (_random.Next(4))
        {
            case 0:
                Step(new WorkQueueInput<int>.Forget(key));
                _account.Forgotten(key);
                break;
            case 1:
                Step(new WorkQueueInput<int>.Forget(key));
                _account.Forgotten(key);
                Add(key, TimeSpan.FromTicks(_random.NextInt64(1, 600_000_000)));
                break;
            default:
                Step(new WorkQueueInput<int>.AddRateLimited(key, priority));
                _account.Failed(key, priority, _state);
                break;
        }

        Step(new WorkQueueInput<int>.Done(key));
        _account.Done(key);
    }

    /// <summary>Workers end what they have, time passes, and everything that was asked for must come.</summary>
    private void End()
    {
        for (var i = 0; i < 10 * Keys && _account.Fault is null; i++)
        {
            _now = _account.Now + TimeSpan.FromHours(1);
            foreach (var (key, _) in _account.Held.ToList())
            {
                Step(new WorkQueueInput<int>.Done(key));
                _account.Done(key);
            }

            Take();
        }

        _account.Ended();
    }

    private QueuedKey<int>? Step(WorkQueueInput<int> input)
    {
        _account.Passed(_now);
        var step = rules(_state, input, _now);
        _state = step.State;
        return step.Taken;
    }
}
