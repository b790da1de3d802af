using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>One accelerator of a host.</summary>
public sealed record AcceleratorDevice
{
    /// <summary>Name as its driver gives it.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>metal, cuda or vulkan.</summary>
    public Accelerator? Kind { get; init; }

    /// <summary>Memory of the device, in MiB; absent when the driver does not tell.</summary>
    [RangeMinimum(0)]
    public long? MemoryTotalMB { get; init; }

    /// <summary>Free memory of the device, in MiB; absent when the driver does not tell.</summary>
    [RangeMinimum(0)]
    public long? MemoryFreeMB { get; init; }

    /// <summary>True when the memory is the host's own.</summary>
    public bool? Unified { get; init; }

    /// <summary>Version of the driver.</summary>
    public string? Driver { get; init; }

    /// <summary>False when the device is there but cannot be used.</summary>
    public bool? Healthy { get; init; }

    /// <summary>Why it is unhealthy.</summary>
    public string? Reason { get; init; }
}
