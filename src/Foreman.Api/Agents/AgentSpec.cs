using System.Text.Json.Nodes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Desired state of an Agent.</summary>
public sealed record AgentSpec
{
    /// <summary>What the Agent is for.</summary>
    [Required]
    public AgentRole Role { get; init; }

    /// <summary>Where the model comes from.</summary>
    [Default("\"local\"")]
    public AgentProvider? Provider { get; init; }

    /// <summary>Endpoint of a cloud-proxy Agent.</summary>
    public ProviderConfig? ProviderConfig { get; init; }

    /// <summary>How runs are hosted.</summary>
    public AgentExecution? Execution { get; init; }

    /// <summary>Name of the model; absent takes what the host has loaded.</summary>
    public string? Model { get; init; }

    /// <summary>InferenceService that serves the model.</summary>
    public LocalObjectReference? InferenceServiceRef { get; init; }

    /// <summary>System message.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>ModelProfile that adds to the system message.</summary>
    public string? ModelProfileRef { get; init; }

    /// <summary>Sampling temperature, 0 to 2.</summary>
    [Pattern("^[0-2](\\.[0-9]+)?$")]
    public string? Temperature { get; init; }

    /// <summary>Most answers of the model.</summary>
    [Default("50")]
    [RangeMinimum(1)]
    [RangeMaximum(500)]
    public int? MaxTurns { get; init; }

    /// <summary>Most repetitions of a gate with an API server; 1 when absent.</summary>
    [RangeMinimum(0)]
    public int? MaxEnvtestIterations { get; init; }

    /// <summary>Most repetitions of a scan of images. Not part of this release: an Agent that asks for one is refused.</summary>
    [RangeMinimum(0)]
    public int? MaxScanIterations { get; init; }

    /// <summary>Most repetitions of one request to the model.</summary>
    [Default("3")]
    [RangeMinimum(0)]
    [RangeMaximum(20)]
    public int? MaxRetries { get; init; }

    /// <summary>Most tokens of one answer; 8192 when 0 or absent.</summary>
    [RangeMinimum(0)]
    public int? MaxOutputTokens { get; init; }

    /// <summary>Most tasks of this Agent at once; unbounded when absent.</summary>
    [RangeMinimum(1)]
    public int? MaxConcurrentTasks { get; init; }

    /// <summary>Passed to the server as chat_template_kwargs.</summary>
    [PreserveUnknownFields]
    public JsonObject? ChatTemplateKwargs { get; init; }

    /// <summary>Size of the context window; 32768 when 0 or absent.</summary>
    [RangeMinimum(0)]
    public int? ContextWindowTokens { get; init; }

    /// <summary>Turns whose tool results are kept when old ones are masked; 3 when 0 or absent.</summary>
    [RangeMinimum(0)]
    [RangeMaximum(50)]
    public int? ObservationWindowTurns { get; init; }

    /// <summary>How a long conversation is kept within the window.</summary>
    [Default("\"window\"")]
    public ContextStrategy? ContextStrategy { get; init; }

    /// <summary>When a run counts as stuck; absent: 5, 15, 90000, 140000. An empty object disables it.</summary>
    public StuckLoopDetection? StuckLoopDetection { get; init; }

    /// <summary>Wall-clock budget of the whole loop, in seconds.</summary>
    [Default("3600")]
    [RangeMinimum(1)]
    public int? RequestTimeoutSeconds { get; init; }

    /// <summary>Longest wait for the first byte of an answer, in seconds.</summary>
    [Default("120")]
    [RangeMinimum(1)]
    public int? RequestTurnTimeoutSeconds { get; init; }

    /// <summary>Longest run of one shell command, in seconds.</summary>
    [Default("30")]
    [RangeMinimum(1)]
    public int? BashTimeoutSeconds { get; init; }

    /// <summary>Longest run of one tool call other than a shell command, in seconds; 30 when absent.</summary>
    [RangeMinimum(1)]
    [RangeMaximum(600)]
    public int? ToolTimeoutSeconds { get; init; }

    /// <summary>Tools that the model may call.</summary>
    [Required]
    [Length(Min = 1, Max = 256)]
    public IReadOnlyList<string> Tools { get => field ?? []; init; }

    /// <summary>
    /// Hosts that commands may reach, as `example.com` or `*.example.com`, with `:PORT` for another port than 80 and 443; none when
    /// absent. Private, link-local and metadata addresses are never reached.
    /// </summary>
    [Length(Max = 64)]
    public IReadOnlyList<string>? Egress { get; init; }

    /// <summary>What the host must offer; replaces the task's.</summary>
    public RequiredCapability? RequiredCapability { get; init; }

    /// <summary>Servers of the Model Context Protocol.</summary>
    public AgentMcp? Mcp { get; init; }

    /// <summary>Images in prompts.</summary>
    public AgentVision? Vision { get; init; }
}

/// <summary>Endpoint of a cloud-proxy Agent.</summary>
public sealed record ProviderConfig
{
    /// <summary>Base URL of the OpenAI-compatible endpoint.</summary>
    [Length(Min = 1)]
    public string? BaseURL { get; init; }

    /// <summary>Name of the model there.</summary>
    [Length(Min = 1)]
    public string? Model { get; init; }

    /// <summary>API key of the endpoint.</summary>
    public SecretKeySelector? ApiKeySecretRef { get; init; }
}

/// <summary>When a run counts as stuck; 0 disables a signal.</summary>
public sealed record StuckLoopDetection
{
    /// <summary>Number of identical calls in a row.</summary>
    [RangeMinimum(0)]
    [RangeMaximum(100)]
    public int? RepeatedToolThreshold { get; init; }

    /// <summary>Turns in a row that neither changed a file nor read anything new; the model is told at this many, and twice as many end the run. 0 turns it off.</summary>
    [RangeMinimum(0)]
    [RangeMaximum(200)]
    public int? EditFreeTurnsLimit { get; init; }

    /// <summary>Tokens of conversation at which the model is asked to finish.</summary>
    [RangeMinimum(0)]
    public int? ContextSoftCap { get; init; }

    /// <summary>Tokens of conversation at which the run ends.</summary>
    [RangeMinimum(0)]
    public int? ContextHardCap { get; init; }
}

/// <summary>How an Agent's runs are hosted.</summary>
public sealed record AgentExecution
{
    /// <summary>In the agent or operator, or a Job per attempt.</summary>
    [Default("\"InProcess\"")]
    public ExecutionMode? Mode { get; init; }

    /// <summary>Image of the Job.</summary>
    public string? Image { get; init; }

    /// <summary>ServiceAccount of the Job.</summary>
    public string? ServiceAccountName { get; init; }

    /// <summary>Deadline of the Job, in seconds.</summary>
    [Default("3600")]
    public long? ActiveDeadlineSeconds { get; init; }

    /// <summary>Requests and limits of the Job.</summary>
    public ResourceRequirements? Resources { get; init; }
}

/// <summary>Requests and limits of a container (core/v1 ResourceRequirements).</summary>
public sealed record ResourceRequirements
{
    /// <summary>Most that may be used, as quantities.</summary>
    [IntOrString]
    public IReadOnlyDictionary<string, JsonNode>? Limits { get; init; }

    /// <summary>Least that is set aside, as quantities.</summary>
    [IntOrString]
    public IReadOnlyDictionary<string, JsonNode>? Requests { get; init; }

    /// <summary>Devices that the container uses.</summary>
    [ListMap("name")]
    public IReadOnlyList<ResourceClaim>? Claims { get; init; }
}

/// <summary>A device that a container uses (core/v1 ResourceClaim).</summary>
public sealed record ResourceClaim
{
    /// <summary>Name of the pod's resource claim.</summary>
    [Required]
    public string Name { get => field ?? ""; init; }

    /// <summary>Request in the claim.</summary>
    public string? Request { get; init; }
}

/// <summary>Servers of the Model Context Protocol.</summary>
public sealed record AgentMcp
{
    /// <summary>True offers their tools.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Longest call, as a Go duration; 30s when 0 or absent.</summary>
    public string? CallTimeout { get; init; }

    /// <summary>Longest result, in bytes; 32768 when 0 or absent.</summary>
    public int? MaxResultBytes { get; init; }

    /// <summary>The servers.</summary>
    public IReadOnlyList<McpServer>? Servers { get; init; }
}

/// <summary>One MCP server: an address that is called, or a program that runs in the sandbox of the run.</summary>
public sealed record McpServer
{
    /// <summary>Name, the prefix of its tools; one of a kind among the Agent's servers.</summary>
    [Required]
    public string Name { get => field ?? ""; init; }

    /// <summary>How it is reached.</summary>
    [Required]
    public McpTransport Transport { get; init; }

    /// <summary>Where a server of transport http is reached.</summary>
    public string? Url { get; init; }

    /// <summary>Program of a server of transport stdio: an absolute path, or a name that is looked up in the sandbox.</summary>
    public string? Command { get; init; }

    /// <summary>Arguments of the program.</summary>
    public IReadOnlyList<string>? Args { get; init; }

    /// <summary>Variables of the program besides those that every command in the sandbox gets; never a credential.</summary>
    public IReadOnlyList<McpVariable>? Env { get; init; }

    /// <summary>Headers of each request to a server of transport http.</summary>
    public IReadOnlyList<McpHeader>? Headers { get; init; }

    /// <summary>Tools that are offered, by their names on the server; absent offers all.</summary>
    public IReadOnlyList<string>? AllowedTools { get; init; }
}

/// <summary>A variable in the environment of an MCP server's program.</summary>
public sealed record McpVariable
{
    /// <summary>Name of the variable.</summary>
    [Required]
    public string Name { get => field ?? ""; init; }

    /// <summary>Its value; empty when absent.</summary>
    public string? Value { get; init; }
}

/// <summary>A header whose value is in a Secret.</summary>
public sealed record McpHeader
{
    /// <summary>Name of the header.</summary>
    [Required]
    public string Name { get => field ?? ""; init; }

    /// <summary>The Secret's key.</summary>
    public SecretKeySelector? ValueFrom { get; init; }
}

/// <summary>Images in prompts.</summary>
public sealed record AgentVision
{
    /// <summary>True sends payload.images, and the images that MCP tools return.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Largest image after base64, in bytes; 4 MiB when 0 or absent. All images of a run have 16 MiB at most.</summary>
    public long? MaxImageBytes { get; init; }

    /// <summary>Most images of one request to the model; 4 when 0 or absent, 64 at most.</summary>
    public int? MaxImages { get; init; }
}
