namespace Foreman.Api;

/// <summary>Keeps <c>status.attempts</c> within its bound: the story of a task that is passed on often loses its dullest line first.</summary>
public static class AttemptHistory
{
    /// <summary>Most entries that are stored.</summary>
    public const int Most = 32;

    /// <summary>
    /// Index of the entry that makes room for the next two, the attempt's own and the operator's; null while there is room. An attempt in which nothing ran goes
    /// before one that counts against a limit.
    /// </summary>
    public static int? Dispensable(IReadOnlyList<TaskAttempt> attempts)
    {
        if (attempts.Count < Most - 1)
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
        Dispensable(attempts) is { } index ? [.. attempts.Take(index), .. attempts.Skip(index + 1)] : attempts;
}
