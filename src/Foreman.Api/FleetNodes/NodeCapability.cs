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

    /// <summary>How the commands of models are confined; absent when the agent is too old to run commands.</summary>
    public NodeSandbox? Sandbox { get; init; }

    /// <summary>True when tasks may work on repositories of this host: its agent was started with --allow-local-repos.</summary>
    public bool? LocalRepositories { get; init; }
}

/// <summary>How a host confines the commands of models.</summary>
public sealed record NodeSandbox
{
    /// <summary>full, reduced or none.</summary>
    [Required]
    public SandboxMode Mode { get; init; }

    /// <summary>Why it is not full, and what to do, at most 1024 characters; absent when it is.</summary>
    [Length(Max = 1024)]
    public string? Reason { get; init; }

    /// <summary>True when the agent runs commands although there is no sandbox: it was started with --insecure-no-sandbox.</summary>
    public bool? Unconfined { get; init; }
}

/// <summary>What a sandbox is good for.</summary>
public static class SandboxUses
{
    /// <summary>True when the host runs commands of models: in a sandbox that this release knows, or because its admin wants it so.</summary>
    /// <param name="sandbox">The host's; null when it does not say.</param>
    public static bool RunsCommands(this NodeSandbox? sandbox) =>
        sandbox is { } there && (there.Mode == SandboxMode.Full || there.Mode == SandboxMode.Reduced || there.Unconfined == true);
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

    /// <summary>Base URL as seen from the host, without /v1 where that is all of its path; else the root of its API, such as http://host:8080/engines/v1.</summary>
    public string Url { get => field ?? ""; init; }

    /// <summary>Base URL as seen from other hosts; absent when it listens on loopback only.</summary>
    public string? ReachableURL { get; init; }

    /// <summary>Version or build that the server gives.</summary>
    public string? Version { get; init; }

    /// <summary>False when it responds but cannot serve.</summary>
    public bool? Healthy { get; init; }

    /// <summary>Why it is unhealthy, for example that a model is loading; also of a healthy one, for 15 minutes, that it lacked memory for a request of a run.</summary>
    public string? Reason { get; init; }
}

/// <summary>A model that a server on the host has.</summary>
public sealed record ServedModel
{
    /// <summary>Name for people and for matching, at most 256 characters.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>The id by which the server itself knows it, such as the path of its file; what requests carry. Absent when it is the name.</summary>
    [Length(Max = 256)]
    public string? Id { get; init; }

    /// <summary>
    /// What the model can do, as its server says: chat, completion, embedding, rerank, vision, tools and others; absent when the
    /// server does not say. A model that lists embedding or rerank, and neither chat nor completion, is given to no task.
    /// </summary>
    [Length(Max = 16)]
    public IReadOnlyList<string>? Capabilities { get; init; }

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

    /// <summary>
    /// How calls of tools come from it: native, the form in which they stand in its text, prompted, structured or none. Tried out by the
    /// agent, once for each build of the server, model and chat template, while no task runs; absent before that.
    /// </summary>
    public ToolCallForm? ToolCalls { get; init; }

    /// <summary>True when it takes images.</summary>
    public bool? Vision { get; init; }

    /// <summary>When the speeds were measured.</summary>
    public DateTimeOffset? MeasuredAt { get; init; }
}

/// <summary>What models can be used for.</summary>
public static class ModelUses
{
    private static readonly string[] Chat = ["chat", "completion", "completions", "tools", "tool_use"];
    private static readonly string[] Other = ["embedding", "embeddings", "rerank", "reranking", "reranker"];

    /// <summary>False when the server says that the model makes embeddings or ranks texts and does not say that it answers.</summary>
    /// <param name="model">The model.</param>
    public static bool CanChat(this ServedModel model) =>
        model.Capabilities is not { Count: > 0 } there || !Holds(there, Other) || Holds(there, Chat);

    private static bool Holds(IReadOnlyList<string> there, string[] words) => there.Any(c => words.Contains(c, StringComparer.OrdinalIgnoreCase));
}
