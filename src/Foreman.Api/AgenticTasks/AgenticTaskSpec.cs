using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Desired state of an AgenticTask: the work and its requirements.</summary>
public sealed record AgenticTaskSpec
{
    /// <summary>What the task is for.</summary>
    [Required]
    public TaskKind Kind { get; init; }

    /// <summary>The Agent that does it; its requiredCapability replaces the task's. Absent: that of payload.agent, else the built-in Agent.</summary>
    public LocalObjectReference? AgentRef { get; init; }

    /// <summary>Model that the stub executor names; other runs take the Agent's.</summary>
    public string? ModelRef { get; init; }

    /// <summary>What the host must offer.</summary>
    public RequiredCapability? RequiredCapability { get; init; }

    /// <summary>The work itself.</summary>
    [Required]
    public TaskPayload Payload { get => field ?? new(); init; }

    /// <summary>Longest run of one attempt, in seconds; 0 or absent means the Agent's requestTimeoutSeconds and 600.</summary>
    [RangeMinimum(0)]
    public int? TimeoutSeconds { get; init; }

    /// <summary>Names of tasks in this namespace that must succeed on target first.</summary>
    public IReadOnlyList<string>? DependsOn { get; init; }

    /// <summary>Larger goes first; 0 when absent.</summary>
    public int? Priority { get; init; }

    /// <summary>How the repository is checked.</summary>
    public GateProfile? GateProfile { get; init; }

    /// <summary>How its images are scanned; not at all when absent.</summary>
    public ScanGate? ScanGate { get; init; }

    /// <summary>False forbids MCP tools; absent allows what the Agent allows.</summary>
    public bool? McpEnabled { get; init; }

    /// <summary>Which changes a coder may pass by itself.</summary>
    public VerdictPolicy? VerdictPolicy { get; init; }

    /// <summary>Where the loop runs; Auto when absent.</summary>
    public Placement? Placement { get; init; }

    /// <summary>True keeps the task out of the queue.</summary>
    public bool? Suspend { get; init; }

    /// <summary>True ends the task at the next safe point with reason Cancelled.</summary>
    public bool? Cancel { get; init; }

    /// <summary>Which failures are retried.</summary>
    public RetryPolicy? RetryPolicy { get; init; }

    /// <summary>What all attempts together may use; absent: no limit but those of each attempt.</summary>
    public TaskBudget? Budget { get; init; }

    /// <summary>A container that is the task, instead of our loop.</summary>
    public TaskContainer? Container { get; init; }

    /// <summary>The Job of a task with placement Job; what is absent follows from the operator's configuration.</summary>
    public TaskJob? Job { get; init; }
}

/// <summary>
/// What all attempts of a task together may use. A run that has spent it ends: phase Succeeded, verdict INCOMPLETE, reason
/// BudgetExhausted.
/// </summary>
public sealed record TaskBudget
{
    /// <summary>Tokens sent to the model and made by it; absent is no limit. An answer gets no more than what the prompt leaves of it.</summary>
    [RangeMinimum(1)]
    public long? Tokens { get; init; }

    /// <summary>Wall-clock seconds of running; absent is no limit. What is under way is stopped.</summary>
    [RangeMinimum(1)]
    public int? Seconds { get; init; }
}

/// <summary>Which failures of a task are retried. Failures of the infrastructure always are, within the limit.</summary>
public sealed record RetryPolicy
{
    /// <summary>Most retries after the first attempt; 3 when absent.</summary>
    [RangeMinimum(0)]
    [RangeMaximum(30)]
    public int? Limit { get; init; }

    /// <summary>Least seconds between an attempt's end and the next assignment; 0 when absent.</summary>
    [RangeMinimum(0)]
    public int? BackoffSeconds { get; init; }

    /// <summary>Failure reasons that are retried.</summary>
    [Length(Max = 64)]
    public IReadOnlyList<FailureReason>? Reasons { get; init; }
}
