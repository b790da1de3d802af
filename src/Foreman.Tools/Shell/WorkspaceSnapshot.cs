using System.Globalization;
using Foreman.Primitives;
using Foreman.Tools.Files;
using Foreman.Tools.Workspaces;

namespace Foreman.Tools.Shell;

/// <summary>
/// The regular files of a workspace with the SHA-256 and the mode of each, its directories and its symbolic links, without <c>.git</c>: two of
/// them tell what a command changed. Contents are read only where a file's stamp is not the one of the snapshot before.
/// </summary>
internal sealed class WorkspaceSnapshot
{
    /// <summary>Files, directories and links beyond this are not followed.</summary>
    internal const int MaxFiles = 20_000;

    /// <summary>Bytes that are read for one snapshot.</summary>
    internal const long MaxReadBytes = 512L << 20;

    /// <summary>Bytes of changed files that are kept for one command.</summary>
    internal const long MaxChangedBytes = 16L << 20;

    // So many files that nobody was told of are named, and so much of each name.
    private const int MaxNamed = 10;
    private const int MaxNameCharacters = 200;

    // Directories that are made for the files in them are made so.
    private const int UsualDirectory = 0b111_101_101;

    /// <summary>What deadlines allow for one look, which itself has no end but the bounds above.</summary>
    internal static readonly TimeSpan Around = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, FileState> _files;
    private readonly Dictionary<string, DirectoryState> _directories;
    private readonly Dictionary<string, string> _links;

    private WorkspaceSnapshot(Dictionary<string, FileState> files, Dictionary<string, DirectoryState> directories, Dictionary<string, string> links, bool isComplete) =>
        (_files, _directories, _links, IsComplete) = (files, directories, links, isComplete);

    /// <summary>False when the workspace holds more than is followed, or what can't be read.</summary>
    internal bool IsComplete { get; }

    /// <summary>
    /// True when what a <c>.gitignore</c> leaves out are outputs of a repository, which may be lost. Where there was something of that kind at the
    /// first look, before any command, it may belong to the repository.
    /// </summary>
    private bool LosesIgnored { get; init; }

    /// <summary>Looks at the workspace.</summary>
    /// <param name="workspace">Its files.</param>
    /// <param name="before">The last snapshot, whose sums of unchanged files are taken over; null for none.</param>
    /// <param name="budget">Charged for each file and byte.</param>
    /// <param name="isRepository">True when the files are those of a commit and what was made of them.</param>
    internal static WorkspaceSnapshot Take(Workspace workspace, WorkspaceSnapshot? before, ToolBudget budget, bool isRepository = false)
    {
        var files = new Dictionary<string, FileState>(StringComparer.Ordinal);
        var directories = new Dictionary<string, DirectoryState>(StringComparer.Ordinal);
        var (complete, read, linked) = (true, 0L, new List<WorkspacePath>());
        var walk = new WorkspaceWalk(workspace, budget, linked);
        foreach (var (path, isDirectory) in walk.Entries(WorkspacePath.Root))
        {
            if (files.Count + directories.Count + linked.Count >= MaxFiles || read > MaxReadBytes)
            {
                complete = false;
                break;
            }

            var name = string.Join('/', path.Names);
            Fill(directories, path);
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

        var links = LinksOf(workspace, linked, directories, ref complete);
        var loses = before?.LosesIgnored ?? (isRepository && !walk.HasIgnored);
        return new WorkspaceSnapshot(files, directories, links, complete && (loses ? walk.IsWholeButIgnored : walk.IsWhole)) { LosesIgnored = loses };
    }

    private static Dictionary<string, string> LinksOf(Workspace workspace, List<WorkspacePath> linked, Dictionary<string, DirectoryState> directories, ref bool complete)
    {
        var links = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in linked)
        {
            Fill(directories, path);
            try
            {
                if (workspace.ReadLink(path) is { } target)
                {
                    links[string.Join('/', path.Names)] = target;
                    continue;
                }
            }
            catch (WorkspaceException)
            {
                // It is gone again, or not to be read.
            }

            complete = false;
        }

        return links;
    }

    private static void Fill(Dictionary<string, DirectoryState> directories, WorkspacePath path)
    {
        if (path.Names.Count > 1 && string.Join('/', path.Names.SkipLast(1)) is var parent && directories.TryGetValue(parent, out var above))
        {
            directories[parent] = above with { IsEmpty = false };
        }
    }

    /// <summary>
    /// The outcome of a call with what has changed since the call before: by the call, which this snapshot was taken before, or between
    /// the two, which the text says. It looks also when the run is being stopped: what was done must be known.
    /// </summary>
    /// <param name="context">Keeps the new snapshot.</param>
    /// <param name="outcome">Without changes.</param>
    /// <param name="budget">That of the call.</param>
    internal ToolOutcome Noted(ToolContext context, ToolOutcome outcome, ToolBudget budget)
    {
        try
        {
            var after = Take(context.Workspace, this, budget.Afterwards(Around));
            var known = context.Known(this);
            context.Snapshot = after;
            var (changes, areAll) = known.ChangesTo(after, context.Workspace);
            return outcome with { Text = NoteOf(known.DifferencesTo(this)) + outcome.Text, Changes = changes, ChangesAreIncomplete = outcome.ChangesAreIncomplete || !areAll };
        }
        catch (WorkspaceException)
        {
            // The call has made its workspace unreadable.
            return outcome with { ChangesAreIncomplete = true };
        }
    }

    /// <summary>This snapshot with files that were written since.</summary>
    /// <param name="written">SHA-256 in hex of each, by its name.</param>
    /// <param name="now">As they are now, of which their modes are taken.</param>
    internal WorkspaceSnapshot With(IEnumerable<KeyValuePair<string, string>> written, WorkspaceSnapshot now)
    {
        var files = new Dictionary<string, FileState>(_files, StringComparer.Ordinal);
        var directories = new Dictionary<string, DirectoryState>(_directories, StringComparer.Ordinal);
        foreach (var (name, sha) in written)
        {
            files[name] = new FileState(default, now._files.GetValueOrDefault(name)?.Mode ?? 0, sha);
            for (var end = name.LastIndexOf('/'); end > 0; end = name.LastIndexOf('/', end - 1))
            {
                if (now._directories.TryGetValue(name[..end], out var above))
                {
                    _ = directories.TryAdd(name[..end], above);
                }
            }
        }

        return new WorkspaceSnapshot(files, directories, _links, IsComplete) { LosesIgnored = LosesIgnored };
    }

    /// <summary>The names of what is not the same in both, in their order.</summary>
    private List<string> DifferencesTo(WorkspaceSnapshot other)
    {
        IEnumerable<string> names =
        [
            .. _files.Where(f => !other._files.TryGetValue(f.Key, out var now) || f.Value.Sha != now.Sha || f.Value.Mode != now.Mode).Select(f => f.Key),
            .. other._files.Keys.Where(name => !_files.ContainsKey(name)),
            .. _directories.Keys.Union(other._directories.Keys, StringComparer.Ordinal).Where(name => DirectoryChange(name, other) is not null),
            .. _links.Keys.Union(other._links.Keys, StringComparer.Ordinal).Where(name => LinkChange(name, other) is not null),
        ];
        return [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static string NoteOf(List<string> names)
    {
        var shown = names.Take(MaxNamed).Select(n => Printable.Line(ShownName.Of(n), MaxNameCharacters));
        return names.Count == 0 ? ""
            : string.Create(CultureInfo.InvariantCulture, $"[changed between this call and the one before, by neither: {string.Join(", ", shown)}{(names.Count > MaxNamed ? $" and {names.Count - MaxNamed} more" : "")}]\n");
    }

    /// <summary>What changed from one to the other, in the order of the paths.</summary>
    /// <param name="after">The later one.</param>
    /// <param name="workspace">As it is now.</param>
    /// <returns>The changes, and whether they are all.</returns>
    internal (IReadOnlyList<FileChange> Changes, bool AreAll) ChangesTo(WorkspaceSnapshot after, Workspace workspace)
    {
        var (changes, bytes, all) = (new List<FileChange>(), 0L, IsComplete && after.IsComplete);
        string[] names = [.. _files.Keys, .. after._files.Keys, .. _directories.Keys, .. after._directories.Keys, .. _links.Keys, .. after._links.Keys];
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
                // Of a file that is ignored from now on nothing is known any more.
                all &= !after.LosesIgnored || !IsThere(workspace, name);
                changes.Add(new FileChange(name, was.Sha, null, []));
            }

            // A directory is made where no link is any more, and a link where no directory is.
            var link = LinkChange(name, after);
            if (link is { LinkTarget: null })
            {
                changes.Add(link);
            }

            if (DirectoryChange(name, after) is { } directory)
            {
                changes.Add(directory);
            }

            if (link is { LinkTarget: not null })
            {
                changes.Add(link);
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

    // A file that stands in the place of a link replaces it.
    private FileChange? LinkChange(string name, WorkspaceSnapshot after)
    {
        var (was, now) = (_links.GetValueOrDefault(name), after._links.GetValueOrDefault(name));
        return was == now || (now is null && after._files.ContainsKey(name)) ? null : new FileChange(name, null, null, []) { LinkTarget = now };
    }

    private static bool IsThere(Workspace workspace, string name)
    {
        try
        {
            using var file = workspace.OpenRead(WorkspacePath.Parse(name));
            return true;
        }
        catch (WorkspaceException)
        {
            return false;
        }
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
