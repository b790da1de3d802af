using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;

namespace Foreman.Tools.Workspaces;

/// <summary>The names in an open directory, one after the other, so that a directory of any size takes no memory.</summary>
internal sealed partial class PosixDirectory : SafeHandleZeroOrMinusOneIsInvalid
{
    private const int TypeUnknown = 0;
    private const int TypeDirectory = 4;
    private const int TypeFile = 8;
    private const int TypeLink = 10;

    private static readonly bool Mac = OperatingSystem.IsMacOS();
    private static readonly bool MacIntel = Mac && RuntimeInformation.ProcessArchitecture is Architecture.X64;

    private readonly SafeFileHandle _directory;

    private PosixDirectory(SafeFileHandle directory, nint stream)
        : base(ownsHandle: true)
    {
        _directory = directory;
        SetHandle(stream);
    }

    /// <summary>Starts to read; null with the error number when that fails.</summary>
    /// <param name="directory">An open directory; it must stay open meanwhile.</param>
    /// <param name="errno">0 or the error number.</param>
    internal static PosixDirectory? Open(SafeFileHandle directory, out int errno)
    {
        // The stream owns its descriptor, so it gets one of its own, with a position of its own.
        var own = PosixFile.Open(directory, ".", PosixFile.Directory, 0, out errno);
        if (own is null)
        {
            return null;
        }

        var descriptor = (int)own.DangerousGetHandle();
        var stream = MacIntel ? FdOpenDirMacIntel(descriptor) : FdOpenDir(descriptor);
        errno = stream == 0 ? Marshal.GetLastPInvokeError() : 0;
        if (stream == 0)
        {
            own.Dispose();
            return null;
        }

        own.SetHandleAsInvalid();
        return new PosixDirectory(directory, stream);
    }

    /// <summary>The next entry but <c>.</c> and <c>..</c>; null at the end.</summary>
    /// <exception cref="IOException">The directory can't be read.</exception>
    internal unsafe PosixEntry? Next()
    {
        while (true)
        {
            Marshal.SetLastSystemError(0);
            var entry = (byte*)(MacIntel ? ReadDirMacIntel(handle) : ReadDir(handle));
            if (entry == null)
            {
                var errno = Marshal.GetLastPInvokeError();
                return errno == 0 ? null : throw new IOException(Marshal.GetPInvokeErrorMessage(errno));
            }

            // struct dirent: type at 18 and name at 19; of macOS: type at 20 and name at 21.
            var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + (Mac ? 21 : 19));
            if (name is not ([(byte)'.'] or [(byte)'.', (byte)'.']))
            {
                return Entry(name, entry[Mac ? 20 : 18]);
            }
        }
    }

    protected override bool ReleaseHandle() => CloseDir(handle) == 0;

    private PosixEntry Entry(ReadOnlySpan<byte> name, int type)
    {
        if (!Utf8.IsValid(name))
        {
            return new PosixEntry(Encoding.UTF8.GetString(name), PosixEntryKind.Unnameable);
        }

        var text = Encoding.UTF8.GetString(name);
        var facts = type == TypeUnknown ? PosixFile.InspectAt(_directory, text, out _) : null;
        return new PosixEntry(text, type switch
        {
            TypeDirectory => PosixEntryKind.Directory,
            TypeFile => PosixEntryKind.File,
            TypeLink => PosixEntryKind.Link,
            TypeUnknown when facts is { IsDirectory: true } => PosixEntryKind.Directory,
            TypeUnknown when facts is { IsRegular: true } => PosixEntryKind.File,
            TypeUnknown when facts is { IsLink: true } => PosixEntryKind.Link,
            _ => PosixEntryKind.Other,
        });
    }

    [LibraryImport("libc", EntryPoint = "fdopendir", SetLastError = true)]
    private static partial nint FdOpenDir(int descriptor);

    [LibraryImport("libc", EntryPoint = "fdopendir$INODE64", SetLastError = true)]
    private static partial nint FdOpenDirMacIntel(int descriptor);

    [LibraryImport("libc", EntryPoint = "readdir", SetLastError = true)]
    private static partial nint ReadDir(nint stream);

    [LibraryImport("libc", EntryPoint = "readdir$INODE64", SetLastError = true)]
    private static partial nint ReadDirMacIntel(nint stream);

    [LibraryImport("libc", EntryPoint = "closedir")]
    private static partial int CloseDir(nint stream);
}

/// <summary>A name in a directory.</summary>
internal readonly record struct PosixEntry(string Name, PosixEntryKind Kind);

/// <summary>What a name in a directory stands for.</summary>
internal enum PosixEntryKind
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link, which tools neither show nor follow.</summary>
    Link,

    /// <summary>A pipe, socket or device, which tools neither show nor open.</summary>
    Other,

    /// <summary>The name is no UTF-8, so that no path of text leads there.</summary>
    Unnameable,
}
