using Foreman.Sandbox.SystemCalls;

namespace Foreman.Sandbox.Tests.SystemCalls;

/// <summary>Runs a filter as the kernel does, for processors that are not at hand.</summary>
internal static class FilterMachine
{
    internal static uint Run(IReadOnlyList<FilterInstruction> filter, IReadOnlyDictionary<uint, uint> call)
    {
        var accumulator = 0u;
        for (var at = 0; ; at++)
        {
            var (code, ifTrue, ifFalse, value) = filter[at];
            switch (code)
            {
                case 0x20:
                    accumulator = call[value];
                    break;
                case 0x54:
                    accumulator &= value;
                    break;
                case 0x06:
                    return value;
                default:
                    var holds = code switch
                    {
                        0x15 => accumulator == value,
                        0x35 => accumulator >= value,
                        0x45 => (accumulator & value) != 0,
                        _ => throw new InvalidOperationException($"the filter has the instruction {code}"),
                    };
                    at += holds ? ifTrue : ifFalse;
                    break;
            }
        }
    }
}
