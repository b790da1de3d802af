using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Desired state of a Workload.</summary>
public sealed record WorkloadSpec
{
    /// <summary>The goal, in a sentence or more.</summary>
    [Required]
    [Length(Min = 1)]
    public string Intent { get => field ?? ""; init; }

    /// <summary>Repository as owner/name.</summary>
    public string? Repo { get; init; }

    /// <summary>Model that plans when there are neither steps nor issues: that of an Agent of role planner, or of the built-in one.</summary>
    public string? PlannerModel { get; init; }

    /// <summary>Most tasks; retries, revisions and escalations count. 1000 when 0 or absent, which is the most that a Workload has.</summary>
    [RangeMinimum(0)]
    public int? MaxTasks { get; init; }

    /// <summary>Steps, when they are given.</summary>
    [Length(Max = 1000)]
    public IReadOnlyList<PipelineStep>? Pipeline { get; init; }

    /// <summary>Issues to work on, when they are given.</summary>
    public IReadOnlyList<int>? Issues { get; init; }

    /// <summary>Agent that writes.</summary>
    public LocalObjectReference? CoderAgentRef { get; init; }

    /// <summary>Agent that verifies.</summary>
    public LocalObjectReference? VerifierAgentRef { get; init; }

    /// <summary>Agent that revises.</summary>
    public LocalObjectReference? RevisionCoderAgentRef { get; init; }

    /// <summary>Agent that writes when the first one fails.</summary>
    public LocalObjectReference? EscalationCoderAgentRef { get; init; }

    /// <summary>Agents that review.</summary>
    public IReadOnlyList<LocalObjectReference>? ReviewerAgentRefs { get; init; }

    /// <summary>Agents that review when the first ones reject; with escalateOnFailure, also when one came to no verdict.</summary>
    public IReadOnlyList<LocalObjectReference>? EscalationReviewerAgentRefs { get; init; }

    /// <summary>Whether a pull request is opened; true in issue mode when absent.</summary>
    public bool? OpenPullRequest { get; init; }

    /// <summary>Whether coders and reviews that came to no verdict escalate, out of turns or of time for example.</summary>
    public bool? EscalateOnFailure { get; init; }

    /// <summary>Whether reviewers may be cloud-proxy Agents.</summary>
    public bool? AllowCloudReviewers { get; init; }

    /// <summary>False forbids MCP tools in all steps.</summary>
    public bool? McpEnabled { get; init; }

    /// <summary>True allows to overwrite existing branches.</summary>
    public bool? AllowOverwrite { get; init; }

    /// <summary>Most rounds of revision of an issue; 1 when absent, and never more than 20.</summary>
    [RangeMinimum(0)]
    public int? MaxReviewIterations { get; init; }

    /// <summary>How the repository is checked.</summary>
    public GateProfile? GateProfile { get; init; }

    /// <summary>How its images are scanned; given to every task, and not at all when absent.</summary>
    public ScanGate? ScanGate { get; init; }

    /// <summary>Which changes a coder may pass by itself.</summary>
    public VerdictPolicy? VerdictPolicy { get; init; }

    /// <summary>
    /// Which steps are done again when they did not reach their target, with what was learnt; none when absent. Of a pipeline it is the
    /// default of the steps. For issues it covers what coders and verifiers could not do, and reviews that came to no verdict; a review
    /// that refused is answered by maxReviewIterations. The limit is one of each step. Without reasons all are meant but AgentNotFound,
    /// AuthUnavailable, BudgetExhausted, GitRemoteNotConfigured, PoisonTask, Unsupported, VisionUnavailable and work whose outcome is
    /// NEEDS-VERIFICATION; NoGo and Incomplete stand for these verdicts without a reason. Cancelled and UpstreamFailed are never retried.
    /// </summary>
    public RetryPolicy? RetryPolicy { get; init; }

    /// <summary>True plans and makes no tasks, and suspends those that are there and have not ended.</summary>
    public bool? Suspend { get; init; }

    /// <summary>True cancels all tasks and ends the Workload; it can't be taken back.</summary>
    public bool? Cancel { get; init; }

    /// <summary>What all tasks together may use; no limit when absent.</summary>
    public WorkloadBudget? Budget { get; init; }

    /// <summary>Issues that are taken in by themselves, each by a Workload of its own; none when absent.</summary>
    public WorkloadSource? Source { get; init; }

    /// <summary>What is waited for after a pull request was opened; nothing when absent.</summary>
    public WorkloadFollowUp? FollowUp { get; init; }

    /// <summary>A person's answer to the question of condition NeedsDecision. The next answer takes its place.</summary>
    public WorkloadAnswer? Decision { get; init; }
}

/// <summary>
/// What all tasks of a Workload together may use. Each task gets a part of what is left as its own spec.budget before it
/// starts, and what it did not use goes back when it has ended.
/// </summary>
public sealed record WorkloadBudget
{
    /// <summary>Tokens sent to models and made by them; no limit when absent.</summary>
    [RangeMinimum(1)]
    public long? Tokens { get; init; }

    /// <summary>Wall-clock seconds of running, those of tasks that run side by side added up; no limit when absent.</summary>
    [RangeMinimum(1)]
    public int? Seconds { get; init; }

    /// <summary>Most tasks; retries, revisions and escalations count. 1000 when absent, which is the most that a Workload has.</summary>
    [RangeMinimum(1)]
    public int? Tasks { get; init; }
}
