namespace Foreman.Kubernetes;

/// <summary>A row of chances as a value (SplitMix64), for rules that must give the same answer to the same question.</summary>
internal static class JitterSequence
{
    private const ulong Stride = 0x9E37_79B9_7F4A_7C15;

    /// <summary>A number from 0 up to 1, and where the row stands after it.</summary>
    public static (double Jitter, ulong Next) Next(ulong row)
    {
        var next = unchecked(row + Stride);
        var mixed = unchecked((next ^ (next >> 30)) * 0xBF58_476D_1CE4_E5B9);
        mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB);
        return (((mixed ^ (mixed >> 31)) >> 11) * (1.0 / (1UL << 53)), next);
    }
}
