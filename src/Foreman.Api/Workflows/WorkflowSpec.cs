using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Desired state of a Workflow. Once it has begun, only suspend and cancel can be changed.</summary>
public sealed record WorkflowSpec
{
    /// <summary>Most steps of a Workflow.</summary>
    public const int MaxSteps = 100;

    /// <summary>The steps, done in this order; at most 100.</summary>
    [Required]
    [Length(Min = 1, Max = MaxSteps)]
    public IReadOnlyList<WorkflowStep> Steps { get => field ?? []; init; }

    /// <summary>Longest time from the beginning to the end, in seconds, pauses included; no limit when 0 or absent.</summary>
    [RangeMinimum(0)]
    public int? TimeoutSeconds { get; init; }

    /// <summary>True begins no step, and suspends the task of the one that is under way.</summary>
    public bool? Suspend { get; init; }

    /// <summary>True cancels the step that is under way and skips the others; it can't be taken back.</summary>
    public bool? Cancel { get; init; }
}

/// <summary>One step of a Workflow: a name, and the spec of its task.</summary>
public sealed record WorkflowStep
{
    /// <summary>Most characters of a name, which is the value of a label.</summary>
    public const int MaxName = 63;

    /// <summary>Name of the step, unique within the Workflow: lower-case letters, digits and hyphens, the first one a letter; at most 63.</summary>
    [Required]
    [Length(Min = 1, Max = MaxName)]
    [Pattern("^[a-z]([-a-z0-9]*[a-z0-9])?$")]
    public string Name { get => field ?? ""; init; }

    /// <summary>What the step is for.</summary>
    [Required]
    public TaskKind Kind { get; init; }

    /// <summary>The Agent that does it; its requiredCapability replaces the step's. Absent: that of payload.agent, else the built-in Agent.</summary>
    public LocalObjectReference? AgentRef { get; init; }

    /// <summary>Model that the stub executor names; other runs take the Agent's.</summary>
    public string? ModelRef { get; init; }

    /// <summary>What the host must offer.</summary>
    public RequiredCapability? RequiredCapability { get; init; }

    /// <summary>The work itself; texts may refer to what steps before this one gave.</summary>
    [Required]
    public TaskPayload Payload { get => field ?? new(); init; }

    /// <summary>Longest run of one attempt, in seconds; 0 or absent means the Agent's requestTimeoutSeconds and 600.</summary>
    [RangeMinimum(0)]
    public int? TimeoutSeconds { get; init; }

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

    /// <summary>Which failures of its task are retried; what fails for good ends the Workflow.</summary>
    public RetryPolicy? RetryPolicy { get; init; }

    /// <summary>What all attempts together may use; absent: no limit but those of each attempt.</summary>
    public TaskBudget? Budget { get; init; }

    /// <summary>A container that is the task, instead of our loop; its args and the values of its env may refer to what steps before this one gave.</summary>
    public TaskContainer? Container { get; init; }

    /// <summary>The Job of a task with placement Job; what is absent follows from the operator's configuration.</summary>
    public TaskJob? Job { get; init; }
}
