namespace Foreman.Scheduling;

/// <summary>What the quotas of a waiting task say.</summary>
internal enum QuotaAnswer
{
    /// <summary>They leave enough for it.</summary>
    Room,

    /// <summary>One never lets it start.</summary>
    Never,

    /// <summary>As many tasks of one hold slots as may.</summary>
    Full,

    /// <summary>A task that goes first waits for one.</summary>
    Behind,

    /// <summary>A window leaves too little.</summary>
    Short,
}

/// <summary>What the quotas of a task said at its turn.</summary>
/// <param name="Answer">What they said.</param>
/// <param name="HasWindow">True when one of them has a window.</param>
/// <param name="HadHost">True when a host would have taken the task.</param>
internal sealed record QuotaFinding(QuotaAnswer Answer, bool HasWindow, bool HadHost)
{
    /// <summary>The quota of which as many tasks hold slots as may; null for another answer.</summary>
    public Quota? Full { get; init; }

    /// <summary>Whether a host took tasks of its class, and at once: by these the order of turns goes.</summary>
    public (bool IsTaken, bool StartsAtOnce) Chances { get; init; }

    /// <summary>When enough of a window is free; null when that is not known.</summary>
    public DateTimeOffset? FreesAt { get; init; }

    /// <summary>True when it depends on what tasks before it got of windows, or wait for: on the order of turns.</summary>
    public bool DependsOnTurns => Answer is QuotaAnswer.Behind or QuotaAnswer.Short || (Answer == QuotaAnswer.Room && HasWindow);

    /// <summary>What was found; null for a task that counts for no quota with limits.</summary>
    /// <param name="accounts">The quotas that it counts for.</param>
    /// <param name="refusal">Why they do not let it start; null when they do.</param>
    /// <param name="hadHost">True when a host would have taken it.</param>
    /// <param name="like">Its class.</param>
    public static QuotaFinding? Of(QuotaAccount[] accounts, QuotaRefusal? refusal, bool hadHost, ITurnClass like)
    {
        if (accounts.Length == 0)
        {
            return null;
        }

        var answer = refusal switch
        {
            null => QuotaAnswer.Room,
            { IsForEver: true } => QuotaAnswer.Never,
            { IsFull: true } => QuotaAnswer.Full,
            { IsBehind: true } => QuotaAnswer.Behind,
            _ => QuotaAnswer.Short,
        };
        return new(answer, accounts.Any(a => a.Quota.HasWindow), hadHost)
        {
            Full = answer == QuotaAnswer.Full ? refusal!.Quota : null,
            FreesAt = refusal?.FreesAt,
            Chances = (like.IsTaken, like.StartsAtOnce),
        };
    }
}
