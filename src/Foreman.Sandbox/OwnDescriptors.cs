using System.Globalization;
using System.Runtime.InteropServices;

namespace Foreman.Sandbox;

/// <summary>Descriptors that this process has open: those that it was itself started with would be open in every command too.</summary>
internal static partial class OwnDescriptors
{
    private const int FirstOwn = 3;
    private const uint OnExecution = 4;
    private const int SetFlags = 2;
    private const int CloseOnExecution = 1;

    // The same number on every processor since Linux 5.9; the flag came with 5.11.
    private const nint CloseRange = 436;

    /// <summary>Marks all but the standard streams to be closed in what is started from now on.</summary>
    public static void KeepFromCommands()
    {
        if (OperatingSystem.IsLinux() && SystemCall(CloseRange, FirstOwn, uint.MaxValue, OnExecution) != 0)
        {
            MarkEach();
        }
    }

    /// <summary>The same for older kernels.</summary>
    internal static void MarkEach()
    {
        foreach (var path in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            if (int.TryParse(Path.GetFileName(path.AsSpan()), CultureInfo.InvariantCulture, out var descriptor) && descriptor >= FirstOwn)
            {
                _ = Control(descriptor, SetFlags, CloseOnExecution);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nuint first, nuint last, nuint flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, int flags);
}
