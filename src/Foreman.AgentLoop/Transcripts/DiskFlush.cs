using System.Runtime.InteropServices;

namespace Foreman.AgentLoop.Transcripts;

/// <summary>Forces to disk what was written to a file.</summary>
internal static partial class DiskFlush
{
    private const int Interrupted = 4;
    private const int ReadOnlySystem = 30;
    private const int Invalid = 22;
    private const int NotImplemented = 38;
    private const int NotSupported = 95;

    /// <summary>
    /// Returns when the file's content and its size are on disk. On Linux its times are left for later, which saves a write of the
    /// file system's journal when the size is the same, and the name: a new file is to be flushed whole once.
    /// </summary>
    /// <param name="file">Without a buffer of its own.</param>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    internal static void Force(FileStream file)
    {
        if (!OperatingSystem.IsLinux())
        {
            file.Flush(flushToDisk: true);
            return;
        }

        while (SyncData(file.SafeFileHandle) != 0)
        {
            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    continue;

                // The framework knows the file systems that flush nothing.
                case ReadOnlySystem or Invalid or NotImplemented or NotSupported:
                    file.Flush(flushToDisk: true);
                    return;

                default:
                    throw new IOException(Marshal.GetLastPInvokeErrorMessage());
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int SyncData(SafeHandle file);
}
