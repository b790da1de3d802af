namespace Foreman.Kubernetes.Tests.Properties;

/// <summary>Work queues with one mistake each, such as other queues have had: the simulation must find every one of them.</summary>
internal static class BrokenQueues
{
    private static readonly WorkQueueStateMachine<int> Machine = new(SimulatedQueueUse.Backoff, SimulatedQueueUse.FairShare);

    public static QueueRules Right => Machine.Step;

    public static IReadOnlyDictionary<string, QueueRules> All { get; } = new Dictionary<string, QueueRules>
    {
        ["drops a key that is added while a worker has it"] = (state, input, now) =>
            input is WorkQueueInput<int>.Add add && state.Processing.ContainsKey(add.Key) ? new(state) : Machine.Step(state, input, now),

        ["drops a key after its last retry"] = (state, input, now) =>
            input is WorkQueueInput<int>.AddRateLimited add && state.Failures.GetValueOrDefault(add.Key) >= SimulatedQueueUse.Backoff.Retries
                ? new(state)
                : Machine.Step(state, input, now),

        ["forgets the earlier of two delayed adds"] = (state, input, now) =>
            Machine.Step(input is WorkQueueInput<int>.Add add && add.Delay > TimeSpan.Zero ? WithoutDelayed(state, add.Key) : state, input, now),

        ["hands a key to a second worker when it is added again"] = (state, input, now) =>
            Machine.Step(input is WorkQueueInput<int>.Add add ? Machine.Step(state, new WorkQueueInput<int>.Done(add.Key), now).State : state, input, now),

        ["lets important keys starve the others"] = (state, input, now) => Machine.Step(state with { PassedOver = 0 }, input, now),

        ["leaves a waiting key as unimportant as it was"] = (state, input, now) =>
            Machine.Step(state, input is WorkQueueInput<int>.Add add && state.Waiting.TryGetValue(add.Key, out var waiting) ? add with { Priority = waiting.Priority } : input, now),

        ["hands out the oldest key, whatever is more important"] = (state, input, now) =>
            Machine.Step(state with { PassedOver = SimulatedQueueUse.FairShare }, input, now),

        ["wakes a second too early"] = (state, input, now) => Machine.Step(state, input, now + TimeSpan.FromSeconds(input is WorkQueueInput<int>.Take ? 1 : 0)),

        ["forgets failures when the worker is done"] = (state, input, now) =>
            Machine.Step(input is WorkQueueInput<int>.Done done ? state with { Failures = state.Failures.Remove(done.Key) } : state, input, now),

        ["forgets a date of a key when the worker is done"] = (state, input, now) =>
            Machine.Step(input is WorkQueueInput<int>.Done done ? WithoutDelayed(state, done.Key) : state, input, now),

        ["never comes to the slow rate"] = (state, input, now) =>
            Machine.Step(input is WorkQueueInput<int>.AddRateLimited add ? state with { Failures = state.Failures.SetItem(add.Key, Math.Min(2, state.Failures.GetValueOrDefault(add.Key))) } : state, input, now),

        ["takes the clock's going back for the truth"] = (state, input, now) => Machine.Step(state with { Now = now }, input, now),
    };

    private static WorkQueueState<int> WithoutDelayed(WorkQueueState<int> state, int key) =>
        state.Waiting.TryGetValue(key, out var waiting) && waiting.State == WaitingState.Delayed
            ? state with { Waiting = state.Waiting.Remove(key), Delayed = state.Delayed.Except(state.Delayed.Where(d => d.Key == key)) }
            : state;
}
