using Foreman.Api;

namespace Foreman.Runner.Stages;

/// <summary>How long a run may take, and what it means when it took longer. Pure.</summary>
internal static class RunLimits
{
    /// <summary>Seconds beyond requestTimeoutSeconds that a task without timeoutSeconds has.</summary>
    public const int BeyondRequestSeconds = 600;

    private const int DefaultRequestSeconds = 3600;

    /// <summary>The Agent's budget of the whole loop, in seconds.</summary>
    public static int RequestSeconds(AgentSpec? agent) => agent?.RequestTimeoutSeconds is > 0 and var seconds ? seconds : DefaultRequestSeconds;

    /// <summary>
    /// Phase of a run that was out of time: the Agent's requestTimeoutSeconds is an end of its own, the task's timeoutSeconds
    /// one from outside.
    /// </summary>
    /// <param name="agent">The task's Agent; null for the built-in one.</param>
    /// <param name="task">The task.</param>
    public static TaskPhase PhaseOfTimeout(AgentSpec? agent, AgenticTaskSpec task) =>
        task.TimeoutSeconds is > 0 and var seconds && seconds <= RequestSeconds(agent) ? TaskPhase.Failed : TaskPhase.Succeeded;
}
