using Foreman.Primitives;
using Microsoft.Win32.SafeHandles;

namespace Foreman.Tools.Workspaces;

/// <summary>
/// The only access to the files of a run. Every one walks from the workspace's root, one name at a time, relative to
/// the directory opened before, and never through a symbolic link; so neither text (<c>../</c>, absolute paths, sibling
/// prefixes) nor anything on disk (links to files, linked parents, <c>/proc</c>) leads outside. Files with a second
/// hard link are not written, because their other name may lie elsewhere.
/// </summary>
public sealed class Workspace : IDisposable
{
    private const UnixFileMode NewFile = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly SafeFileHandle _root;
    private int _temporaries;

    private Workspace(string directory, SafeFileHandle root) => (Directory, _root) = (directory, root);

    /// <summary>The absolute path of the root, for messages to people.</summary>
    internal string Directory { get; }

    /// <summary>Opens a workspace, making its directory if it is missing.</summary>
    /// <param name="directory">Its path; the directory itself may be reached through symbolic links.</param>
    /// <exception cref="WorkspaceException">It can't be made, opened or written; the message names the path and the cause.</exception>
    public static Workspace Open(string directory)
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
        return new Workspace(full, root);
    }

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="maxBytes">Larger files are refused.</param>
    internal byte[] Read(WorkspacePath path, long maxBytes)
    {
        using var file = OpenForReading(path);
        var facts = PosixFile.Inspect(file);
        if (facts.Size > maxBytes)
        {
            throw new WorkspaceException($"`{path}` has {facts.Size} bytes; files over {maxBytes} bytes are not read");
        }

        using var stream = new FileStream(file, FileAccess.Read, 1);
        using var memory = new MemoryStream((int)facts.Size);
        stream.CopyTo(memory);
        return memory.Length <= maxBytes ? memory.ToArray() : throw new WorkspaceException($"`{path}` grew over {maxBytes} bytes while it was read");
    }

    /// <summary>The file's content, or null when nothing is there.</summary>
    internal byte[]? TryRead(WorkspacePath path, long maxBytes)
    {
        try
        {
            return Read(path, maxBytes);
        }
        catch (WorkspaceException e) when (e.Fault is WorkspaceFault.NotFound)
        {
            return null;
        }
    }

    /// <summary>Writes a whole file, making its directories. The old content stays until the new one is complete on disk.</summary>
    internal void Write(WorkspacePath path, ReadOnlySpan<byte> content)
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
        var mode = ModeOfReplaced(parent, name, path) ?? (PosixFile.ModeIsLost ? NewFile : null);
        var temporary = $".foreman-{Environment.ProcessId}-{Interlocked.Increment(ref _temporaries)}.tmp";
        try
        {
            using (var file = PosixFile.Open(parent, temporary, PosixFile.CreateNew, (int)NewFile, out var errno) ?? throw Failure("write", path, errno))
            {
                RandomAccess.Write(file, content, 0);
                if (mode is { } permissions && !OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(file, permissions);
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

    /// <summary>The entries of a directory, sorted by name, links and special files left out.</summary>
    internal IReadOnlyList<WorkspaceEntry> List(WorkspacePath path)
    {
        using var directory = OpenDirectory(path.Names, create: false, path);
        var entries = new List<WorkspaceEntry>();
        try
        {
            foreach (var info in new DirectoryInfo(Path.Combine([Directory, .. path.Names])).EnumerateFileSystemInfos())
            {
                if ((info.Attributes & FileAttributes.ReparsePoint) == 0 && !IsTemporary(info.Name))
                {
                    entries.Add(new WorkspaceEntry(path.Child(info.Name), info is DirectoryInfo, (info as FileInfo)?.Length ?? 0));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WorkspaceException($"cannot list `{path}`: {e.Message}", WorkspaceFault.Storage);
        }

        entries.Sort((a, b) => string.CompareOrdinal(a.Path.Names[^1], b.Path.Names[^1]));
        return entries;
    }

    /// <summary>Whether a directory, a file, or nothing is there.</summary>
    internal bool IsDirectory(WorkspacePath path)
    {
        if (path.IsRoot)
        {
            return true;
        }

        using var parent = OpenDirectory(path.Names.SkipLast(1), create: false, path);
        using var file = PosixFile.Open(parent, path.Names[^1], PosixFile.ReadOnly, 0, out var errno) ?? throw Failure("open", path, errno);
        return PosixFile.Inspect(file).IsDirectory;
    }

    /// <inheritdoc/>
    public void Dispose() => _root.Dispose();

    private static bool IsTemporary(string name) =>
        name.StartsWith(".foreman-", StringComparison.Ordinal) && name.EndsWith(".tmp", StringComparison.Ordinal);

    private SafeFileHandle OpenForReading(WorkspacePath path)
    {
        if (path.IsRoot)
        {
            throw new WorkspaceException("path names the workspace itself: give the name of a file, or call list_files");
        }

        using var parent = OpenDirectory(path.Names.SkipLast(1), create: false, path);
        var file = PosixFile.Open(parent, path.Names[^1], PosixFile.ReadOnly, 0, out var errno) ?? throw Failure("read", path, errno);
        var facts = PosixFile.Inspect(file);
        if (facts.IsRegular)
        {
            return file;
        }

        file.Dispose();
        throw new WorkspaceException(facts.IsDirectory ? $"`{path}` is a directory: call list_files to see what is in it" : $"`{path}` is not a regular file");
    }

    private SafeFileHandle OpenDirectory(IEnumerable<string> names, bool create, WorkspacePath path)
    {
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
    private static UnixFileMode? ModeOfReplaced(SafeFileHandle parent, string name, WorkspacePath path)
    {
        using var old = PosixFile.Open(parent, name, PosixFile.ReadOnly, 0, out var errno);
        if (old is null)
        {
            return errno == PosixFile.NotFound ? null : throw Failure("write", path, errno);
        }

        var facts = PosixFile.Inspect(old);
        return facts switch
        {
            { IsDirectory: true } => throw new WorkspaceException($"`{path}` is a directory: give the name of a file"),
            { IsRegular: false } => throw new WorkspaceException($"`{path}` is not a regular file"),
            { Links: > 1 } => throw new WorkspaceException($"`{path}` has {facts.Links} hard links, so its content may belong to another place; it is not written"),
            _ => (UnixFileMode)(facts.Mode & 0x1FF),
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

/// <summary>One entry of a listing.</summary>
internal sealed record WorkspaceEntry(WorkspacePath Path, bool IsDirectory, long Size);
