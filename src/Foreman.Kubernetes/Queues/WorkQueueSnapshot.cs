namespace Foreman.Kubernetes;

/// <summary>The metrics of a queue at one moment.</summary>
/// <param name="Depth">Keys that could be taken.</param>
/// <param name="Adds">Keys that got work so far.</param>
/// <param name="Retries">Keys that were added again after a failure so far.</param>
/// <param name="UnfinishedSeconds">Time that workers have spent on keys that are not done, summed.</param>
/// <param name="LongestSeconds">The longest of these times.</param>
internal sealed record WorkQueueSnapshot(int Depth, long Adds, long Retries, double UnfinishedSeconds, double LongestSeconds)
{
    public static WorkQueueSnapshot Of<TKey>(WorkQueueState<TKey> state, TimeSpan now)
        where TKey : notnull
    {
        var ages = state.Processing.Values.Select(p => (now - p.Since).TotalSeconds).ToList();
        return new(state.Ready.Count, state.Adds, state.Retries, ages.Sum(), ages.Count == 0 ? 0 : ages.Max());
    }
}
