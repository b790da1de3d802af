namespace Foreman.Api;

/// <summary>Types of the conditions that Foreman writes.</summary>
public static class ConditionTypes
{
    /// <summary>FleetNode: the agent renews its Lease. UserDeployment: all services have their replicas. AgenticTask: not used.</summary>
    public const string Ready = "Ready";

    /// <summary>FleetNode: new tasks may be placed.</summary>
    public const string Schedulable = "Schedulable";

    /// <summary>FleetNode: commands of models run in a sandbox; absent while the agent does not say.</summary>
    public const string Sandboxed = "Sandboxed";

    /// <summary>AgenticTask: a host is assigned, or why not.</summary>
    public const string Scheduled = "Scheduled";

    /// <summary>AgenticTask: an attempt is running.</summary>
    public const string Running = "Running";

    /// <summary>AgenticTask: the running attempt has waited for its model server for a minute or more; absent otherwise.</summary>
    public const string Waiting = "Waiting";

    /// <summary>AgenticTask: the running attempt, or the one that ended the task, goes on without MCP servers of its Agent or tools of them; absent otherwise.</summary>
    public const string McpDegraded = "McpDegraded";

    /// <summary>AgenticTask, Workflow: ended; status True whatever the outcome; the reason has it.</summary>
    public const string Completed = "Completed";

    /// <summary>AgenticTask: ended without a run, since there was nothing to do; absent otherwise.</summary>
    public const string Skipped = "Skipped";

    /// <summary>Agent: usable.</summary>
    public const string Validated = "Validated";

    /// <summary>Workload: its steps are decided, or why not.</summary>
    public const string Planned = "Planned";

    /// <summary>Workload: tasks of it have not ended.</summary>
    public const string Dispatched = "Dispatched";

    /// <summary>Workload: the cap of tasks cut steps off; absent otherwise.</summary>
    public const string Truncated = "Truncated";

    /// <summary>Workload: reviewers of cloud providers were left out; absent otherwise.</summary>
    public const string CloudReviewersSuppressed = "CloudReviewersSuppressed";

    /// <summary>Workload: steps that did not reach their target are done again; absent otherwise.</summary>
    public const string RetryTriggered = "RetryTriggered";

    /// <summary>Workload: further reviewers were asked after a refusal; absent when none are named.</summary>
    public const string EscalationTriggered = "EscalationTriggered";

    /// <summary>Workload: another coder was asked; absent otherwise.</summary>
    public const string CoderEscalationTriggered = "CoderEscalationTriggered";

    /// <summary>Workload: a coder revises after a review; absent otherwise.</summary>
    public const string ReviewIterationTriggered = "ReviewIterationTriggered";

    /// <summary>Workload: coders found work done before.</summary>
    public const string CoderAlreadyResolved = "CoderAlreadyResolved";

    /// <summary>Workload, Workflow: spec.suspend is set; absent otherwise.</summary>
    public const string Suspended = "Suspended";

    /// <summary>Workload: runs took far longer than others of their Agent and kind without a change or a branch, and were ended; absent otherwise.</summary>
    public const string Stalled = "Stalled";

    /// <summary>Workload: a question waits for a person; the message has it. Absent otherwise.</summary>
    public const string NeedsDecision = "NeedsDecision";

    /// <summary>Of a Workload that was planned: spec.intent was changed after its steps had begun, and they stand.</summary>
    public const string IntentIgnored = "IntentIgnored";

    /// <summary>AgentRelease: complete.</summary>
    public const string Complete = "Complete";

    /// <summary>AgentRelease: halted.</summary>
    public const string Halted = "Halted";

    /// <summary>UserDeployment: all of its objects are there, or why not.</summary>
    public const string Provisioned = "Provisioned";

    /// <summary>UserDeployment: its host or namespace is another one's.</summary>
    public const string Conflict = "Conflict";

    /// <summary>UserDeployment that is to go: what is left of its objects; absent otherwise.</summary>
    public const string CleanedUp = "CleanedUp";

    /// <summary>
    /// ModelProfile: in use. TaskSchedule: without a fault, so that it is obeyed. UserDeployment: its spec and template can be carried out, or why not.
    /// Workflow: its steps can be done, or why not.
    /// </summary>
    public const string Accepted = "Accepted";

    /// <summary>TaskSchedule: its CronJob is as it shall be, or why not.</summary>
    public const string Synced = "Synced";
}
