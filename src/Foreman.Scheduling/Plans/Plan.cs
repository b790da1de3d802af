using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>What was decided, what the next decision needs, and when to decide again at the latest.</summary>
public sealed record Plan
{
    /// <summary>The decisions; at most one <see cref="TaskDecision"/> per task.</summary>
    public IReadOnlyList<Decision> Decisions { get; init; } = [];

    /// <summary>The tasks that waited, in the order in which they had their turns; without those of which the last decision has shown that nothing changes.</summary>
    internal IReadOnlyList<AgenticTask> Turns { get; init; } = [];

    /// <summary>The hosts that waiting tasks need, as no other one served them when turns began; empty when there was nothing to decide.</summary>
    internal IReadOnlyDictionary<string, HostNeed> Needs { get; init; } = new Dictionary<string, HostNeed>();

    /// <summary>UIDs of the tasks whose reason to wait is a quota, whether this plan writes it or not; empty when there was nothing to decide.</summary>
    internal IReadOnlyList<string> WaitForQuota { get; init; } = [];

    /// <summary>Time of day at which the window of a quota has room for a task that waits for it, unless runs end before; null when none waits for that.</summary>
    internal DateTimeOffset? QuotaFreesAt { get; init; }

    /// <summary>For the next decision.</summary>
    public required SchedulerState State { get; init; }

    /// <summary>Uptime at which to decide again even when nothing has changed; null when only a change matters.</summary>
    public TimeSpan? RequeueAt { get; init; }

    /// <summary>True when decisions were left out for which the snapshot has no room: to be made when there is some.</summary>
    public bool LeftOut { get; init; }
}

/// <summary>Keeps the earliest time at which something falls due.</summary>
internal sealed class RequeueTimer(TimeSpan uptime)
{
    public TimeSpan? At { get; private set; }

    /// <summary>Asks for a decision at a time, or at once when that is past.</summary>
    public void NoLaterThan(TimeSpan at)
    {
        var due = at < uptime ? uptime : at;
        At = At is { } earlier && earlier <= due ? earlier : due;
    }

    /// <summary>Asks for a decision no later than another timer does.</summary>
    public void NoLaterThan(RequeueTimer other)
    {
        if (other.At is { } at)
        {
            NoLaterThan(at);
        }
    }
}
