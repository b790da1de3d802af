namespace Foreman.Kubernetes;

/// <summary>A pseudo-random sequence as a value (SplitMix64), so that pure functions stay deterministic.</summary>
internal static class JitterSequence
{
    private const ulong Stride = 0x9E37_79B9_7F4A_7C15;

    /// <summary>A number in [0, 1) and the next state.</summary>
    public static (double Jitter, ulong Next) Next(ulong state)
    {
        var next = unchecked(state + Stride);
        var mixed = unchecked((next ^ (next >> 30)) * 0xBF58_476D_1CE4_E5B9);
        mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB);
        return (((mixed ^ (mixed >> 31)) >> 11) * (1.0 / (1UL << 53)), next);
    }
}
