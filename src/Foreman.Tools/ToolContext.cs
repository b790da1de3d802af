using System.Collections.Concurrent;
using Foreman.Git.Forges;
using Foreman.Sandbox;
using Foreman.Sandbox.Egress;
using Foreman.Tools.Audit;
using Foreman.Tools.Files;
using Foreman.Tools.Schedules;
using Foreman.Tools.Shell;
using Foreman.Tools.Workspaces;
using Microsoft.Win32.SafeHandles;

namespace Foreman.Tools;

/// <summary>What a run keeps for its tools.</summary>
/// <param name="workspace">The files.</param>
/// <param name="settings">What calls may use.</param>
internal sealed class ToolContext(Workspace workspace, ToolSettings settings)
{
    /// <summary>The largest file that tools edit or write, in bytes: an edit holds the file and its successor in memory.</summary>
    internal const int MaxFileBytes = 4 << 20;

    /// <summary>The largest file that is replaced by a new one, in bytes: its content is hashed on the way.</summary>
    internal const int MaxReplacedBytes = 64 << 20;

    // A call that ignored its deadline may still run beside the next one.
    private readonly ConcurrentDictionary<string, int> _missedEdits = [];

    // Effects of their own calls, by the names that snapshots use.
    private readonly ConcurrentDictionary<string, string> _written = new(StringComparer.Ordinal);
    private WorkspaceSnapshot? _snapshot;

    internal Workspace Workspace { get; } = workspace;

    internal ToolSettings Settings { get; } = settings;

    /// <summary>The files as the last call left them that was compared with them; null before the first.</summary>
    internal WorkspaceSnapshot? Snapshot
    {
        get => _snapshot;
        set
        {
            _snapshot = value;
            _written.Clear();
        }
    }

    /// <summary>The files as the effects of all calls so far tell them; what is there now differs when something was changed between calls.</summary>
    /// <param name="now">As they are before the next call.</param>
    internal WorkspaceSnapshot Known(WorkspaceSnapshot now) => _snapshot?.With(_written, now) ?? now;

    /// <summary>Large results of earlier calls; null when none are kept.</summary>
    internal ResultFolder? Results { get; init; }

    /// <summary>Opens what a tool is to read: a file of the workspace, or the result of an earlier call.</summary>
    /// <param name="path">As the model wrote it.</param>
    /// <param name="budget">Charged when the path does not exist, for the search of what it may mean.</param>
    /// <returns>The open file and its name for messages.</returns>
    internal (SafeFileHandle File, string Name) OpenRead(string path, ToolBudget budget)
    {
        if (ResultFolder.IsPath(path))
        {
            return (Results?.Open(path) ?? throw ResultFolder.Missing(path), path);
        }

        var parsed = WorkspacePath.Parse(path);
        try
        {
            return (Workspace.OpenRead(parsed), parsed.ToString());
        }
        catch (WorkspaceException e)
        {
            throw NearPaths.Explain(e, parsed, this, budget);
        }
    }

    /// <summary>Reads a whole file that is to be edited.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="budget">Charged when the path does not exist, for the search of what it may mean.</param>
    internal byte[] Read(WorkspacePath path, ToolBudget budget)
    {
        try
        {
            return Workspace.Read(path, MaxFileBytes);
        }
        catch (WorkspaceException e)
        {
            throw NearPaths.Explain(e, path, this, budget);
        }
    }

    /// <summary>Counts a failed edit of a file; returns how many in a row that makes.</summary>
    internal int MissedEdit(WorkspacePath path) => _missedEdits.AddOrUpdate(path.ToString(), 1, (_, misses) => misses + 1);

    /// <summary>The file was written: its misses are forgotten.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="sha">SHA-256 of its new content in hex.</param>
    internal void Edited(WorkspacePath path, string sha)
    {
        _ = _missedEdits.TryRemove(path.ToString(), out int _);
        _written[string.Join('/', path.Names)] = sha;
    }
}

/// <summary>What the tools of a run may use.</summary>
/// <param name="Timeout">The longest run of a call whose tool has no deadline of its own; longer than zero.</param>
public sealed record ToolSettings(TimeSpan Timeout)
{
    /// <summary>Where commands run; null when this host offers no cage.</summary>
    public Cage? Cage { get; init; }

    /// <summary>The longest run of a command; longer than zero.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What a command may use up.</summary>
    internal CageLimits CommandLimits { get; init; } = new();

    /// <summary>The hosts that commands may reach, where the cage has a network of its own.</summary>
    public EgressRules Egress { get; init; } = EgressRules.None;

    /// <summary>True when the workspace began with the files of a commit: what its <c>.gitignore</c> files leave out are outputs, which a run that goes on elsewhere makes again.</summary>
    public bool IsRepository { get; init; }

    /// <summary>Where issues and pull requests are read; null when this host reads from no forge.</summary>
    public ForgeAccess? Forges { get; init; }

    /// <summary>The schedules of the task's namespace; null where tools have none.</summary>
    public IScheduleAccess? Schedules { get; init; }

    /// <summary>Told of every call; null for nobody.</summary>
    public IToolAudit? Audit { get; init; }

    /// <summary>All of them, except in the comparison that measures what each is worth.</summary>
    internal ToolDefences Defences { get; init; } = ToolDefences.All;
}
