namespace Foreman.Agent.Hosting;

/// <summary>The agent can't go on; the message says what, where, why and what to do.</summary>
internal sealed class AgentStopException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;
}
