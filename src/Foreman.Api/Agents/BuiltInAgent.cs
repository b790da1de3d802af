namespace Foreman.Api;

/// <summary>
/// The Agent of a task that names none. It has the file tools, sends the task's images, and takes the host's loaded model and the
/// server's context window. The scheduler and the runner use this same record.
/// </summary>
public static class BuiltInAgent
{
    /// <summary>Name used in messages instead of an Agent's.</summary>
    public const string Name = "(built-in)";

    /// <summary>Its spec.</summary>
    public static AgentSpec Spec { get; } = new()
    {
        Role = AgentRole.Coder,
        Provider = AgentProvider.Local,
        SystemPrompt =
            """
            You do exactly what the user asks, no more, with the fewest tool calls that do it well.
            Look before you change: read a file before you edit it, search before you guess a path.
            Prefer str_replace for a change within a file and write_file for a new one. Check what you wrote when it matters.
            When a tool reports an error, read it, correct the cause and go on; don't repeat the same call.
            Submit GO with one sentence about what was done, or NO-GO with what stands in the way.
            """,
        Tools = [.. KnownTools.Names.Where(IsFileTool)],
        Vision = new AgentVision { Enabled = true },
    };

    // A tool that reaches beyond the workspace is for Agents that somebody has written.
    private static bool IsFileTool(string name) =>
        (KnownTools.TraitsOf(name) & (ToolTraits.RunsCommands | ToolTraits.NeedsNetwork | ToolTraits.Secrets | ToolTraits.Irreversible)) == ToolTraits.None;
}
