using Foreman.AgentLoop.Workspaces;

namespace Foreman.AgentLoop.Tools;

/// <summary>What a run keeps for its tools.</summary>
/// <param name="workspace">The files.</param>
internal sealed class ToolContext(Workspace workspace)
{
    /// <summary>The largest file that tools read or edit, in bytes.</summary>
    internal const int MaxFileBytes = 8 << 20;

    private readonly Dictionary<string, int> _missedEdits = [];

    internal Workspace Workspace { get; } = workspace;

    /// <summary>Counts a failed edit of a file; returns how many in a row that makes.</summary>
    internal int MissedEdit(WorkspacePath path) => _missedEdits[path.ToString()] = _missedEdits.GetValueOrDefault(path.ToString()) + 1;

    /// <summary>The file was written: its misses are forgotten.</summary>
    internal void Edited(WorkspacePath path) => _ = _missedEdits.Remove(path.ToString());
}
