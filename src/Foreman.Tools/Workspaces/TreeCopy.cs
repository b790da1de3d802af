using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Foreman.Tools.Workspaces;

/// <summary>
/// Copies many files of one directory into another. It does what <see cref="FileTransfer.Copy"/> does, and keeps the directories that it came to last
/// open: files in the order of their paths cost least.
/// </summary>
/// <param name="from">The directory that has the files.</param>
/// <param name="to">The directory that gets them.</param>
public sealed class TreeCopy(Workspace from, Workspace to) : IDisposable
{
    private const int BufferBytes = 128 << 10;
    private const int OwnerWrites = 0b010_000_000;
    private SafeFileHandle? _source;
    private SafeFileHandle? _target;
    private string[] _folder = [];

    /// <summary>Copies a file with its permissions, or a symbolic link as such; what is neither, is gone, or is larger than 256 MiB is left out.</summary>
    /// <param name="path">Relative to both, with the names that are on disk.</param>
    /// <exception cref="WorkspaceException">The path climbs or is absolute, or the file can't be written.</exception>
    public void Copy(string path)
    {
        var name = WorkspacePath.OnDisk(path);
        try
        {
            if (name.TouchesGit || TryCopy(name))
            {
                return;
            }
        }
        catch (WorkspaceException e) when (e.Fault is not WorkspaceFault.Storage)
        {
            // A device, a socket, or a path through a link: a repository holds none of these.
            return;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WorkspaceException($"cannot copy `{name}`: {e.Message}", WorkspaceFault.Storage);
        }

        FileTransfer.Copy(from, to, path);
    }

    /// <inheritdoc/>
    public void Dispose() => Leave();

    // False for a link, for what takes the place of something that is there, and for what fails: the other way makes the first two and tells the last.
    private bool TryCopy(WorkspacePath name)
    {
        Enter(name);
        if (PosixFile.InspectAt(_source!, name.Names[^1], out var errno) is not { } facts)
        {
            return errno == PosixFile.NotFound;
        }

        if (!facts.IsRegular || facts.Size > FileTransfer.MostCopiedBytes)
        {
            return !facts.IsLink;
        }

        using var file = PosixFile.Open(_source!, name.Names[^1], PosixFile.ReadOnly, 0, out _);
        if (file is null || PosixFile.Inspect(file) is not { IsRegular: true } opened)
        {
            return false;
        }

        _target ??= to.OpenDirectory(_folder, create: true, name);
        using var copy = PosixFile.Open(_target, name.Names[^1], PosixFile.CreateNew, opened.Permissions | OwnerWrites, out _);
        if (copy is null)
        {
            return false;
        }

        Fill(file, copy, opened.Size);
        PosixFile.SetMode(copy, opened.Permissions);
        return true;
    }

    private void Enter(WorkspacePath name)
    {
        var depth = name.Names.Count - 1;
        if (_source is not null && _folder.Length == depth && _folder.SequenceEqual(name.Names.Take(depth), StringComparer.Ordinal))
        {
            return;
        }

        Leave();
        string[] folder = [.. name.Names.Take(depth)];
        _source = from.OpenDirectory(folder, create: false, name);
        _folder = folder;
    }

    private void Leave()
    {
        _source?.Dispose();
        _target?.Dispose();
        (_source, _target) = (null, null);
    }

    // A file that grows is copied as far as it went when it was opened.
    private static void Fill(SafeFileHandle from, SafeFileHandle to, long size)
    {
        var at = 0L;
        while (at < size && PosixFile.CopyRange(from, to, size - at) is > 0 and var copied)
        {
            at += copied;
        }

        // What the kernel does not copy by itself goes through this process.
        if (at == size)
        {
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(size - at, BufferBytes));
        try
        {
            int read;
            while (at < size && (read = RandomAccess.Read(from, buffer.AsSpan(0, (int)Math.Min(buffer.Length, size - at)), at)) > 0)
            {
                RandomAccess.Write(to, buffer.AsSpan(0, read), at);
                at += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
