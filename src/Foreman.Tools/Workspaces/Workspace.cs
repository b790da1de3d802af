using System.Text;
using System.Text.Unicode;
using Foreman.Primitives;
using Microsoft.Win32.SafeHandles;

namespace Foreman.Tools.Workspaces;

/// <summary>
/// The only access to the files of a run. Every one goes from the workspace's root, by openat2 that stays beneath it where the
/// kernel has that, else one name at a time relative to the directory opened before, and never through a symbolic link; so neither text (<c>../</c>, absolute paths, sibling
/// prefixes) nor anything on disk (links to files, linked parents, <c>/proc</c>) leads outside. Files with a second
/// hard link are not written, because their other name may lie elsewhere.
/// </summary>
public sealed class Workspace : IDisposable
{
    private const UnixFileMode NewFile = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    // About what the kernel needs for one name, in nanoseconds.
    private const int UnitsPerName = 500;

    /// <summary>Symbolic links of one directory that are listed.</summary>
    internal const int MaxLinks = 20_000;

    private static readonly Comparer<string> Descending = Comparer<string>.Create((a, b) => string.CompareOrdinal(b, a));

    private readonly SafeFileHandle _root;
    private int _temporaries;

    private readonly bool _stepByStep;

    private Workspace(string directory, SafeFileHandle root, bool stepByStep) => (Directory, _root, _stepByStep) = (directory, root, stepByStep);

    /// <summary>The absolute path of the root, for messages to people.</summary>
    internal string Directory { get; }

    /// <summary>Opens a workspace, making its directory if it is missing.</summary>
    /// <param name="directory">Its path; the directory itself may be reached through symbolic links.</param>
    /// <exception cref="WorkspaceException">It can't be made, opened or written; the message names the path and the cause.</exception>
    public static Workspace Open(string directory) => Open(directory, stepByStep: false);

    /// <summary>Opens a workspace that may be told to walk to directories name by name where the kernel could do it at once.</summary>
    internal static Workspace Open(string directory, bool stepByStep)
    {
        var full = Path.GetFullPath(directory);
        try
        {
            _ = System.IO.Directory.CreateDirectory(full);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WorkspaceException($"cannot create the workspace directory `{full}`: {e.Message}", WorkspaceFault.Storage);
        }

        // The directory itself may be reached through links of the machine's owner (/tmp on macOS is one); what lies below may not.
        var real = new DirectoryInfo(full).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full;
        var root = PosixFile.Open(null, real, PosixFile.Directory, 0, out var errno)
            ?? throw new WorkspaceException($"cannot open the workspace directory `{full}`: {Text(errno)}", WorkspaceFault.Storage);
        return new Workspace(full, root, stepByStep);
    }

    /// <summary>Opens a file for reading: a regular one, and never what a link names.</summary>
    /// <param name="path">Where it is.</param>
    internal SafeFileHandle OpenRead(WorkspacePath path)
    {
        if (path.IsRoot)
        {
            throw new WorkspaceException("path names the workspace itself: give the name of a file, or call list_files");
        }

        using var parent = OpenDirectory(path.Names.SkipLast(1), create: false, path);
        if (PosixFile.InspectAt(parent, path.Names[^1], out _) is { IsLink: false, IsRegular: false } special)
        {
            throw Unreadable(path, special);
        }

        var file = PosixFile.Open(parent, path.Names[^1], PosixFile.ReadOnly, 0, out var errno) ?? throw Failure("read", path, errno);
        var facts = PosixFile.Inspect(file);
        if (facts.IsRegular)
        {
            return file;
        }

        file.Dispose();
        throw Unreadable(path, facts);
    }

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="maxBytes">Larger files are refused; at most 1 GiB.</param>
    internal byte[] Read(WorkspacePath path, int maxBytes)
    {
        using var file = OpenRead(path);
        var size = PosixFile.Inspect(file).Size;
        if (size > maxBytes)
        {
            throw new WorkspaceException($"`{path}` has {size} bytes; files over {maxBytes} bytes are not read whole: call read_file with offset and limit, or grep");
        }

        // One byte more shows whether the file has grown since.
        var content = new byte[size + 1];
        var length = 0;
        int read;
        while (length < content.Length && (read = RandomAccess.Read(file, content.AsSpan(length), length)) > 0)
        {
            length += read;
        }

        return length <= size ? content[..length] : throw new WorkspaceException($"`{path}` grew while it was read: try again");
    }

    /// <summary>What a write to a file would replace; null when nothing is there.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="maxBytes">Larger files are refused.</param>
    /// <param name="budget">Charged a unit for each byte.</param>
    internal ReplacedFile? TryInspect(WorkspacePath path, long maxBytes, ToolBudget budget)
    {
        try
        {
            using var file = OpenRead(path);
            var size = PosixFile.Inspect(file).Size;
            return size <= maxBytes
                ? ReplacedFile.Read(file, budget)
                : throw new WorkspaceException($"`{path}` has {size} bytes; files over {maxBytes} bytes are not replaced");
        }
        catch (WorkspaceException e) when (e.Fault is WorkspaceFault.NotFound)
        {
            return null;
        }
    }

    /// <summary>True for a path that <see cref="Restore"/> and <see cref="Remove"/> take.</summary>
    /// <param name="path">Relative to the workspace.</param>
    public static bool CanRestore(string path)
    {
        try
        {
            return WorkspacePath.Parse(path) is { IsRoot: false, TouchesGit: false };
        }
        catch (WorkspaceException)
        {
            return false;
        }
    }

    /// <summary>True for the target of a link that <see cref="RestoreLink"/> takes.</summary>
    /// <param name="target">Relative or absolute.</param>
    public static bool CanRestoreLink(string target) =>
        target.Length > 0 && !target.Contains('\0', StringComparison.Ordinal) && Encoding.UTF8.GetByteCount(target) <= PosixFile.MaxTargetBytes;

    /// <summary>Writes a whole file as an earlier run left it.</summary>
    /// <param name="path">Relative to the workspace.</param>
    /// <param name="content">All of it.</param>
    /// <param name="mode">Its permission bits, 0 to 511; null for those that it has, or those of a new file.</param>
    /// <exception cref="WorkspaceException">The path is refused, or the file can't be written.</exception>
    public void Restore(string path, ReadOnlySpan<byte> content, int? mode) => Write(WorkspacePath.Parse(path), content, mode, replacesLink: true);

    /// <summary>Makes a symbolic link as an earlier run left it, over a file or a link that is there. Nothing is followed, wherever it leads.</summary>
    /// <param name="path">Relative to the workspace.</param>
    /// <param name="target">What it names, as it stood there.</param>
    /// <exception cref="WorkspaceException">The path or the target is refused, or the link can't be made.</exception>
    public void RestoreLink(string path, string target) => MakeLink(Writable(path), target);

    /// <summary>Makes a symbolic link, over a file or a link that is there. Nothing is followed, wherever it leads.</summary>
    internal void MakeLink(WorkspacePath link, string target)
    {
        if (!CanRestoreLink(target))
        {
            throw new WorkspaceException($"the target of the link `{link}` is none", WorkspaceFault.Storage);
        }

        using var parent = OpenDirectory(link.Names.SkipLast(1), create: true, link);
        var temporary = TemporaryName();
        var errno = PosixFile.MakeLink(parent, temporary, target);
        errno = errno == 0 ? PosixFile.Rename(parent, temporary, link.Names[^1]) : errno;
        if (errno > 0)
        {
            _ = PosixFile.Unlink(parent, temporary);
            throw Failure("make the link", link, errno);
        }
    }

    /// <summary>What a symbolic link names; null when that is no text.</summary>
    /// <param name="path">Where it is.</param>
    internal string? ReadLink(WorkspacePath path)
    {
        using var parent = OpenDirectory(path.Names.SkipLast(1), create: false, path);
        var target = PosixFile.ReadLink(parent, path.Names[^1], out var errno) ?? throw Failure("read the link", path, errno);
        return Utf8.IsValid(target) ? Encoding.UTF8.GetString(target) : null;
    }

    /// <summary>Makes a directory that an earlier run made, if it is not there.</summary>
    /// <param name="path">Relative to the workspace.</param>
    /// <exception cref="WorkspaceException">The path is refused, or the directory can't be made.</exception>
    public void RestoreDirectory(string path)
    {
        var directory = Writable(path);
        OpenDirectory(directory.Names, create: true, directory).Dispose();
    }

    /// <summary>Gives a directory the permissions that an earlier run left it with: after all files in it, which they may forbid to write.</summary>
    /// <param name="path">Relative to the workspace.</param>
    /// <param name="mode">Its permission bits, 0 to 511.</param>
    /// <exception cref="WorkspaceException">The path is refused, or the permissions can't be set.</exception>
    public void RestoreMode(string path, int mode)
    {
        var name = Writable(path);
        try
        {
            using var directory = OpenDirectory(name.Names, create: false, name);
            PosixFile.SetMode(directory, mode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WorkspaceException($"cannot set the permissions of `{name}`: {e.Message}", WorkspaceFault.Storage);
        }
    }

    /// <summary>Removes a directory that an earlier run removed, if it is there and nothing is in it.</summary>
    /// <param name="path">Relative to the workspace.</param>
    /// <exception cref="WorkspaceException">The path is refused.</exception>
    public void RemoveDirectory(string path)
    {
        var directory = Writable(path);
        try
        {
            using var parent = OpenDirectory(directory.Names.SkipLast(1), create: false, directory);
            _ = PosixFile.RemoveDirectory(parent, directory.Names[^1]);
        }
        catch (WorkspaceException e) when (e.Fault is WorkspaceFault.NotFound)
        {
            // Its parent is gone with it.
        }
    }

    /// <summary>Type and permissions of a directory.</summary>
    internal FileFacts InspectDirectory(WorkspacePath path)
    {
        using var directory = OpenDirectory(path.Names, create: false, path);
        return PosixFile.Inspect(directory);
    }

    private static WorkspacePath Writable(string path)
    {
        var parsed = WorkspacePath.Parse(path);
        return parsed.IsRoot || parsed.TouchesGit ? throw new WorkspaceException($"`{parsed}` is not written by tools") : parsed;
    }

    /// <summary>Removes a file that an earlier run removed, if it is there.</summary>
    /// <param name="path">Relative to the workspace.</param>
    /// <exception cref="WorkspaceException">The path is refused, or the file can't be removed.</exception>
    public void Remove(string path)
    {
        var file = WorkspacePath.Parse(path);
        try
        {
            using var parent = OpenDirectory(file.Names.SkipLast(1), create: false, file);
            if (!file.IsRoot && !file.TouchesGit && PosixFile.Unlink(parent, file.Names[^1]) is > 0 and not PosixFile.NotFound and var errno)
            {
                throw Failure("remove", file, errno);
            }
        }
        catch (WorkspaceException e) when (e.Fault is WorkspaceFault.NotFound)
        {
            // Its directory is gone with it.
        }
    }

    /// <summary>Writes a whole file, making its directories. The old content stays until the new one is complete on disk.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="content">All of it.</param>
    /// <param name="permissions">Its permission bits; null for those that it has, or those of a new file.</param>
    /// <param name="replacesLink">True to put the file in the place of a symbolic link, which is else refused.</param>
    internal void Write(WorkspacePath path, ReadOnlySpan<byte> content, int? permissions = null, bool replacesLink = false)
    {
        if (path.IsRoot)
        {
            throw new WorkspaceException("path names the workspace itself: give the name of a file");
        }

        if (path.TouchesGit)
        {
            throw new WorkspaceException($"`{path}` lies in a `.git` directory, which tools may read but not write");
        }

        using var parent = OpenDirectory(path.Names.SkipLast(1), create: true, path);
        var name = path.Names[^1];
        var mode = permissions ?? ModeOfReplaced(parent, name, path, replacesLink) ?? (PosixFile.ModeIsLost ? (int)NewFile : null);
        var temporary = TemporaryName();
        try
        {
            using (var file = PosixFile.Open(parent, temporary, PosixFile.CreateNew, (int)NewFile, out var errno) ?? throw Failure("write", path, errno))
            {
                RandomAccess.Write(file, content, 0);
                if (mode is { } bits)
                {
                    PosixFile.SetMode(file, bits);
                }
            }

            if (PosixFile.Rename(parent, temporary, name) is > 0 and var error)
            {
                throw Failure("write", path, error);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or WorkspaceException)
        {
            _ = PosixFile.Unlink(parent, temporary);
            throw e as WorkspaceException ?? new WorkspaceException($"cannot write `{path}`: {e.Message}", WorkspaceFault.Storage);
        }
    }

    /// <summary>What a symbolic link names; null for everything else, and where it names no text. Links on the way to it are refused.</summary>
    internal string? LinkTarget(WorkspacePath path)
    {
        using var parent = OpenDirectory(path.Names.SkipLast(1), create: false, path);
        return PosixFile.InspectAt(parent, path.Names[^1], out _) is { IsLink: true } ? ReadLink(path) : null;
    }

    /// <summary>
    /// The first entries of a directory by name, links and special files left out. A page takes memory for its own entries
    /// only, however many the directory has.
    /// </summary>
    /// <param name="path">The directory.</param>
    /// <param name="after">Only names behind this one, in ordinal order; null for all.</param>
    /// <param name="max">Most entries, at least 1.</param>
    /// <param name="budget">Charged for each name.</param>
    /// <param name="links">Gets the names of all symbolic links of the directory, as long as it has fewer than <see cref="MaxLinks"/>; null counts them as others.</param>
    internal DirectoryPage List(WorkspacePath path, string? after, int max, ToolBudget budget, List<string>? links = null)
    {
        using var directory = OpenDirectory(path.Names, create: false, path);
        using var names = PosixDirectory.Open(directory, out var errno) ?? throw Failure("list", path, errno);
        var first = new PriorityQueue<PosixEntry, string>(Descending);
        var (more, unnameable, others) = (false, 0, 0);
        try
        {
            while (names.Next() is { } entry)
            {
                budget.Spend(UnitsPerName);
                unnameable += entry.Kind is PosixEntryKind.Unnameable ? 1 : 0;
                if (entry.Kind is PosixEntryKind.Link && links?.Count < MaxLinks)
                {
                    links.Add(entry.Name);
                    continue;
                }

                others += entry.Kind is PosixEntryKind.Other or PosixEntryKind.Link ? 1 : 0;
                if (entry.Kind is not (PosixEntryKind.File or PosixEntryKind.Directory) || IsTemporary(entry.Name) || (after is not null && string.CompareOrdinal(entry.Name, after) <= 0))
                {
                    continue;
                }

                first.Enqueue(entry, entry.Name);
                if (first.Count > max)
                {
                    _ = first.Dequeue();
                    more = true;
                }
            }
        }
        catch (IOException e)
        {
            throw new WorkspaceException($"cannot list `{path}`: {e.Message}", WorkspaceFault.Storage);
        }

        var entries = new WorkspaceEntry[first.Count];
        for (var i = entries.Length - 1; i >= 0; i--)
        {
            var entry = first.Dequeue();
            entries[i] = new WorkspaceEntry(entry.Name, entry.Kind is PosixEntryKind.Directory);
        }

        return new DirectoryPage(entries, more, unnameable, others);
    }

    /// <summary>Whether a directory, a file, or nothing is there.</summary>
    internal bool IsDirectory(WorkspacePath path)
    {
        if (path.IsRoot)
        {
            return true;
        }

        using var parent = OpenDirectory(path.Names.SkipLast(1), create: false, path);
        var facts = PosixFile.InspectAt(parent, path.Names[^1], out var errno) ?? throw Failure("open", path, errno);
        return facts.IsLink ? throw new WorkspaceException($"`{path}` is a symbolic link, which tools don't follow") : facts.IsDirectory;
    }

    /// <inheritdoc/>
    public void Dispose() => _root.Dispose();

    private string TemporaryName() => $".foreman-{Environment.ProcessId}-{Interlocked.Increment(ref _temporaries)}.tmp";

    private static bool IsTemporary(string name) =>
        name.StartsWith(".foreman-", StringComparison.Ordinal) && name.EndsWith(".tmp", StringComparison.Ordinal);

    private static WorkspaceException Unreadable(WorkspacePath path, FileFacts facts) => new(facts.IsDirectory
        ? $"`{path}` is a directory: call list_files to see what is in it"
        : $"`{path}` is not a regular file");

    /// <summary>Opens a directory that is reached without any symbolic link.</summary>
    /// <param name="names">From the root down; none for the root.</param>
    /// <param name="create">True to make what is missing.</param>
    /// <param name="path">What it is opened for, for messages.</param>
    internal SafeFileHandle OpenDirectory(IEnumerable<string> names, bool create, WorkspacePath path)
    {
        // Whatever the kernel refuses is looked at again step by step, which makes what is missing and tells the cause.
        if (!_stepByStep && PosixFile.OpenBeneath(_root, names) is { } beneath)
        {
            return beneath;
        }

        var current = PosixFile.Open(_root, ".", PosixFile.Directory, 0, out var errno) ?? throw Failure("open", path, errno);
        foreach (var name in names)
        {
            var next = PosixFile.Open(current, name, PosixFile.Directory, 0, out errno);
            if (next is null && create && errno == PosixFile.NotFound)
            {
                errno = PosixFile.MakeDirectory(current, name);
                next = errno == 0 ? PosixFile.Open(current, name, PosixFile.Directory, 0, out errno) : null;
            }

            current.Dispose();
            current = next ?? throw Failure(create ? "write" : "open", path, errno);
        }

        return current;
    }

    /// <summary>The permissions of the file that a write replaces, null when there is none.</summary>
    private static int? ModeOfReplaced(SafeFileHandle parent, string name, WorkspacePath path, bool replacesLink)
    {
        if (PosixFile.InspectAt(parent, name, out var errno) is not { } facts)
        {
            return errno == PosixFile.NotFound ? null : throw Failure("write", path, errno);
        }

        return facts switch
        {
            { IsLink: true } when replacesLink => null,
            { IsLink: true } => throw new WorkspaceException($"`{path}` is a symbolic link, which tools don't follow"),
            { IsDirectory: true } => throw new WorkspaceException($"`{path}` is a directory: give the name of a file"),
            { IsRegular: false } => throw new WorkspaceException($"`{path}` is not a regular file"),
            { Links: > 1 } => throw new WorkspaceException($"`{path}` has {facts.Links} hard links, so its content may belong to another place; it is not written"),
            { IsWritable: false } => throw new WorkspaceException($"`{path}` is read-only: its permissions let nobody write it"),
            _ => facts.Permissions,
        };
    }

    private static WorkspaceException Failure(string what, WorkspacePath path, int errno) => errno switch
    {
        PosixFile.NotFound => new($"`{path}` does not exist", WorkspaceFault.NotFound),
        PosixFile.NotADirectory => new($"`{path}`: a part of the path is not a directory, or is a symbolic link, which tools don't follow"),
        PosixFile.IsADirectory => new($"`{path}` is a directory"),
        _ when PosixFile.IsLink(errno) => new($"`{path}` is a symbolic link, which tools don't follow"),
        _ when PosixFile.IsNameTooLong(errno) => new($"`{Printable.Line(path.ToString())}`: a name in this path is too long"),
        _ => new($"cannot {what} `{path}`: {Text(errno)}", WorkspaceFault.Storage),
    };

    private static string Text(int errno) => System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(errno);
}

/// <summary>One entry of a directory: a regular file or a directory.</summary>
internal readonly record struct WorkspaceEntry(string Name, bool IsDirectory);

/// <summary>Some entries of a directory in the order of their names.</summary>
/// <param name="Entries">What was asked for.</param>
/// <param name="More">True when there are more behind them.</param>
/// <param name="Unnameable">Names in the whole directory that are no UTF-8.</param>
/// <param name="Others">Special files in the whole directory, and links that were not asked for.</param>
internal sealed record DirectoryPage(IReadOnlyList<WorkspaceEntry> Entries, bool More, int Unnameable, int Others);
