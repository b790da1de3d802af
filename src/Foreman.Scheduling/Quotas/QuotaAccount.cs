using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>What counts against a quota.</summary>
/// <param name="Tokens">Tokens sent to models and made by them.</param>
/// <param name="Seconds">Seconds for which slots are held.</param>
internal readonly record struct QuotaUse(long Tokens, long Seconds)
{
    /// <summary>The sum.</summary>
    /// <param name="other">The other one.</param>
    public QuotaUse Plus(QuotaUse other) => new(Tokens + other.Tokens, Seconds + other.Seconds);
}

/// <summary>One limit of a window that leaves too little for a task.</summary>
/// <param name="Unit">What is limited: tokens or seconds.</param>
/// <param name="Limit">The most in a window.</param>
/// <param name="Used">What ended runs have used in the window.</param>
/// <param name="Reserved">What is set aside for runs under way.</param>
/// <param name="Need">What would be set aside for the task.</param>
internal sealed record QuotaShortage(string Unit, long Limit, long Used, long Reserved, long Need);

/// <summary>Why a quota does not let a task start.</summary>
/// <param name="Quota">The quota.</param>
internal sealed record QuotaRefusal(Quota Quota)
{
    /// <summary>The limits of the window; empty when another cause stands in the way.</summary>
    public IReadOnlyList<QuotaShortage> Shortages { get; init; } = [];

    /// <summary>When enough of the window is free; null when that takes runs under way to end, or a change.</summary>
    public DateTimeOffset? FreesAt { get; init; }

    /// <summary>True when as many tasks hold slots as may.</summary>
    public bool IsFull { get; init; }

    /// <summary>True when a task that goes first waits for the quota.</summary>
    public bool IsBehind { get; init; }

    /// <summary>True when no window ever has enough for the task.</summary>
    public bool IsForEver { get; init; }
}

/// <summary>What one quota has had and what is set aside of it, counted on as a decision assigns tasks.</summary>
/// <param name="quota">The quota.</param>
internal sealed class QuotaAccount(Quota quota)
{
    // More than any quota allows, and sums of it stay exact.
    private const long MostNeed = 1L << 41;

    private readonly List<(DateTimeOffset FreesAt, QuotaUse Use)> _ended = [];
    private (DateTimeOffset FreesAt, QuotaUse Sum)[]? _freed;

    /// <summary>The quota.</summary>
    public Quota Quota => quota;

    /// <summary>What ended runs have used in the window.</summary>
    public QuotaUse Used { get; private set; }

    /// <summary>What is set aside for runs that hold slots.</summary>
    public QuotaUse Reserved { get; private set; }

    /// <summary>How many tasks hold slots.</summary>
    public int Running { get; private set; }

    /// <summary>True when as many tasks hold slots as may.</summary>
    public bool IsFull => Running >= quota.MaxRunning;

    /// <summary>True once a task has got a slot in this decision.</summary>
    public bool HasGiven { get; private set; }

    /// <summary>What ended runs used that the window still has, and when it is rid of that.</summary>
    public IReadOnlyList<(DateTimeOffset FreesAt, QuotaUse Use)> Ended => _ended;

    /// <summary>True once a task that could start but for this quota waits for it: those behind it must not use up what becomes free.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>Counts a run that has ended.</summary>
    /// <param name="endedAt">When; a time to come counts as now.</param>
    /// <param name="use">What it used.</param>
    /// <param name="now">Time of day.</param>
    public void AddEnded(DateTimeOffset endedAt, SlotUse use, DateTimeOffset now)
    {
        var freesAt = (endedAt < now ? endedAt : now) + quota.Window;
        if (freesAt > now)
        {
            _ended.Add((freesAt, new(use.Tokens, use.Seconds)));
            Used = Used.Plus(_ended[^1].Use);
            _freed = null;
        }
    }

    /// <summary>Counts a task that holds a slot.</summary>
    /// <param name="reserved">What is set aside for it.</param>
    public void AddRunning(QuotaUse reserved) => (Running, Reserved) = (Running + 1, Reserved.Plus(reserved));

    /// <summary>Counts a task that gets a slot.</summary>
    /// <param name="reserved">What is set aside for it.</param>
    public void Give(QuotaUse reserved)
    {
        HasGiven = true;
        AddRunning(reserved);
    }

    /// <summary>True when it stands as another decision found it, which gave none of it.</summary>
    /// <param name="before">The account of that decision, after it.</param>
    public bool IsAs(QuotaAccount before) =>
        !before.HasGiven && Running == before.Running && Used == before.Used && Reserved == before.Reserved && _ended.SequenceEqual(before._ended);

    /// <summary>Keeps what becomes free for the task that waits for it first.</summary>
    public void Hold() => IsHeld = true;

    /// <summary>What is set aside for a task: what its budget leaves, which it can't exceed, else its usual use within the quota. At least one of each, so that a quota that is used up lets nothing start.</summary>
    /// <param name="task">The task.</param>
    /// <param name="usual">What tasks like it use.</param>
    public QuotaUse NeedOf(AgenticTask task, SlotUse usual)
    {
        long? tokensLeft = task.Spec.Budget?.Tokens is { } tokens ? tokens - UsualUse.SpentBy(task).Tokens : null;
        return new(Need(tokensLeft, usual.Tokens, quota.TokensPerWindow), Need(task.SecondsLeft(), usual.Seconds, quota.SecondsPerWindow));
    }

    /// <summary>Why a task may not start that needs as much; null when it may.</summary>
    /// <param name="need">What it needs.</param>
    public QuotaRefusal? Check(QuotaUse need)
    {
        if (quota.MaxRunning == 0 || need.Tokens > quota.TokensPerWindow || need.Seconds > quota.SecondsPerWindow)
        {
            return new(quota) { IsForEver = true, IsFull = quota.MaxRunning == 0, Shortages = Shortages(need, alone: true) };
        }

        if (IsFull)
        {
            return new(quota) { IsFull = true };
        }

        if (IsHeld)
        {
            return new(quota) { IsBehind = true };
        }

        return Shortages(need, alone: false) is { Count: > 0 } shortages ? new(quota) { Shortages = shortages, FreesAt = FreesAt(need) } : null;
    }

    private static long Need(long? budget, long usual, long? limit) => Math.Max(1, budget is { } left ? Math.Min(left, MostNeed) : Math.Min(usual, limit ?? usual));

    private List<QuotaShortage> Shortages(QuotaUse need, bool alone)
    {
        var shortages = new List<QuotaShortage>(2);
        void Add(string unit, long? limit, long used, long reserved, long needed)
        {
            if (limit is { } most && (alone ? needed : used + reserved + needed) > most)
            {
                shortages.Add(new(unit, most, used, reserved, needed));
            }
        }

        Add("tokens", quota.TokensPerWindow, Used.Tokens, Reserved.Tokens, need.Tokens);
        Add("seconds", quota.SecondsPerWindow, Used.Seconds, Reserved.Seconds, need.Seconds);
        return shortages;
    }

    // What is set aside for runs stays so until they end.
    private DateTimeOffset? FreesAt(QuotaUse need)
    {
        var tokens = Used.Tokens + Reserved.Tokens + need.Tokens - (quota.TokensPerWindow ?? long.MaxValue);
        var seconds = Used.Seconds + Reserved.Seconds + need.Seconds - (quota.SecondsPerWindow ?? long.MaxValue);

        // The sums only grow, so the first moment with enough of both is found by halves.
        var freed = _freed ??= Freed();
        var (low, high) = (0, freed.Length);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = freed[middle].Sum.Tokens >= tokens && freed[middle].Sum.Seconds >= seconds ? (low, middle) : (middle + 1, high);
        }

        return low < freed.Length ? freed[low].FreesAt : null;
    }

    // Sorted once, since all tasks that wait may ask.
    private (DateTimeOffset FreesAt, QuotaUse Sum)[] Freed()
    {
        var sum = default(QuotaUse);
        return [.. _ended.OrderBy(e => e.FreesAt).Select(e => (e.FreesAt, Sum: sum = sum.Plus(e.Use)))];
    }
}
