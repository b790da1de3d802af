using System.Collections.Frozen;
using Foreman.Tools.Files;
using Foreman.Tools.Workspaces;

namespace Foreman.Tools.Shell;

/// <summary>
/// The regular files of a workspace with the SHA-256 of each, without <c>.git</c>: two of them tell what a command changed.
/// Contents are read only where a file's stamp is not the one of the snapshot before.
/// </summary>
internal sealed class WorkspaceSnapshot
{
    /// <summary>Files beyond this are not followed.</summary>
    internal const int MaxFiles = 20_000;

    /// <summary>Bytes that are read for one snapshot.</summary>
    internal const long MaxReadBytes = 512L << 20;

    /// <summary>Bytes of changed files that are kept for one command.</summary>
    internal const long MaxChangedBytes = 16L << 20;

    // The looking itself has no end but the bounds above.
    private static readonly TimeSpan Around = TimeSpan.FromSeconds(30);

    private readonly FrozenDictionary<string, (FileStamp Stamp, string Sha)> _files;

    private WorkspaceSnapshot(Dictionary<string, (FileStamp, string)> files, bool isComplete) =>
        (_files, IsComplete) = (files.ToFrozenDictionary(StringComparer.Ordinal), isComplete);

    /// <summary>False when the workspace holds more than is followed, or what can't be read.</summary>
    internal bool IsComplete { get; }

    /// <summary>Looks at the workspace.</summary>
    /// <param name="workspace">Its files.</param>
    /// <param name="before">The last snapshot, whose sums of unchanged files are taken over; null for none.</param>
    /// <param name="budget">Charged for each file and byte.</param>
    internal static WorkspaceSnapshot Take(Workspace workspace, WorkspaceSnapshot? before, ToolBudget budget)
    {
        var files = new Dictionary<string, (FileStamp, string)>(StringComparer.Ordinal);
        var (complete, read) = (true, 0L);
        var walk = new WorkspaceWalk(workspace, budget);
        foreach (var (path, isDirectory) in walk.Entries(WorkspacePath.Root))
        {
            if (isDirectory)
            {
                continue;
            }

            if (files.Count == MaxFiles || read > MaxReadBytes)
            {
                complete = false;
                break;
            }

            try
            {
                using var file = workspace.OpenRead(path);
                var facts = PosixFile.Inspect(file);
                var name = string.Join('/', path.Names);
                if (before?._files.TryGetValue(name, out var known) is true && known.Stamp == facts.Stamp)
                {
                    files[name] = known;
                    complete &= known.Sha.Length > 0;
                    continue;
                }

                read += facts.Size;
                complete &= read <= MaxReadBytes;
                files[name] = (facts.Stamp, read > MaxReadBytes ? "" : ReplacedFile.Read(file, budget).Sha);
            }
            catch (WorkspaceException)
            {
                complete = false;
            }
        }

        return new WorkspaceSnapshot(files, complete && walk.IsWhole);
    }

    /// <summary>The outcome of a call with the files that it changed since this snapshot. It looks also when the run is being stopped: what was done must be known.</summary>
    /// <param name="context">Keeps the new snapshot.</param>
    /// <param name="outcome">Without changes.</param>
    internal ToolOutcome Noted(ToolContext context, ToolOutcome outcome)
    {
        try
        {
            var after = Take(context.Workspace, this, new ToolBudget(TimeProvider.System, Around, CancellationToken.None));
            context.Snapshot = after;
            var (changes, areAll) = ChangesTo(after, context.Workspace);
            return outcome with { Changes = changes, ChangesAreIncomplete = outcome.ChangesAreIncomplete || !areAll };
        }
        catch (WorkspaceException)
        {
            // The call has made its workspace unreadable.
            return outcome with { ChangesAreIncomplete = true };
        }
    }

    /// <summary>What changed from one to the other, in the order of the paths.</summary>
    /// <param name="after">The later one.</param>
    /// <param name="workspace">As it is now.</param>
    /// <returns>The changes, and whether they are all.</returns>
    internal (IReadOnlyList<FileChange> Changes, bool AreAll) ChangesTo(WorkspaceSnapshot after, Workspace workspace)
    {
        var (changes, bytes, all) = (new List<FileChange>(), 0L, IsComplete && after.IsComplete);
        foreach (var name in _files.Keys.Union(after._files.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var was = _files.TryGetValue(name, out var old) ? old.Sha : null;
            if (!Workspace.CanRestore(name))
            {
                all = false;
            }
            else if (!after._files.TryGetValue(name, out var now))
            {
                changes.Add(new FileChange(name, was, null, []));
            }
            else if (was != now.Sha)
            {
                var content = bytes < MaxChangedBytes ? ReadOrNull(workspace, name) : null;
                bytes += content?.Length ?? 0;
                if (content is null || bytes > MaxChangedBytes)
                {
                    all = false;
                    continue;
                }

                changes.Add(new FileChange(name, was, TextFile.Sha256(content), content));
            }
        }

        return (changes, all);
    }

    private static byte[]? ReadOrNull(Workspace workspace, string name)
    {
        try
        {
            return workspace.Read(WorkspacePath.Parse(name), ToolContext.MaxFileBytes);
        }
        catch (WorkspaceException)
        {
            return null;
        }
    }
}
