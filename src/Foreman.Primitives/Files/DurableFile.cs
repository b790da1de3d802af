using System.Runtime.InteropServices;

namespace Foreman.Primitives;

/// <summary>Files that are either whole or not there, also after a power cut.</summary>
public static partial class DurableFile
{
    /// <summary>Writes a file: under another name, forced to disk, renamed, and the directory forced to disk.</summary>
    /// <param name="path">The file; its directory is there.</param>
    /// <param name="content">All of it.</param>
    /// <exception cref="IOException">The disk is full or broken; what was written anew is removed.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".tmp";
        try
        {
            using (var file = new FileStream(temporary, Options(FileMode.Create)))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
            SyncDirectory(Path.GetDirectoryName(path)!);
        }
        catch (IOException)
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Sets disk space aside under a name; deleting the file gives it back.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">How much, from 1.</param>
    /// <exception cref="IOException">There is not so much.</exception>
    public static void Reserve(string path, int bytes)
    {
        var options = Options(FileMode.Create);
        options.PreallocationSize = bytes;
        using var file = new FileStream(path, options);
    }

    private static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    // Without this the rename itself may be lost with the power. .NET opens no directories, hence the system calls.
    private static void SyncDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const int ReadOnly = 0;
        var handle = Open(directory, ReadOnly);
        if (handle < 0)
        {
            throw new IOException($"cannot open the directory {directory}: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        var failed = Sync(handle) != 0;
        var why = failed ? Marshal.GetLastPInvokeErrorMessage() : "";
        _ = Close(handle);
        if (failed)
        {
            throw new IOException($"cannot force the directory {directory} to disk: {why}");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);
}
