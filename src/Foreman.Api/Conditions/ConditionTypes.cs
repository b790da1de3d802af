namespace Foreman.Api;

/// <summary>Types of the conditions that Foreman writes.</summary>
public static class ConditionTypes
{
    /// <summary>FleetNode: the agent renews its Lease. AgenticTask: not used.</summary>
    public const string Ready = "Ready";

    /// <summary>FleetNode: new tasks may be placed.</summary>
    public const string Schedulable = "Schedulable";

    /// <summary>FleetNode: commands of models run in a sandbox; absent while the agent does not say.</summary>
    public const string Sandboxed = "Sandboxed";

    /// <summary>AgenticTask: a host is assigned, or why not.</summary>
    public const string Scheduled = "Scheduled";

    /// <summary>AgenticTask: an attempt is running.</summary>
    public const string Running = "Running";

    /// <summary>AgenticTask: the running attempt has waited for its model server for a minute or more; absent otherwise.</summary>
    public const string Waiting = "Waiting";

    /// <summary>AgenticTask: ended; status True whatever the outcome; the reason has it.</summary>
    public const string Completed = "Completed";

    /// <summary>AgenticTask: ended without a run, since there was nothing to do; absent otherwise.</summary>
    public const string Skipped = "Skipped";

    /// <summary>Agent: usable.</summary>
    public const string Validated = "Validated";

    /// <summary>Workload: planned.</summary>
    public const string Planned = "Planned";

    /// <summary>AgentRelease: complete.</summary>
    public const string Complete = "Complete";

    /// <summary>AgentRelease: halted.</summary>
    public const string Halted = "Halted";

    /// <summary>ModelProfile: in use.</summary>
    public const string Accepted = "Accepted";
}
