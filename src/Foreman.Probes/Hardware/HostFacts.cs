using Foreman.Api;

namespace Foreman.Probes;

/// <summary>Facts about the host from the operating system and its drivers.</summary>
internal sealed record HostFacts
{
    public HostMemory Memory { get; init; } = HostMemory.Unknown;

    public int CpuCores { get; init; }

    public long? AgentMemoryLimit { get; init; }

    public bool? OnBattery { get; init; }

    public string? Thermal { get; init; }

    public IReadOnlyList<AcceleratorDevice> Accelerators { get; init; } = [];

    /// <summary>What is wrong with the hardware as a whole; what is wrong with one device stands at the device.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
