namespace Foreman.Api;

/// <summary>Keeps <c>status.attempts</c> within its bound by evicting the least informative entry.</summary>
public static class AttemptHistory
{
    /// <summary>Bound on stored entries.</summary>
    public const int MaxEntries = 32;

    /// <summary>
    /// Indexes of the entries to evict so that some more fit, each in the list that the evictions before it leave; empty while there
    /// is room. Attempts in which nothing ran are evicted before those that count against a limit.
    /// </summary>
    /// <param name="attempts">The entries.</param>
    /// <param name="room">How many more must fit: at an assignment two, the attempt's and the operator's.</param>
    public static IReadOnlyList<int> IndexesToEvict(IReadOnlyList<TaskAttempt> attempts, int room)
    {
        var indexes = new List<int>();
        for (var left = attempts; left.Count > MaxEntries - room; left = Without(left, indexes[^1]))
        {
            indexes.Add(LeastInformative(left));
        }

        return indexes;
    }

    /// <summary>The entries that remain when room was made.</summary>
    /// <param name="attempts">The entries.</param>
    /// <param name="room">How many more must fit.</param>
    public static IReadOnlyList<TaskAttempt> WithRoom(IReadOnlyList<TaskAttempt> attempts, int room) =>
        IndexesToEvict(attempts, room).Aggregate(attempts, Without);

    private static int LeastInformative(IReadOnlyList<TaskAttempt> attempts)
    {
        for (var i = 0; i < attempts.Count; i++)
        {
            if (attempts[i].Outcome is { } outcome
                && (outcome == AttemptOutcome.Unclaimed || outcome == AttemptOutcome.Declined || outcome == AttemptOutcome.Preempted))
            {
                return i;
            }
        }

        return 0;
    }

    private static IReadOnlyList<TaskAttempt> Without(IReadOnlyList<TaskAttempt> attempts, int index) =>
        [.. attempts.Take(index), .. attempts.Skip(index + 1)];
}
