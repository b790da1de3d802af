namespace Foreman.Kubernetes;

/// <summary>
/// The state machine of the work queue, without threads or clock. A key waits at most once and is with at most one worker;
/// added while a worker has it, it is processed once more afterwards. Of several adds of a waiting key the earliest time and
/// the highest priority count. A key leaves only by being taken, or by the end of the queue.
/// </summary>
/// <param name="backoff">Waits after failures.</param>
/// <param name="fairShare">At least one in this number of takes goes to the oldest key.</param>
internal sealed class WorkQueueStateMachine<TKey>(RetryBackoff backoff, int fairShare)
    where TKey : notnull
{
    /// <summary>Longest delay, so that sums of times do not overflow.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    public WorkQueueStep<TKey> Step(WorkQueueState<TKey> state, WorkQueueInput<TKey> input, TimeSpan now)
    {
        state = Promote(now > state.Now ? state with { Now = now } : state);
        return input switch
        {
            WorkQueueInput<TKey>.Add(var key, var priority, var delay) => new(Add(state, key, priority, delay)),
            WorkQueueInput<TKey>.AddRateLimited(var key, var priority) => new(AddRateLimited(state, key, priority)),
            WorkQueueInput<TKey>.Take => Take(state),
            WorkQueueInput<TKey>.Done(var key) => new(Done(state, key)),
            WorkQueueInput<TKey>.Forget(var key) => new(state.Failures.ContainsKey(key) ? state with { Failures = state.Failures.Remove(key) } : state),
            WorkQueueInput<TKey>.ShutDown(var drain) => new(ShutDown(state, drain)),
            _ => new(state),
        };
    }

    private static WorkQueueState<TKey> Promote(WorkQueueState<TKey> state)
    {
        while (!state.Delayed.IsEmpty && state.Delayed.Min is var first && first.DueAt <= state.Now)
        {
            state = Enqueue(Remove(state, first.Key, state.Waiting[first.Key]), first.Key, first.Priority, first.DueAt);
        }

        return state;
    }

    private static WorkQueueState<TKey> Add(WorkQueueState<TKey> state, TKey key, int priority, TimeSpan delay)
    {
        if (state.Phase != WorkQueuePhase.Open)
        {
            return state;
        }

        var due = delay <= TimeSpan.Zero ? state.Now : state.Now + (delay < Longest ? delay : Longest);
        if (!state.Waiting.TryGetValue(key, out var old))
        {
            return Enqueue(state, key, priority, due);
        }

        priority = Math.Max(priority, old.Priority);
        if (priority == old.Priority && due >= old.DueAt)
        {
            return state;
        }

        // A key whose priority was raised keeps its order among keys of that priority.
        var removed = Remove(state, key, old);
        return due >= old.DueAt ? Insert(removed, key, old with { Priority = priority }) : Enqueue(removed, key, priority, due);
    }

    private WorkQueueState<TKey> AddRateLimited(WorkQueueState<TKey> state, TKey key, int priority)
    {
        var failures = state.Failures.GetValueOrDefault(key) + 1;
        var (jitter, next) = JitterSequence.Next(state.Jitter);
        var counted = state with { Jitter = next, Failures = state.Failures.SetItem(key, failures), Retries = state.Retries + 1 };
        return Add(counted, key, priority, backoff.Delay(failures, jitter));
    }

    private WorkQueueStep<TKey> Take(WorkQueueState<TKey> state)
    {
        if (state.Ready.IsEmpty)
        {
            return new(state);
        }

        var oldest = state.ReadyByAge.Min;
        var next = state.PassedOver + 1 >= fairShare ? oldest : state.Ready.Min;
        var taken = Remove(state, next.Key, state.Waiting[next.Key]);
        return new(
            taken with
            {
                PassedOver = next == oldest ? 0 : state.PassedOver + 1,
                Processing = state.Processing.Add(next.Key, new(state.Now)),
            },
            new(next.Key, next.Priority, state.Failures.GetValueOrDefault(next.Key), state.Now - next.DueAt));
    }

    private static WorkQueueState<TKey> Done(WorkQueueState<TKey> state, TKey key)
    {
        if (!state.Processing.ContainsKey(key))
        {
            return state;
        }

        var done = state with { Processing = state.Processing.Remove(key) };
        return done.Waiting.TryGetValue(key, out var again) && again.State == WaitingState.AwaitingDone
            ? Insert(Remove(done, key, again), key, again with { State = WaitingState.Ready, Order = done.LastOrder + 1 })
            : done;
    }

    private static WorkQueueState<TKey> ShutDown(WorkQueueState<TKey> state, bool drain)
    {
        if (!drain)
        {
            return state with
            {
                Phase = WorkQueuePhase.Closed,
                Waiting = state.Waiting.Clear(),
                Ready = state.Ready.Clear(),
                ReadyByAge = state.ReadyByAge.Clear(),
                Delayed = state.Delayed.Clear(),
            };
        }

        return state.Phase != WorkQueuePhase.Open ? state : state with
        {
            Phase = WorkQueuePhase.Draining,
            Waiting = state.Waiting.RemoveRange(state.Delayed.Select(d => d.Key)),
            Delayed = state.Delayed.Clear(),
        };
    }

    /// <summary>Adds a key that does not wait, after all others in its state.</summary>
    private static WorkQueueState<TKey> Enqueue(WorkQueueState<TKey> state, TKey key, int priority, TimeSpan due)
    {
        var waitingState = due > state.Now ? WaitingState.Delayed : state.Processing.ContainsKey(key) ? WaitingState.AwaitingDone : WaitingState.Ready;
        var placed = Insert(state, key, new(waitingState, priority, due, state.LastOrder + 1));
        return waitingState == WaitingState.Delayed ? placed : placed with { Adds = placed.Adds + 1 };
    }

    private static WorkQueueState<TKey> Insert(WorkQueueState<TKey> state, TKey key, WaitingKey waiting)
    {
        var ranked = new RankedKey<TKey>(key, waiting.Priority, waiting.DueAt, waiting.Order);
        var next = state with { Waiting = state.Waiting.Add(key, waiting), LastOrder = Math.Max(state.LastOrder, waiting.Order) };
        return waiting.State switch
        {
            WaitingState.Delayed => next with { Delayed = next.Delayed.Add(ranked) },
            WaitingState.Ready => next with { Ready = next.Ready.Add(ranked), ReadyByAge = next.ReadyByAge.Add(ranked) },
            _ => next,
        };
    }

    private static WorkQueueState<TKey> Remove(WorkQueueState<TKey> state, TKey key, WaitingKey waiting)
    {
        var ranked = new RankedKey<TKey>(key, waiting.Priority, waiting.DueAt, waiting.Order);
        var next = state with { Waiting = state.Waiting.Remove(key) };
        return waiting.State switch
        {
            WaitingState.Delayed => next with { Delayed = next.Delayed.Remove(ranked) },
            WaitingState.Ready => next with { Ready = next.Ready.Remove(ranked), ReadyByAge = next.ReadyByAge.Remove(ranked) },
            _ => next,
        };
    }
}
