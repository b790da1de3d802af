using System.Runtime.InteropServices;

namespace Foreman.Sandbox.Landlock;

/// <summary>One instruction of the kernel's classic packet filter; the layout is the kernel's <c>sock_filter</c>.</summary>
/// <param name="Code">What it does.</param>
/// <param name="IfTrue">Instructions to pass over when a comparison holds.</param>
/// <param name="IfFalse">The same when it doesn't.</param>
/// <param name="Value">Its operand.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct FilterInstruction(ushort Code, byte IfTrue, byte IfFalse, uint Value);

/// <summary>
/// The filter of system calls. What it does not name is allowed, up to the last call that it knows: compilers and shells need most of
/// them, and files are guarded by Landlock.
/// </summary>
internal static class SystemCallFilter
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

    private const ushort Load = 0x20;
    private const ushort And = 0x54;
    private const ushort IfEqual = 0x15;
    private const ushort IfAtLeast = 0x35;
    private const ushort IfAny = 0x45;
    private const ushort Return = 0x06;

    // CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET.
    private const uint NamespaceFlags = 0x7e02_0000;
    private const uint UnixFamily = 1;
    private const uint SimulateInput = 0x5412;
    private const uint LinuxConsole = 0x541c;
    private const uint TruncateFlag = 0x200;
    private const uint AccessMode = 3;

    /// <summary>Builds the filter of a processor.</summary>
    /// <param name="processor">X64 or Arm64.</param>
    /// <param name="landlockVersion">What the kernel's Landlock can do: before 3 it does not guard truncation, so the filter does.</param>
    /// <exception cref="CageException">The processor is another.</exception>
    internal static IReadOnlyList<FilterInstruction> Build(Architecture processor, int landlockVersion)
    {
        if (processor is not (Architecture.X64 or Architecture.Arm64))
        {
            throw new CageException($"this release has no filter of system calls for the processor {processor}");
        }

        int? Number(SystemCallNumber call) => processor is Architecture.X64 ? call.X64 : call.Arm64;
        List<FilterInstruction> filter =
        [
            new(Load, 0, 0, 4),
            new(IfEqual, 1, 0, processor is Architecture.X64 ? ArchX64 : ArchArm64),
            new(Return, 0, 0, Kill),
            new(Load, 0, 0, 0),

            // It refuses the 32-bit-pointer calls of x86 as well: their numbers begin at 2 to the power of 30.
            new(IfAtLeast, 0, 1, SystemCallTable.LastKnown + 1),
            Refuse(NoSuchCall),
        ];
        void On(SystemCallNumber call, params ReadOnlySpan<FilterInstruction> block)
        {
            if (Number(call) is { } number)
            {
                filter.Add(new(IfEqual, 0, (byte)block.Length, (uint)number));
                filter.AddRange(block);
            }
        }

        foreach (var call in SystemCallTable.Forbidden)
        {
            On(call, Refuse(NotPermitted));
        }

        foreach (var call in SystemCallTable.Unsupported)
        {
            On(call, Refuse(NotSupported));
        }

        foreach (var call in SystemCallTable.OfOneself)
        {
            On(call, Argument(0), new(IfEqual, 0, 1, 0), Pass, Refuse(NotPermitted));
        }

        // The flags of clone3 are behind a pointer; programs fall back to clone.
        On(SystemCallTable.Clone3, Refuse(NoSuchCall));
        On(SystemCallTable.Clone, Argument(0), new(IfAny, 0, 1, NamespaceFlags), Refuse(NotPermitted), Pass);

        // Sockets by path reach container engines and agents of keys, whatever Landlock says of files.
        On(SystemCallTable.Socket, Refuse(Denied));
        On(SystemCallTable.SocketPair, Argument(0), new(IfEqual, 0, 1, UnixFamily), Pass, Refuse(Denied));
        On(SystemCallTable.DeviceControl, Argument(1), new(IfEqual, 2, 0, SimulateInput), new(IfEqual, 1, 0, LinuxConsole), Pass, Refuse(NotPermitted));
        On(SystemCallTable.SetPriority, Argument(0), new(IfEqual, 0, 3, 0), Argument(1), new(IfEqual, 0, 1, 0), Pass, Refuse(NotPermitted));
        if (landlockVersion < 3)
        {
            On(SystemCallTable.Truncate, Refuse(NotPermitted));
            On(SystemCallTable.OpenAt2, Refuse(NoSuchCall));
            On(SystemCallTable.Open, Argument(1), new(And, 0, 0, TruncateFlag | AccessMode), new(IfEqual, 0, 1, TruncateFlag), Refuse(NotPermitted), Pass);
            On(SystemCallTable.OpenAt, Argument(2), new(And, 0, 0, TruncateFlag | AccessMode), new(IfEqual, 0, 1, TruncateFlag), Refuse(NotPermitted), Pass);
        }

        filter.Add(Pass);
        return filter;
    }

    private static FilterInstruction Pass => new(Return, 0, 0, Allow);

    private static FilterInstruction Refuse(int error) => new(Return, 0, 0, Error | (uint)error);

    // The lower half of an argument: flags, families and process numbers are 32 bits wide.
    private static FilterInstruction Argument(int index) => new(Load, 0, 0, 16 + (8 * (uint)index));
}
