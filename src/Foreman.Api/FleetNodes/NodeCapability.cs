using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>What a host offers. GB fields are GiB rounded down.</summary>
public sealed record NodeCapability
{
    /// <summary>Kind of accelerator in one word.</summary>
    public Accelerator? Accelerator { get; init; }

    /// <summary>RAM of the host, in GiB.</summary>
    [RangeMinimum(0)]
    public int? TotalRAMGB { get; init; }

    /// <summary>RAM of the host that programs can still take, in GiB.</summary>
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

    /// <summary>What a task can really get from them.</summary>
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

    /// <summary>Thermal pressure in one word: nominal, fair, serious or critical.</summary>
    public string? Thermal { get; init; }
}
