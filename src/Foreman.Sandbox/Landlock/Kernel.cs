using System.Runtime.InteropServices;
using Foreman.Sandbox.SystemCalls;
using Microsoft.Win32.SafeHandles;

namespace Foreman.Sandbox.Landlock;

/// <summary>The system calls that the framework does not offer. All are of Linux.</summary>
internal static unsafe partial class Kernel
{
    internal const int KillSignal = 9;
    internal const int StopSignal = 19;
    internal const int Interrupted = 4;
    internal const int NotThere = 2;
    internal const int DontWait = 1;

    private const long CreateRuleset = 444;
    private const long AddRule = 445;
    private const long RestrictSelf = 446;
    private const int VersionFlag = 1;
    private const int PathOnly = 0x20_0000 | 0x8_0000;
    private const int ReadDirectory = 0x8_0000;
    private const int LockNow = 2 | 4;
    private const int SetSubreaper = 36;
    private const int DropBound = 24;
    private const int Ambient = 47;
    private const int AmbientClearAll = 4;
    private const int SetNoNewPrivileges = 38;
    private const uint CapabilityVersion = 0x2008_0522;

    private static long SetCapabilities => RuntimeInformation.ProcessArchitecture is Architecture.X64 ? 126 : 91;

    private static long CreateMemoryFile => RuntimeInformation.ProcessArchitecture is Architecture.X64 ? 319 : 279;

    private static long SecureComputing => RuntimeInformation.ProcessArchitecture is Architecture.X64 ? 317 : 277;

    /// <summary>The version of Landlock; 0 when the kernel has none or it is switched off.</summary>
    internal static int LandlockVersion() => (int)Math.Max(0, Call(CreateRuleset, 0, 0, VersionFlag, 0));

    /// <summary>Makes a set of rules; below 0 on failure.</summary>
    /// <param name="files">Kinds of access to files that are refused unless a rule allows them.</param>
    /// <param name="version">Of Landlock.</param>
    internal static int MakeRuleset(FileAccessKinds files, int version)
    {
        // handled_access_fs; handled_access_net: bind and connect, from version 4; scoped: abstract sockets and signals, from version 6.
        var attributes = stackalloc ulong[3] { (ulong)files, 3, 3 };
        return (int)Call(CreateRuleset, (nint)attributes, version < 4 ? 8 : version < 6 ? 16 : 24, 0, 0);
    }

    /// <summary>Adds a rule; returns 0 or the error number.</summary>
    internal static int AddPath(int ruleset, FileAccessKinds access, int path)
    {
        // struct landlock_path_beneath_attr is packed: 8 bytes and 4.
        var attributes = stackalloc byte[12];
        *(ulong*)attributes = (ulong)access;
        *(int*)(attributes + 8) = path;
        return Call(AddRule, ruleset, 1, (nint)attributes, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>Opens a path to name it in a rule; below 0 on failure.</summary>
    internal static int OpenPath(string path) => Open(path, PathOnly);

    /// <summary>Opens a directory and locks it for this process; null when another holds the lock.</summary>
    internal static int? LockDirectory(string path)
    {
        var descriptor = Open(path, ReadDirectory);
        if (descriptor < 0)
        {
            return null;
        }

        if (Lock(descriptor, LockNow) == 0)
        {
            return descriptor;
        }

        _ = Close(descriptor);
        return null;
    }

    /// <summary>Orphans below this process become its children, so that it finds them.</summary>
    internal static bool AdoptOrphans() => Control(SetSubreaper, 1, 0, 0, 0) == 0;

    /// <summary>Takes all privileges from the calling thread, for good; returns 0 or the error number.</summary>
    internal static int GiveUpPrivileges()
    {
        if (Control(SetNoNewPrivileges, 1, 0, 0, 0) != 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        // Without the right to do so these fail, and then there is nothing to drop that a program could regain.
        for (nint capability = 0; capability < 64; capability++)
        {
            _ = Control(DropBound, capability, 0, 0, 0);
        }

        _ = Control(Ambient, AmbientClearAll, 0, 0, 0);
        var header = stackalloc uint[2] { CapabilityVersion, 0 };
        var none = stackalloc uint[6];
        for (var i = 0; i < 6; i++)
        {
            none[i] = 0;
        }

        return Call(SetCapabilities, (nint)header, (nint)none, 0, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>Restricts the calling thread and all that it starts; returns 0 or the error number.</summary>
    internal static int Restrict(int ruleset) => Call(RestrictSelf, ruleset, 0, 0, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>A file in memory that no program inherits; null on failure.</summary>
    internal static SafeFileHandle? MemoryFile()
    {
        fixed (byte* name = "foreman-filter\0"u8)
        {
            var descriptor = Call(CreateMemoryFile, (nint)name, 1, 0, 0);
            return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
        }
    }

    /// <summary>Filters the system calls of the calling thread and all that it starts; returns 0 or the error number.</summary>
    internal static int Filter(ReadOnlySpan<FilterInstruction> filter)
    {
        fixed (FilterInstruction* instructions = filter)
        {
            // struct sock_fprog: a 16-bit length, and the pointer at its own alignment.
            var program = stackalloc nint[2] { filter.Length, (nint)instructions };
            return Call(SecureComputing, 1, 0, (nint)program, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(nint number, nint first, nint second, nint third, nint fourth);

    private static nint Call(long number, nint first, nint second, nint third, nint fourth) => Call((nint)number, first, second, third, fourth);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Control(int option, nint first, nint second, nint third, nint fourth);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(int descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    internal static partial int Signal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    internal static partial int Wait(int process, out int status, int options);

    [LibraryImport("libc", EntryPoint = "getppid")]
    internal static partial int Parent();

    [LibraryImport("libc", EntryPoint = "geteuid")]
    internal static partial uint User();
}
