namespace Foreman.Api;

/// <summary>How long an attempt may take, for all that enforce it. Pure.</summary>
public static class RunTime
{
    /// <summary>Seconds of the loop when the Agent does not say.</summary>
    public const int DefaultRequestSeconds = 3600;

    /// <summary>Seconds beyond the loop that a task without timeoutSeconds has.</summary>
    public const int SpareSeconds = 600;

    /// <summary>Seconds of the loop: requestTimeoutSeconds of the Agent.</summary>
    /// <param name="agent">Null for the built-in one.</param>
    public static int RequestSeconds(AgentSpec? agent) => agent?.RequestTimeoutSeconds is > 0 and var seconds ? seconds : DefaultRequestSeconds;

    /// <summary>Seconds of an attempt: timeoutSeconds of the task; absent or 0, those of the loop and <see cref="SpareSeconds"/>.</summary>
    /// <param name="task">The task.</param>
    /// <param name="agent">Its Agent; null for the built-in one.</param>
    public static long TaskSeconds(AgenticTaskSpec task, AgentSpec? agent) =>
        task.TimeoutSeconds is > 0 and var seconds ? seconds : (long)RequestSeconds(agent) + SpareSeconds;
}
