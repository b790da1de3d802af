using Foreman.Kubernetes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Observed state of a Workload.</summary>
public sealed record WorkloadStatus
{
    /// <summary>Phase.</summary>
    public WorkloadPhase? Phase { get; init; }

    /// <summary>Tasks that were made.</summary>
    public IReadOnlyList<V1ObjectReference>? Tasks { get; init; }

    /// <summary>Tasks that succeeded on target.</summary>
    public int? SucceededTasks { get; init; }

    /// <summary>Tasks that failed.</summary>
    public int? FailedTasks { get; init; }

    /// <summary>Tasks that ended without reaching their target.</summary>
    public int? IncompleteTasks { get; init; }

    /// <summary>Coders that found their work done before.</summary>
    public int? AlreadyResolvedTasks { get; init; }

    /// <summary>Tasks that have not ended, and steps whose task is still to be made.</summary>
    public int? InFlightTasks { get; init; }

    /// <summary>The steps as they were decided, with the state of each; revisions and escalations come in when they are decided.</summary>
    public IReadOnlyList<WorkloadStep>? Plan { get; init; }

    /// <summary>The steps that a planner proposed, as they were accepted; absent when spec says the steps.</summary>
    [Length(Max = 1000)]
    public IReadOnlyList<PipelineStep>? Pipeline { get; init; }

    /// <summary>What the ended tasks used together.</summary>
    public Usage? Usage { get; init; }

    /// <summary>Pull requests that the tasks opened.</summary>
    public IReadOnlyList<string>? PullRequests { get; init; }

    /// <summary>Rounds of revision so far.</summary>
    public int? ReviewIterations { get; init; }

    /// <summary>Ends short of the target that were retried, or will be; absent for none.</summary>
    public int? Retries { get; init; }

    /// <summary>The pull requests that are followed, where spec.followUp asks for it.</summary>
    public IReadOnlyList<FollowedPullRequest>? FollowUps { get; init; }

    /// <summary>Questions for people, in the order in which they came up, with the answers.</summary>
    public IReadOnlyList<WorkloadQuestion>? Questions { get; init; }

    /// <summary>What was taken in, where spec.source says so.</summary>
    public WorkloadIntake? Intake { get; init; }

    /// <summary>Model that planned.</summary>
    public string? PlannerModel { get; init; }

    /// <summary>Fingerprint of the spec.intent that the plan is made from; absent when nobody plans.</summary>
    public string? PlannedIntent { get; init; }

    /// <summary>Generation that was last processed.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Planned, Dispatched and Completed; Truncated, CloudReviewersSuppressed, RetryTriggered, EscalationTriggered, CoderEscalationTriggered, ReviewIterationTriggered, CoderAlreadyResolved, Suspended, Stalled, NeedsDecision and IntentIgnored where they apply.</summary>
    [ListMap("type")]
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}

/// <summary>A step of a Workload's plan, and what became of it.</summary>
public sealed record WorkloadStep
{
    /// <summary>Name of the step.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>What it is for.</summary>
    public TaskKind Kind { get; init; }

    /// <summary>Agent that does it.</summary>
    public string? Agent { get; init; }

    /// <summary>Issue that it is about.</summary>
    public int? Issue { get; init; }

    /// <summary>Steps that it follows.</summary>
    public IReadOnlyList<string>? DependsOn { get; init; }

    /// <summary>Why it is in the plan.</summary>
    public string? Why { get; init; }

    /// <summary>Name of its task; absent until it is made.</summary>
    public string? Task { get; init; }

    /// <summary>Where it stands.</summary>
    public StepState State { get; init; }

    /// <summary>True when a retry, a later revision or an escalation took its place, so that it does not count any more.</summary>
    public bool? Superseded { get; init; }

    /// <summary>Outcome of its task.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>Why its task failed, or ended without an outcome.</summary>
    public FailureReason? Reason { get; init; }

    /// <summary>The word for the end of its run, as result.extra.outcome has it.</summary>
    public string? Outcome { get; init; }

    /// <summary>What had done the work before, where its coder found that.</summary>
    public string? ResolvedBy { get; init; }

    /// <summary>What is waited for, or why the step was not taken or failed.</summary>
    public string? Message { get; init; }

    /// <summary>What its run said of its end, where another step refers to that.</summary>
    public string? Summary { get; init; }

    /// <summary>Branch that its task made.</summary>
    public string? Branch { get; init; }

    /// <summary>Commit that its task made.</summary>
    public string? CommitSHA { get; init; }

    /// <summary>Pull request that its task opened or updated.</summary>
    public string? PullRequest { get; init; }

    /// <summary>When its task ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>What its task used, once it has ended.</summary>
    public Usage? Usage { get; init; }
}
