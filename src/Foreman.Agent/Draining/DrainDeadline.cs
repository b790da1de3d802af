using Foreman.Agent.Hosting;

namespace Foreman.Agent.Draining;

/// <summary>When runs are stopped and given back.</summary>
internal static class DrainDeadline
{
    /// <summary>The earlier of the deadlines that hold; null when none does.</summary>
    /// <param name="facts">Why the host drains.</param>
    /// <param name="timeout">What a process that is told to stop allows its runs.</param>
    public static DateTimeOffset? Of(HostFacts facts, TimeSpan timeout)
    {
        var stop = facts.Stopping is { Since: { } since } ? since + timeout : (DateTimeOffset?)null;
        var requested = facts.RequestedDrain?.Deadline;
        return stop is { } s && requested is { } a ? (s < a ? s : a) : stop ?? requested;
    }
}
