namespace Foreman.Kubernetes;

/// <summary>
/// The rules of the work queue, without threads or clock. A key waits at most once and is with at most one worker; added
/// while a worker has it, it is handed out once more afterwards. Of several wishes for a waiting key the earliest time
/// and the highest priority count. A key leaves only by being taken, or by the end of the queue.
/// </summary>
/// <param name="backoff">Waits after failures.</param>
/// <param name="fairShare">Of so many takes in a row at least one goes to the oldest key.</param>
internal sealed class WorkQueueMachine<TKey>(RetryBackoff backoff, int fairShare)
    where TKey : notnull
{
    /// <summary>No delay reaches further; keeps sums of times in their range.</summary>
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
            state = Place(Remove(state, first.Key, state.Waiting[first.Key]), first.Key, first.Priority, first.DueAt);
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
            return Place(state, key, priority, due);
        }

        priority = Math.Max(priority, old.Priority);
        if (priority == old.Priority && due >= old.DueAt)
        {
            return state;
        }

        // One that only became more important keeps its place among equals: it came first.
        var removed = Remove(state, key, old);
        return due >= old.DueAt ? Insert(removed, key, old with { Priority = priority }) : Place(removed, key, priority, due);
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
        return done.Waiting.TryGetValue(key, out var again) && again.Place == WaitingPlace.Parked
            ? Insert(Remove(done, key, again), key, again with { Place = WaitingPlace.Ready, Order = done.LastOrder + 1 })
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

    /// <summary>Gives a key that does not wait its place, after all others there.</summary>
    private static WorkQueueState<TKey> Place(WorkQueueState<TKey> state, TKey key, int priority, TimeSpan due)
    {
        var place = due > state.Now ? WaitingPlace.Delayed : state.Processing.ContainsKey(key) ? WaitingPlace.Parked : WaitingPlace.Ready;
        var placed = Insert(state, key, new(place, priority, due, state.LastOrder + 1));
        return place == WaitingPlace.Delayed ? placed : placed with { Adds = placed.Adds + 1 };
    }

    private static WorkQueueState<TKey> Insert(WorkQueueState<TKey> state, TKey key, WaitingKey waiting)
    {
        var ranked = new RankedKey<TKey>(key, waiting.Priority, waiting.DueAt, waiting.Order);
        var next = state with { Waiting = state.Waiting.Add(key, waiting), LastOrder = Math.Max(state.LastOrder, waiting.Order) };
        return waiting.Place switch
        {
            WaitingPlace.Delayed => next with { Delayed = next.Delayed.Add(ranked) },
            WaitingPlace.Ready => next with { Ready = next.Ready.Add(ranked), ReadyByAge = next.ReadyByAge.Add(ranked) },
            _ => next,
        };
    }

    private static WorkQueueState<TKey> Remove(WorkQueueState<TKey> state, TKey key, WaitingKey waiting)
    {
        var ranked = new RankedKey<TKey>(key, waiting.Priority, waiting.DueAt, waiting.Order);
        var next = state with { Waiting = state.Waiting.Remove(key) };
        return waiting.Place switch
        {
            WaitingPlace.Delayed => next with { Delayed = next.Delayed.Remove(ranked) },
            WaitingPlace.Ready => next with { Ready = next.Ready.Remove(ranked), ReadyByAge = next.ReadyByAge.Remove(ranked) },
            _ => next,
        };
    }
}
