using System.Collections.Frozen;
using Foreman.Tools.Files;
using Foreman.Tools.Workspaces;

namespace Foreman.Tools.Shell;

/// <summary>
/// The regular files of a workspace with the SHA-256 and the mode of each, and its directories, without <c>.git</c>: two of them tell what
/// a command changed. Contents are read only where a file's stamp is not the one of the snapshot before.
/// </summary>
internal sealed class WorkspaceSnapshot
{
    /// <summary>Files and directories beyond this are not followed.</summary>
    internal const int MaxFiles = 20_000;

    /// <summary>Bytes that are read for one snapshot.</summary>
    internal const long MaxReadBytes = 512L << 20;

    /// <summary>Bytes of changed files that are kept for one command.</summary>
    internal const long MaxChangedBytes = 16L << 20;

    // Directories that are made for the files in them are made so.
    private const int UsualDirectory = 0b111_101_101;

    // The looking itself has no end but the bounds above.
    private static readonly TimeSpan Around = TimeSpan.FromSeconds(30);

    private readonly FrozenDictionary<string, FileState> _files;
    private readonly FrozenDictionary<string, DirectoryState> _directories;

    private WorkspaceSnapshot(Dictionary<string, FileState> files, Dictionary<string, DirectoryState> directories, bool isComplete) =>
        (_files, _directories, IsComplete) = (files.ToFrozenDictionary(StringComparer.Ordinal), directories.ToFrozenDictionary(StringComparer.Ordinal), isComplete);

    /// <summary>False when the workspace holds more than is followed, or what can't be read.</summary>
    internal bool IsComplete { get; }

    /// <summary>Looks at the workspace.</summary>
    /// <param name="workspace">Its files.</param>
    /// <param name="before">The last snapshot, whose sums of unchanged files are taken over; null for none.</param>
    /// <param name="budget">Charged for each file and byte.</param>
    internal static WorkspaceSnapshot Take(Workspace workspace, WorkspaceSnapshot? before, ToolBudget budget)
    {
        var files = new Dictionary<string, FileState>(StringComparer.Ordinal);
        var directories = new Dictionary<string, DirectoryState>(StringComparer.Ordinal);
        var (complete, read) = (true, 0L);
        var walk = new WorkspaceWalk(workspace, budget);
        foreach (var (path, isDirectory) in walk.Entries(WorkspacePath.Root))
        {
            if (files.Count + directories.Count == MaxFiles || read > MaxReadBytes)
            {
                complete = false;
                break;
            }

            var name = string.Join('/', path.Names);
            if (path.Names.Count > 1 && string.Join('/', path.Names.SkipLast(1)) is var parent && directories.TryGetValue(parent, out var above))
            {
                directories[parent] = above with { IsEmpty = false };
            }

            try
            {
                if (isDirectory)
                {
                    directories[name] = new(workspace.InspectDirectory(path).Permissions, IsEmpty: true);
                    continue;
                }

                using var file = workspace.OpenRead(path);
                var facts = PosixFile.Inspect(file);
                if (before?._files.TryGetValue(name, out var known) is true && known.Stamp == facts.Stamp)
                {
                    files[name] = known;
                    complete &= known.Sha.Length > 0;
                    continue;
                }

                read += facts.Size;
                complete &= read <= MaxReadBytes;
                files[name] = new(facts.Stamp, facts.Permissions, read > MaxReadBytes ? "" : ReplacedFile.Read(file, budget).Sha);
            }
            catch (WorkspaceException)
            {
                complete = false;
            }
        }

        return new WorkspaceSnapshot(files, directories, complete && walk.IsWhole);
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
        string[] names = [.. _files.Keys, .. after._files.Keys, .. _directories.Keys, .. after._directories.Keys];
        foreach (var name in names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (!Workspace.CanRestore(name))
            {
                all = false;
                continue;
            }

            var (was, now) = (_files.GetValueOrDefault(name), after._files.GetValueOrDefault(name));
            if (was is not null && now is null)
            {
                changes.Add(new FileChange(name, was.Sha, null, []));
            }

            if (DirectoryChange(name, after) is { } directory)
            {
                changes.Add(directory);
            }

            if (now is null || (was?.Sha == now.Sha && was.Mode == now.Mode))
            {
                continue;
            }

            var content = bytes < MaxChangedBytes ? ReadOrNull(workspace, name) : null;
            bytes += content?.Length ?? 0;
            if (content is null || bytes > MaxChangedBytes)
            {
                all = false;
                continue;
            }

            changes.Add(new FileChange(name, was?.Sha, TextFile.Sha256(content), content) { Mode = now.Mode });
        }

        return (changes, all);
    }

    // Directories with files in them come with these, unless their mode is another than the usual one.
    private FileChange? DirectoryChange(string name, WorkspaceSnapshot after)
    {
        var (was, now) = (_directories.GetValueOrDefault(name), after._directories.GetValueOrDefault(name));
        if (now is null)
        {
            return was is null ? null : new FileChange(name, null, null, []) { IsDirectory = true };
        }

        return (now.IsEmpty && was?.IsEmpty != true) || now.Mode != (was?.Mode ?? UsualDirectory)
            ? new FileChange(name, null, null, []) { IsDirectory = true, Mode = now.Mode }
            : null;
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

    private sealed record FileState(FileStamp Stamp, int Mode, string Sha);

    private sealed record DirectoryState(int Mode, bool IsEmpty);
}
