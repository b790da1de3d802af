using System.Text.Json.Nodes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>How a model is asked to work.</summary>
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

    /// <summary>Sent to the server as it is, as chat_template_kwargs.</summary>
    [PreserveUnknownFields]
    public JsonObject? ChatTemplateKwargs { get; init; }

    /// <summary>Size of the context window; 32768 when 0 or absent.</summary>
    [RangeMinimum(0)]
    public int? ContextWindowTokens { get; init; }

    /// <summary>Turns whose tool results stay when old ones are masked; 3 when 0 or absent.</summary>
    [RangeMinimum(0)]
    [RangeMaximum(50)]
    public int? ObservationWindowTurns { get; init; }

    /// <summary>How a long conversation is kept within the window.</summary>
    [Default("\"window\"")]
    public ContextStrategy? ContextStrategy { get; init; }

    /// <summary>When a run counts as stuck; absent: 5, 15, 90000, 140000. An empty object turns all of it off.</summary>
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

    /// <summary>Tools that the model may call.</summary>
    [Required]
    [Length(Min = 1)]
    public IReadOnlyList<string> Tools { get => field ?? []; init; }

    /// <summary>What the host must offer; replaces the task's.</summary>
    public RequiredCapability? RequiredCapability { get; init; }

    /// <summary>Servers of the Model Context Protocol.</summary>
    public AgentMcp? Mcp { get; init; }

    /// <summary>Images in prompts.</summary>
    public AgentVision? Vision { get; init; }
}
