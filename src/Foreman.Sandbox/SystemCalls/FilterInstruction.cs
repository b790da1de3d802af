using System.Runtime.InteropServices;

namespace Foreman.Sandbox.SystemCalls;

/// <summary>One instruction of the kernel's classic packet filter; the layout is the kernel's <c>sock_filter</c>.</summary>
/// <param name="Code">What it does.</param>
/// <param name="IfTrue">Instructions to pass over when a comparison holds.</param>
/// <param name="IfFalse">The same when it doesn't.</param>
/// <param name="Value">Its operand.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct FilterInstruction(ushort Code, byte IfTrue, byte IfFalse, uint Value)
{
    private const ushort LoadCode = 0x20;
    private const ushort AndCode = 0x54;
    private const ushort IfEqualCode = 0x15;
    private const ushort IfAtLeastCode = 0x35;
    private const ushort IfAnyCode = 0x45;
    private const ushort ReturnCode = 0x06;

    /// <summary>Takes the number of the call.</summary>
    internal static FilterInstruction Call => new(LoadCode, 0, 0, 0);

    /// <summary>Takes the kind of processor that the call was made for.</summary>
    internal static FilterInstruction Processor => new(LoadCode, 0, 0, 4);

    /// <summary>Takes the lower half of an argument: flags, families, modes and process numbers are 32 bits wide.</summary>
    internal static FilterInstruction Argument(int index) => new(LoadCode, 0, 0, 16 + (8 * (uint)index));

    /// <summary>Keeps some bits of what was taken.</summary>
    internal static FilterInstruction And(uint bits) => new(AndCode, 0, 0, bits);

    internal static FilterInstruction IfEqual(uint value, byte ifTrue, byte ifFalse) => new(IfEqualCode, ifTrue, ifFalse, value);

    internal static FilterInstruction IfAtLeast(uint value, byte ifTrue, byte ifFalse) => new(IfAtLeastCode, ifTrue, ifFalse, value);

    /// <summary>Whether one of the bits is set.</summary>
    internal static FilterInstruction IfAny(uint bits, byte ifTrue, byte ifFalse) => new(IfAnyCode, ifTrue, ifFalse, bits);

    internal static FilterInstruction Return(uint value) => new(ReturnCode, 0, 0, value);
}
