using Foreman.Api;

namespace Foreman.Runner.Stages;

/// <summary>What it means when a run took longer than it may; how long that is, <see cref="RunTime"/> says. Pure.</summary>
internal static class RunLimits
{
    /// <summary>
    /// Phase of a run that was out of time: the Agent's requestTimeoutSeconds is an end of its own, the task's timeoutSeconds
    /// one from outside.
    /// </summary>
    /// <param name="agent">The task's Agent; null for the built-in one.</param>
    /// <param name="task">The task.</param>
    public static TaskPhase PhaseOfTimeout(AgentSpec? agent, AgenticTaskSpec task) =>
        task.TimeoutSeconds is > 0 and var seconds && seconds <= RunTime.RequestSeconds(agent) ? TaskPhase.Failed : TaskPhase.Succeeded;
}
