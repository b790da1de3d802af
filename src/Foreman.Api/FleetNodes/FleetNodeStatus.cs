using Foreman.Kubernetes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Observed state of a FleetNode, written by the agent and the operator.</summary>
public sealed record FleetNodeStatus
{
    /// <summary>Ready, Draining or NotReady.</summary>
    public FleetNodePhase? Phase { get; init; }

    /// <summary>When the agent last wrote its facts, by the host's clock; for people. Liveness is judged by the Lease.</summary>
    public DateTimeOffset? LastHeartbeatTime { get; init; }

    /// <summary>What the host offers, as probed.</summary>
    public NodeCapability? Capability { get; init; }

    /// <summary>The first running task as namespace/name; written by the operator.</summary>
    public string? CurrentTask { get; init; }

    /// <summary>All tasks placed here as namespace/name; written by the operator.</summary>
    public IReadOnlyList<string>? CurrentTasks { get; init; }

    /// <summary>Version of the agent.</summary>
    public string? AgentVersion { get; init; }

    /// <summary>Operating system: linux or darwin.</summary>
    public string? Os { get; init; }

    /// <summary>Processor: amd64 or arm64.</summary>
    public string? Arch { get; init; }

    /// <summary>Program that registered the host.</summary>
    public NodeAgentKind? AgentKind { get; init; }

    /// <summary>Version that the operator asks the agent to install.</summary>
    public NodeUpdateRequest? UpdateRequest { get; init; }

    /// <summary>The agent process that holds the host's Lease.</summary>
    public AgentInstance? Instance { get; init; }

    /// <summary>Namespaces whose tasks the agent watches; absent means all.</summary>
    public IReadOnlyList<string>? TaskNamespaces { get; init; }

    /// <summary>Why the host accepts no tasks at present; empty when it does.</summary>
    public IReadOnlyList<NotAccepting>? NotAccepting { get; init; }

    /// <summary>How many tasks the host runs at once.</summary>
    [RangeMinimum(0)]
    public int? Slots { get; init; }

    /// <summary>How many slots are taken; written by the operator.</summary>
    [RangeMinimum(0)]
    public int? UsedSlots { get; init; }

    /// <summary>Ready and Schedulable; written by the operator.</summary>
    [ListMap("type")]
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}

/// <summary>The agent process that holds a host's Lease.</summary>
public sealed record AgentInstance
{
    /// <summary>Identity in the Lease: host id, a slash, a nonce of the process.</summary>
    public string Holder { get => field ?? ""; init; }

    /// <summary>When the process started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Process id on the host.</summary>
    public int? Pid { get; init; }

    /// <summary>Host name as the operating system gives it.</summary>
    public string? Host { get; init; }
}

/// <summary>A reason why a host accepts no tasks at present.</summary>
public sealed record NotAccepting
{
    /// <summary>CamelCase reason: Draining, DiskPressure, MissingRights, InvalidNamespace, OnBattery, Thermal, OutOfHours, ByUser.</summary>
    [Pattern("^[A-Z][A-Za-z0-9]*$")]
    public string Reason { get => field ?? ""; init; }

    /// <summary>What, where, why and what to do.</summary>
    public string? Message { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? Since { get; init; }
}

/// <summary>A version that an agent is asked to install.</summary>
public sealed record NodeUpdateRequest
{
    /// <summary>Version to install.</summary>
    [Required]
    public string TargetVersion { get => field ?? ""; init; }

    /// <summary>URL of the binary.</summary>
    [Required]
    public string Url { get => field ?? ""; init; }

    /// <summary>SHA-256 of the binary, in hexadecimal.</summary>
    [Required]
    [Pattern("^[0-9a-f]{64}$")]
    public string Sha256 { get => field ?? ""; init; }
}
