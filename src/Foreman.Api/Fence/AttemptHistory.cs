namespace Foreman.Api;

/// <summary>Keeps <c>status.attempts</c> within its bound by evicting the least informative entry.</summary>
public static class AttemptHistory
{
    /// <summary>Bound on stored entries.</summary>
    public const int MaxEntries = 32;

    /// <summary>
    /// Index of the entry to evict so that two more fit (the attempt's and the operator's); null while there is room.
    /// Attempts in which nothing ran are evicted before those that count against a limit.
    /// </summary>
    public static int? IndexToEvict(IReadOnlyList<TaskAttempt> attempts)
    {
        if (attempts.Count < MaxEntries - 1)
        {
            return null;
        }

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

    /// <summary>The entries that remain when a task is assigned again.</summary>
    public static IReadOnlyList<TaskAttempt> WithRoom(IReadOnlyList<TaskAttempt> attempts) =>
        IndexToEvict(attempts) is { } index ? [.. attempts.Take(index), .. attempts.Skip(index + 1)] : attempts;
}
