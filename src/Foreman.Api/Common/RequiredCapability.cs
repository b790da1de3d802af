using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>What a host must offer. Every clause must hold.</summary>
public sealed record RequiredCapability
{
    /// <summary>Kind of accelerator; any by default.</summary>
    [Default("\"any\"")]
    public RequiredAccelerator? Accelerator { get; init; }

    /// <summary>Least available RAM of the host, in GiB.</summary>
    [RangeMinimum(0)]
    public int? MinRAMGB { get; init; }

    /// <summary>Least context per slot of the model, in tokens.</summary>
    [RangeMinimum(0)]
    public int? MinContextTokens { get; init; }

    /// <summary>True when the Agent's model must already be installed on the host.</summary>
    public bool? RequiresModelInstalled { get; init; }

    /// <summary>Labels that the FleetNode must carry.</summary>
    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    /// <summary>Roles that the FleetNode must all have.</summary>
    public IReadOnlyList<string>? Roles { get; init; }

    /// <summary>Least accelerator memory in all, in GiB; unified memory counts.</summary>
    [RangeMinimum(0)]
    public int? MinAcceleratorMemoryGB { get; init; }

    /// <summary>Least decode speed of the model, in tokens per second.</summary>
    [RangeMinimum(0)]
    public int? MinTokensPerSecond { get; init; }
}
