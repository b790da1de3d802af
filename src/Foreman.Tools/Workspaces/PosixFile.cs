using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Foreman.Tools.Workspaces;

/// <summary>The few system calls that the workspace needs and the framework does not offer: everything relative to an open directory.</summary>
internal static partial class PosixFile
{
    internal const int NotFound = 2;
    internal const int NotADirectory = 20;
    internal const int IsADirectory = 21;
    internal const int NameTooLong = 36;
    internal const int AtCurrentDirectory = -100;

    /// <summary>The longest target of a symbolic link, in bytes.</summary>
    internal const int MaxTargetBytes = 4095;

    private static readonly bool Mac = OperatingSystem.IsMacOS();
    private static readonly bool LinuxArm = !Mac && RuntimeInformation.ProcessArchitecture is Architecture.Arm64;

    internal static readonly int ReadOnly = Flag.NonBlocking | Flag.NoFollow | Flag.CloseOnExec;
    internal static readonly int Directory = Flag.Directory | Flag.NoFollow | Flag.CloseOnExec;
    internal static readonly int CreateNew = 1 | Flag.Create | Flag.Exclusive | Flag.NoFollow | Flag.CloseOnExec;

    /// <summary>True where a file is made with other permissions than asked for.</summary>
    internal static bool ModeIsLost => Mac && RuntimeInformation.ProcessArchitecture is Architecture.Arm64;

    /// <summary>The error numbers of "this is a symbolic link": Linux says ELOOP (40), or ENOTDIR when a directory was asked for; macOS says 62.</summary>
    internal static bool IsLink(int errno) => errno == (Mac ? 62 : 40);

    internal static bool IsNameTooLong(int errno) => errno == (Mac ? 63 : NameTooLong);

    /// <summary>
    /// openat(2). The C function takes its mode as a variable argument, which Apple's arm64 passes in another place than a
    /// declared parameter: there the mode of a new file is arbitrary, and <see cref="ModeIsLost"/> says that it must be set.
    /// </summary>
    internal static SafeFileHandle? Open(SafeFileHandle? directory, string name, int flags, int mode, out int errno)
    {
        var at = directory is null ? AtCurrentDirectory : (int)directory.DangerousGetHandle();
        int descriptor;
        do
        {
            descriptor = OpenAt(at, name, flags, mode);
            errno = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
        while (errno == Interrupted);
        GC.KeepAlive(directory);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>
    /// openat2(2) of a directory that is reached without leaving the given one and without any symbolic link; null when it is refused
    /// or the kernel does not have it.
    /// </summary>
    internal static SafeFileHandle? OpenBeneath(SafeFileHandle directory, IEnumerable<string> names)
    {
        if (Mac || _noOpenAt2)
        {
            return null;
        }

        var path = string.Join('/', names);
        var how = new OpenHow { Flags = (ulong)Directory, Resolve = NoMagicLinks | NoSymbolicLinks | Beneath };
        nint descriptor;
        int errno;
        do
        {
            descriptor = SystemCall(OpenAt2, (int)directory.DangerousGetHandle(), path.Length == 0 ? "." : path, ref how, 24);
            errno = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
        while (errno == Interrupted);
        GC.KeepAlive(directory);

        // A filter of system calls may answer with a permission error instead.
        _noOpenAt2 |= errno is NotImplemented or NotPermitted;
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Makes a directory; returns 0 or the error number.</summary>
    internal static int MakeDirectory(SafeFileHandle parent, string name)
    {
        var result = MkdirAt((int)parent.DangerousGetHandle(), name, 0b111_101_101);
        var errno = result == 0 ? 0 : Marshal.GetLastPInvokeError();
        GC.KeepAlive(parent);
        return errno;
    }

    /// <summary>Gives a file another name in the same directory, over what is there; returns 0 or the error number.</summary>
    internal static int Rename(SafeFileHandle parent, string from, string to)
    {
        var at = (int)parent.DangerousGetHandle();
        var result = RenameAt(at, from, at, to);
        var errno = result == 0 ? 0 : Marshal.GetLastPInvokeError();
        GC.KeepAlive(parent);
        return errno;
    }

    /// <summary>Removes a file; returns 0 or the error number.</summary>
    internal static int Unlink(SafeFileHandle parent, string name) => Remove(parent, name, 0);

    /// <summary>Removes a directory that is empty; returns 0 or the error number.</summary>
    internal static int RemoveDirectory(SafeFileHandle parent, string name) => Remove(parent, name, Mac ? 0x80 : 0x200);

    /// <summary>Makes a symbolic link; returns 0 or the error number.</summary>
    internal static int MakeLink(SafeFileHandle parent, string name, string target)
    {
        var result = SymlinkAt(target, (int)parent.DangerousGetHandle(), name);
        var errno = result == 0 ? 0 : Marshal.GetLastPInvokeError();
        GC.KeepAlive(parent);
        return errno;
    }

    /// <summary>What a symbolic link names, as bytes; null with the error number when it can't be read.</summary>
    internal static byte[]? ReadLink(SafeFileHandle parent, string name, out int errno)
    {
        // One byte more than the kernel takes for a target shows that none is cut.
        Span<byte> buffer = stackalloc byte[MaxTargetBytes + 1];
        var length = ReadLinkAt((int)parent.DangerousGetHandle(), name, ref buffer[0], (nuint)buffer.Length);
        errno = length < 0 ? Marshal.GetLastPInvokeError() : length == buffer.Length ? NameTooLong : 0;
        GC.KeepAlive(parent);
        return errno == 0 ? buffer[..(int)length].ToArray() : null;
    }

    /// <summary>
    /// copy_file_range(2) from where both files stand, which shares the blocks on file systems that can. Returns the bytes that were copied; 0 at the end of
    /// the file, and where it can't be done so.
    /// </summary>
    internal static long CopyRange(SafeFileHandle from, SafeFileHandle to, long length)
    {
        if (!OperatingSystem.IsLinux() || _noCopyRange)
        {
            return 0;
        }

        try
        {
            var copied = CopyFileRange((int)from.DangerousGetHandle(), 0, (int)to.DangerousGetHandle(), 0, (nuint)Math.Min(length, MostAtOnce), 0);
            GC.KeepAlive(from);
            GC.KeepAlive(to);
            return Math.Max(0, copied);
        }
        catch (EntryPointNotFoundException)
        {
            _noCopyRange = true;
            return 0;
        }
    }

    private static int Remove(SafeFileHandle parent, string name, int flags)
    {
        var result = UnlinkAt((int)parent.DangerousGetHandle(), name, flags);
        var errno = result == 0 ? 0 : Marshal.GetLastPInvokeError();
        GC.KeepAlive(parent);
        return errno;
    }

    /// <summary>Sets the permissions of an open file or directory.</summary>
    /// <exception cref="IOException">It can't be done.</exception>
    internal static void SetMode(SafeFileHandle file, int mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, (UnixFileMode)(mode & FileFacts.PermissionBits));
        }
    }

    /// <summary>What an open file is: type, number of names, size.</summary>
    internal static FileFacts Inspect(SafeFileHandle file)
    {
        Span<byte> buffer = stackalloc byte[256];
        var descriptor = (int)file.DangerousGetHandle();
        var failed = Mac
            ? MacStat(descriptor, ref buffer[0]) != 0
            : Statx(descriptor, "", EmptyPath, BasicStats, ref buffer[0]) != 0;
        GC.KeepAlive(file);
        if (failed)
        {
            throw new IOException($"cannot inspect an open file: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }

        return Facts(buffer);
    }

    /// <summary>What a name stands for, without opening it: to open a device can have effects. Null when that can't be told.</summary>
    internal static FileFacts? InspectAt(SafeFileHandle directory, string name, out int errno)
    {
        Span<byte> buffer = stackalloc byte[256];
        var descriptor = (int)directory.DangerousGetHandle();
        var result = Mac
            ? MacStatAt(descriptor, name, ref buffer[0])
            : Statx(descriptor, name, LinuxNoFollow, BasicStats, ref buffer[0]);
        errno = result == 0 ? 0 : Marshal.GetLastPInvokeError();
        GC.KeepAlive(directory);
        return result == 0 ? Facts(buffer) : null;
    }

    // struct statx: nlink at 16, mode at 28, inode at 32, size at 40, ctime at 96.
    // struct stat of 64-bit macOS: mode at 4, nlink at 6, inode at 8, ctime at 64, size at 96.
    private static FileFacts Facts(ReadOnlySpan<byte> buffer) => Mac
        ? new FileFacts(BitConverter.ToUInt16(buffer[4..]), BitConverter.ToUInt16(buffer[6..]), BitConverter.ToInt64(buffer[96..])) { Stamp = StampAt(buffer, 8, 64) }
        : new FileFacts(BitConverter.ToUInt16(buffer[28..]), BitConverter.ToUInt32(buffer[16..]), BitConverter.ToInt64(buffer[40..])) { Stamp = StampAt(buffer, 32, 96) };

    private static FileStamp StampAt(ReadOnlySpan<byte> buffer, int inode, int changed) => new(
        BitConverter.ToInt64(buffer[inode..]), BitConverter.ToInt64(buffer[changed..]), BitConverter.ToInt32(buffer[(changed + 8)..]));

    private const int Interrupted = 4;
    private const int NotPermitted = 1;
    private const int NotImplemented = 38;

    // The same number on every processor since Linux 5.6.
    private const nint OpenAt2 = 437;
    private const ulong NoMagicLinks = 2;
    private const ulong NoSymbolicLinks = 4;
    private const ulong Beneath = 8;

    private const long MostAtOnce = 1L << 30;

    private static volatile bool _noOpenAt2;
    private static volatile bool _noCopyRange;

    private struct OpenHow
    {
        internal ulong Flags;
        internal ulong Mode;
        internal ulong Resolve;
    }

    private const int EmptyPath = 0x1000;
    private const int LinuxNoFollow = 0x100;
    private const int MacNoFollow = 0x20;
    private const uint BasicStats = 0x7ff;

    private static int MacStat(int descriptor, ref byte buffer) =>
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 ? FStat(descriptor, ref buffer) : FStatInode64(descriptor, ref buffer);

    private static int MacStatAt(int directory, string name, ref byte buffer) =>
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 ? FStatAt(directory, name, ref buffer, MacNoFollow) : FStatAtInode64(directory, name, ref buffer, MacNoFollow);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenAt(int directory, string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint SystemCall(nint number, int directory, string path, ref OpenHow how, nuint size);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MkdirAt(int directory, string path, uint mode);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt(int fromDirectory, string from, int toDirectory, string to);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnlinkAt(int directory, string path, int flags);

    [LibraryImport("libc", EntryPoint = "symlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SymlinkAt(string target, int directory, string path);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint ReadLinkAt(int directory, string path, ref byte buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "copy_file_range")]
    private static partial nint CopyFileRange(int from, nint fromOffset, int to, nint toOffset, nuint length, uint flags);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, ref byte buffer);

    [LibraryImport("libc", EntryPoint = "fstat", SetLastError = true)]
    private static partial int FStat(int descriptor, ref byte buffer);

    [LibraryImport("libc", EntryPoint = "fstat$INODE64", SetLastError = true)]
    private static partial int FStatInode64(int descriptor, ref byte buffer);

    [LibraryImport("libc", EntryPoint = "fstatat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FStatAt(int directory, string path, ref byte buffer, int flags);

    [LibraryImport("libc", EntryPoint = "fstatat$INODE64", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FStatAtInode64(int directory, string path, ref byte buffer, int flags);

    /// <summary>Open flags differ by kernel and, on Linux, by processor.</summary>
    private static class Flag
    {
        internal static readonly int Create = Mac ? 0x200 : 0x40;
        internal static readonly int Exclusive = Mac ? 0x800 : 0x80;
        internal static readonly int NonBlocking = Mac ? 0x4 : 0x800;
        internal static readonly int NoFollow = Mac ? 0x100 : LinuxArm ? 0x8000 : 0x20000;
        internal static readonly int Directory = Mac ? 0x100000 : LinuxArm ? 0x4000 : 0x10000;
        internal static readonly int CloseOnExec = Mac ? 0x1000000 : 0x80000;
    }
}

/// <summary>Type and permission bits, number of hard links, and size of an open file.</summary>
internal readonly record struct FileFacts(int Mode, uint Links, long Size)
{
    /// <summary>Reading, writing and executing, without the set-user-ID, set-group-ID and sticky bits.</summary>
    internal const int PermissionBits = 0b111_111_111;

    internal int Permissions => Mode & PermissionBits;

    /// <summary>Changes with every change of the file; programs can't set it back.</summary>
    internal FileStamp Stamp { get; init; }

    internal bool IsRegular => (Mode & 0xF000) == 0x8000;

    internal bool IsDirectory => (Mode & 0xF000) == 0x4000;

    internal bool IsLink => (Mode & 0xF000) == 0xA000;

    /// <summary>True when its owner, group or others may write it.</summary>
    internal bool IsWritable => (Mode & 0b010_010_010) != 0;
}

/// <summary>A file's number, and when it was last changed in any way, in seconds and nanoseconds since 1970.</summary>
internal readonly record struct FileStamp(long Inode, long Seconds, int Nanoseconds);
