using System.Runtime.InteropServices;
using static Foreman.Sandbox.SystemCalls.FilterInstruction;

namespace Foreman.Sandbox.SystemCalls;

/// <summary>
/// The filter of system calls. What it does not name is allowed, up to the last call that it knows: compilers and shells need most of
/// them, and files are guarded by Landlock or by a tree of mounts.
/// </summary>
internal sealed class SystemCallFilter
{
    internal const uint Allow = 0x7fff_0000;
    internal const uint Kill = 0x8000_0000;
    internal const uint Error = 0x0005_0000;
    internal const uint ArchX64 = 0xc000_003e;
    internal const uint ArchArm64 = 0xc000_00b7;

    internal const int NotPermitted = 1;
    internal const int Denied = 13;
    internal const int NoSuchCall = 38;
    internal const int NotSupported = 95;
    internal const int NoSuchFamily = 97;

    // CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET.
    private const uint NamespaceFlags = 0x7e02_0000;
    private const uint UnixFamily = 1;
    private const uint Internet4Family = 2;
    private const uint Internet6Family = 10;
    private const uint NetlinkFamily = 16;
    private const uint SimulateInput = 0x5412;
    private const uint LinuxConsole = 0x541c;

    // O_CREAT and the bit of O_TMPFILE: only then there is a mode among the arguments.
    private const uint CreateFlags = 0x40 | 0x40_0000;
    private const uint SetIdBits = 0b110_000_000_000;
    private const uint TruncateFlag = 0x200;
    private const uint AccessMode = 3;

    private readonly bool _isX64;
    private readonly List<FilterInstruction> _filter;

    private SystemCallFilter(Architecture processor)
    {
        if (processor is not (Architecture.X64 or Architecture.Arm64))
        {
            throw new CageException($"this release has no filter of system calls for the processor {processor}");
        }

        _isX64 = processor is Architecture.X64;
        _filter =
        [
            Processor, IfEqual(_isX64 ? ArchX64 : ArchArm64, 1, 0), Return(Kill),

            // It refuses the 32-bit-pointer calls of x86 as well: their numbers begin at 2 to the power of 30.
            Call, IfAtLeast(SystemCallTable.LastKnown + 1, 0, 1), Refuse(NoSuchCall),
        ];
        foreach (var call in SystemCallTable.Forbidden)
        {
            On(call, Refuse(NotPermitted));
        }

        // The flags of clone3 and the mode of openat2 are behind a pointer; programs fall back to clone and openat.
        On(SystemCallTable.Clone3, Refuse(NoSuchCall));
        On(SystemCallTable.OpenAt2, Refuse(NoSuchCall));
        On(SystemCallTable.Clone, Argument(0), IfAny(NamespaceFlags, 0, 1), Refuse(NotPermitted), Pass);
        On(SystemCallTable.DeviceControl, Argument(1), IfEqual(SimulateInput, 2, 0), IfEqual(LinuxConsole, 1, 0), Pass, Refuse(NotPermitted));

        // A file that is marked set-user-ID in the workspace of a root agent would be root's outside.
        foreach (var (call, mode) in SystemCallTable.OfModes)
        {
            On(call, Argument(mode), IfAny(SetIdBits, 0, 1), Refuse(NotPermitted), Pass);
        }
    }

    private static FilterInstruction Pass => Return(Allow);

    /// <summary>The filter of commands that Landlock confines, which share processes, sockets and objects in memory with the host.</summary>
    /// <param name="processor">X64 or Arm64.</param>
    /// <param name="landlockVersion">What the kernel's Landlock can do: before 3 it does not guard truncation, so the filter does.</param>
    /// <exception cref="CageException">The processor is another.</exception>
    internal static IReadOnlyList<FilterInstruction> ForLandlock(Architecture processor, int landlockVersion)
    {
        var filter = new SystemCallFilter(processor);
        foreach (var call in SystemCallTable.SharedObjects.Concat(SystemCallTable.OfOwners))
        {
            filter.On(call, Refuse(NotPermitted));
        }

        foreach (var call in SystemCallTable.Unsupported)
        {
            filter.On(call, Refuse(NotSupported));
        }

        foreach (var call in SystemCallTable.OfOneself)
        {
            filter.On(call, Argument(0), IfEqual(0, 0, 1), Pass, Refuse(NotPermitted));
        }

        // Sockets by path reach container engines and agents of keys, whatever Landlock says of files.
        filter.On(SystemCallTable.Socket, Refuse(Denied));
        filter.On(SystemCallTable.SocketPair, Argument(0), IfEqual(UnixFamily, 0, 1), Pass, Refuse(Denied));
        filter.On(SystemCallTable.SetPriority, Argument(0), IfEqual(0, 0, 3), Argument(1), IfEqual(0, 0, 1), Pass, Refuse(NotPermitted));
        if (landlockVersion < 3)
        {
            filter.On(SystemCallTable.Truncate, Refuse(NotPermitted));
        }

        filter.OnOpening(guardTruncation: landlockVersion < 3);
        return filter.Done();
    }

    /// <summary>The filter of commands that have processes, mounts, network and objects in memory of their own.</summary>
    /// <param name="processor">X64 or Arm64.</param>
    /// <exception cref="CageException">The processor is another.</exception>
    internal static IReadOnlyList<FilterInstruction> ForNamespaces(Architecture processor)
    {
        var filter = new SystemCallFilter(processor);

        // Only these families belong to a network of one's own; sockets of virtual machines (vsock) reach the host's.
        filter.On(
            SystemCallTable.Socket,
            Argument(0), IfEqual(UnixFamily, 4, 0), IfEqual(Internet4Family, 3, 0), IfEqual(Internet6Family, 2, 0), IfEqual(NetlinkFamily, 1, 0), Refuse(NoSuchFamily), Pass);
        filter.OnOpening(guardTruncation: false);
        return filter.Done();
    }

    /// <summary>A filter as the kernel and bubblewrap read it.</summary>
    internal static byte[] Bytes(IReadOnlyList<FilterInstruction> filter) => MemoryMarshal.AsBytes<FilterInstruction>([.. filter]).ToArray();

    private static FilterInstruction Refuse(int error) => Return(Error | (uint)error);

    private void OnOpening(bool guardTruncation)
    {
        FilterInstruction[] Block(int flags, int mode) =>
        [
            Argument(flags), IfAny(CreateFlags, 0, 3), Argument(mode), IfAny(SetIdBits, 0, 1), Refuse(NotPermitted),
            .. guardTruncation ? (FilterInstruction[])[Argument(flags), And(TruncateFlag | AccessMode), IfEqual(TruncateFlag, 0, 1), Refuse(NotPermitted)] : [],
            Pass,
        ];
        On(SystemCallTable.Open, Block(1, 2));
        On(SystemCallTable.OpenAt, Block(2, 3));
    }

    // A block ends by returning, since it overwrites the number of the call.
    private void On(SystemCallNumber call, params ReadOnlySpan<FilterInstruction> block)
    {
        if ((_isX64 ? call.X64 : call.Arm64) is { } number)
        {
            _filter.Add(IfEqual((uint)number, 0, (byte)block.Length));
            _filter.AddRange(block);
        }
    }

    private List<FilterInstruction> Done()
    {
        _filter.Add(Pass);
        return _filter;
    }
}
