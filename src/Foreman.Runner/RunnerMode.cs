namespace Foreman.Runner;

/// <summary>What a runner does with a task that it has claimed.</summary>
public enum RunnerMode
{
    /// <summary>Runs the agent loop.</summary>
    Native,

    /// <summary>Waits and reports success: for measurements of everything around the loop.</summary>
    Stub,
}
