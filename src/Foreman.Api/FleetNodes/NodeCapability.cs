using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>What a host offers. GB fields are GiB rounded down.</summary>
public sealed record NodeCapability
{
    /// <summary>Kind of accelerator.</summary>
    public Accelerator? Accelerator { get; init; }

    /// <summary>RAM of the host, in GiB.</summary>
    [RangeMinimum(0)]
    public int? TotalRAMGB { get; init; }

    /// <summary>Available RAM of the host, in GiB.</summary>
    [RangeMinimum(0)]
    public int? AvailableRAMGB { get; init; }

    /// <summary>Largest context per slot of any loaded model, in tokens.</summary>
    [RangeMinimum(0)]
    public int? MaxContextTokens { get; init; }

    /// <summary>Best measured decode speed of any model, in tokens per second.</summary>
    [RangeMinimum(0)]
    public int? TokensPerSecond { get; init; }

    /// <summary>Names of all models on the host.</summary>
    public IReadOnlyList<string>? InstalledModels { get; init; }

    /// <summary>One entry per device.</summary>
    public IReadOnlyList<AcceleratorDevice>? Accelerators { get; init; }

    /// <summary>The model servers that run on the host.</summary>
    public IReadOnlyList<ModelServer>? ModelServers { get; init; }

    /// <summary>Models that tasks can use.</summary>
    public IReadOnlyList<ServedModel>? Models { get; init; }

    /// <summary>Logical processors.</summary>
    [RangeMinimum(0)]
    public int? CpuCores { get; init; }

    /// <summary>Swap in use, in GiB.</summary>
    [RangeMinimum(0)]
    public int? SwapUsedGB { get; init; }

    /// <summary>Memory limit of the agent's own cgroup, in GiB; absent without one.</summary>
    [RangeMinimum(0)]
    public int? AgentMemoryLimitGB { get; init; }

    /// <summary>True when the host runs on battery.</summary>
    public bool? OnBattery { get; init; }

    /// <summary>Thermal pressure: nominal, fair, serious or critical.</summary>
    public string? Thermal { get; init; }
}

/// <summary>One accelerator of a host.</summary>
public sealed record AcceleratorDevice
{
    /// <summary>Name as its driver gives it.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>metal, cuda or vulkan.</summary>
    public Accelerator? Kind { get; init; }

    /// <summary>Memory of the device, in MiB; absent when unknown.</summary>
    [RangeMinimum(0)]
    public long? MemoryTotalMB { get; init; }

    /// <summary>Free memory of the device, in MiB; absent when unknown.</summary>
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

/// <summary>A model server on a host.</summary>
public sealed record ModelServer
{
    /// <summary>Program, identified by its responses, never by its port alone.</summary>
    public ModelServerKind? Kind { get; init; }

    /// <summary>Base URL as seen from the host, without /v1.</summary>
    public string Url { get => field ?? ""; init; }

    /// <summary>Base URL as seen from other hosts; absent when it listens on loopback only.</summary>
    public string? ReachableURL { get; init; }

    /// <summary>Version or build that the server gives.</summary>
    public string? Version { get; init; }

    /// <summary>False when it responds but cannot serve.</summary>
    public bool? Healthy { get; init; }

    /// <summary>Why it is unhealthy, for example that a model is loading.</summary>
    public string? Reason { get; init; }
}

/// <summary>A model that a server on the host has.</summary>
public sealed record ServedModel
{
    /// <summary>Name as the server knows it.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>URL of the server, as in modelServers.</summary>
    public string Server { get => field ?? ""; init; }

    /// <summary>True when it is in memory.</summary>
    public bool? Loaded { get; init; }

    /// <summary>Context per slot, in tokens; absent when unknown.</summary>
    [RangeMinimum(0)]
    public int? ContextTokens { get; init; }

    /// <summary>Requests served at once; absent when unknown.</summary>
    [RangeMinimum(0)]
    public int? Slots { get; init; }

    /// <summary>Slots that are idle now; absent when unknown.</summary>
    [RangeMinimum(0)]
    public int? FreeSlots { get; init; }

    /// <summary>Measured decode speed, in tokens per second.</summary>
    [RangeMinimum(0)]
    public int? DecodeTokensPerSecond { get; init; }

    /// <summary>Measured prefill speed, in tokens per second.</summary>
    [RangeMinimum(0)]
    public int? PromptTokensPerSecond { get; init; }

    /// <summary>True when the model's template takes tools.</summary>
    public bool? Tools { get; init; }

    /// <summary>True when it takes images.</summary>
    public bool? Vision { get; init; }

    /// <summary>When the speeds were measured.</summary>
    public DateTimeOffset? MeasuredAt { get; init; }
}
