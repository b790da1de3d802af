namespace Foreman.Probes;

/// <summary>The host's memory, in bytes; null where unknown.</summary>
internal sealed record HostMemory(long? Total, long? Available, long? SwapUsed)
{
    public static HostMemory Unknown { get; } = new(null, null, null);
}
