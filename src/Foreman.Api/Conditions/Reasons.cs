namespace Foreman.Api;

/// <summary>The closed list of reasons of conditions and events.</summary>
public static class Reasons
{
    /// <summary>Scheduled=True: a host was assigned.</summary>
    public const string FleetNodeAssigned = "FleetNodeAssigned";

    /// <summary>Scheduled=False: no host of the fleet can ever match.</summary>
    public const string NoMatchingNode = "NoMatchingNode";

    /// <summary>Scheduled=False: hosts match, all of their slots are taken.</summary>
    public const string WaitingForCapacity = "WaitingForCapacity";

    /// <summary>Scheduled=False: a task that must succeed first has not ended.</summary>
    public const string WaitingForDependency = "WaitingForDependency";

    /// <summary>Scheduled=False: a file of spec.payload.inputs is not there yet; the message names it.</summary>
    public const string WaitingForInputs = "WaitingForInputs";

    /// <summary>Scheduled=False: the Agent's maxConcurrentTasks is reached, or all slots of the model server that it shares with others are taken; the message has the numbers.</summary>
    public const string ConcurrencyLimit = "ConcurrencyLimit";

    /// <summary>Scheduled=False: a quota of the task's namespace, queue or role leaves too little for it; the message has the numbers.</summary>
    public const string WaitingForQuota = "WaitingForQuota";

    /// <summary>Scheduled=False: the retry waits for its backoff.</summary>
    public const string BackingOff = "BackingOff";

    /// <summary>Scheduled=False: the Agent does not exist.</summary>
    public const string AgentNotFound = "AgentNotFound";

    /// <summary>Scheduled=False: spec.suspend is set.</summary>
    public const string Suspended = "Suspended";

    /// <summary>Scheduled=False: the model's server cannot be reached from where the loop should run.</summary>
    public const string EndpointNotReachable = "EndpointNotReachable";

    /// <summary>A field asks for what this release cannot do; the message names it.</summary>
    public const string Unsupported = "Unsupported";

    /// <summary>Event about the ConfigMap of quotas: it has errors, and others than its own are in force; the message names them.</summary>
    public const string InvalidQuotas = "InvalidQuotas";

    /// <summary>Running=True: the holder runs the attempt.</summary>
    public const string Claimed = "Claimed";

    /// <summary>Waiting=True, and of status.progress.waiting: the server loads the model.</summary>
    public const string ModelLoading = "ModelLoading";

    /// <summary>Waiting=True, and of status.progress.waiting: the server has more requests, or less memory, than it can serve.</summary>
    public const string ModelBusy = "ModelBusy";

    /// <summary>Waiting=True, and of status.progress.waiting: the server can't be reached, or its answers break off.</summary>
    public const string ModelFailing = "ModelFailing";

    /// <summary>McpDegraded=True: MCP servers of the Agent, or tools of them, can't be used; the message says which and why.</summary>
    public const string McpServersSkipped = "McpServersSkipped";

    /// <summary>Running=False: the holder gave the task back.</summary>
    public const string GivenBack = "GivenBack";

    /// <summary>Running=False: the host declined the assignment.</summary>
    public const string Declined = "Declined";

    /// <summary>Running=False: the holder was lost.</summary>
    public const string HolderLost = "HolderLost";

    /// <summary>Running=False: nobody claimed the assignment in time.</summary>
    public const string Unclaimed = "Unclaimed";

    /// <summary>Running=False, and the reason of an attempt: its holder lives, and the run made no progress for too long.</summary>
    public const string NoProgress = "NoProgress";

    /// <summary>Running=False, or the reason of an attempt: the agent drains.</summary>
    public const string Draining = "Draining";

    /// <summary>Reason of an attempt: the host has no room to keep a result, so it takes no new task.</summary>
    public const string DiskPressure = "DiskPressure";

    /// <summary>Reason of a host that takes no tasks: its identity lacks rights in its task namespaces; the message says what to grant.</summary>
    public const string MissingRights = "MissingRights";

    /// <summary>Reason of a host that takes no tasks: its task namespaces are no names of namespaces.</summary>
    public const string InvalidNamespace = "InvalidNamespace";

    /// <summary>Reason of an attempt: the agent's process was replaced by a new one on the same host.</summary>
    public const string AgentRestarted = "AgentRestarted";

    /// <summary>Running=False: the attempt ended.</summary>
    public const string Ended = "Ended";

    /// <summary>Completed=True: ended with a verdict.</summary>
    public const string Succeeded = "Succeeded";

    /// <summary>Completed=True and Skipped=True: a task that this one depends on had nothing to do.</summary>
    public const string UpstreamAlreadyResolved = "UpstreamAlreadyResolved";

    /// <summary>Completed=True: failed; used where no failureReason fits.</summary>
    public const string Failed = "Failed";

    /// <summary>Ready=True: the Lease is being renewed.</summary>
    public const string HeartbeatFresh = "HeartbeatFresh";

    /// <summary>Ready=False: the Lease was not renewed in time.</summary>
    public const string HeartbeatStale = "HeartbeatStale";

    /// <summary>Ready=False: the agent stopped and released its Lease.</summary>
    public const string AgentStopped = "AgentStopped";

    /// <summary>Event about a FleetNode that was deleted because its agent has been gone for long.</summary>
    public const string CleanedUp = "CleanedUp";

    /// <summary>Ready=Unknown: all or most Leases, of the fleet or of the host's site, went stale at once, which points to the control plane or the network.</summary>
    public const string ControlPlanePartition = "ControlPlanePartition";

    /// <summary>Schedulable=True.</summary>
    public const string AcceptingTasks = "AcceptingTasks";

    /// <summary>Schedulable=False: spec.unschedulable is set.</summary>
    public const string Cordoned = "Cordoned";

    /// <summary>Schedulable=False, and event: the host left assignments unclaimed, or runs failed by its fault; the message has how many and until when.</summary>
    public const string OnProbation = "OnProbation";

    /// <summary>Schedulable=False: the host says why in status.notAccepting.</summary>
    public const string NotAccepting = "NotAccepting";

    /// <summary>Sandboxed=True: commands have processes, mounts, network and users of their own.</summary>
    public const string SandboxFull = "SandboxFull";

    /// <summary>Sandboxed=True: files and system calls of commands are confined; the message says why no more.</summary>
    public const string SandboxReduced = "SandboxReduced";

    /// <summary>Sandboxed=False: no sandbox works on the host, so it runs no commands of models; the message says why. Also the reason of a task's Scheduled=False.</summary>
    public const string SandboxUnavailable = "SandboxUnavailable";

    /// <summary>Sandboxed=False: no sandbox works, and the agent runs commands all the same: it was started with --insecure-no-sandbox.</summary>
    public const string SandboxDisabled = "SandboxDisabled";

    /// <summary>Validated=True, Accepted=True.</summary>
    public const string ConfigComplete = "ConfigComplete";

    /// <summary>Validated=False: the Agent has no system prompt.</summary>
    public const string NoSystemPrompt = "NoSystemPrompt";

    /// <summary>Validated=False: tools that the role needs are missing.</summary>
    public const string MissingRoleTools = "MissingRoleTools";

    /// <summary>Event: a host registered.</summary>
    public const string Registered = "Registered";

    /// <summary>Event: a write of an old attempt was refused.</summary>
    public const string Fenced = "Fenced";

    /// <summary>Event: a task can't be scheduled yet.</summary>
    public const string FailedScheduling = "FailedScheduling";

    /// <summary>Event: a task ended.</summary>
    public const string Completed = "Completed";

    /// <summary>Event: the model asked for a tool that its Agent may not use, and was refused; once for each tool of an attempt.</summary>
    public const string ToolDenied = "ToolDenied";

    /// <summary>Event: the digest of a task's transcript could not be written.</summary>
    public const string DigestFailed = "DigestFailed";

    /// <summary>Planned=True: the steps are decided.</summary>
    public const string PlannerSucceeded = "PlannerSucceeded";

    /// <summary>Planned=False: a task could not be made; the message says why.</summary>
    public const string RenderError = "RenderError";

    /// <summary>Planned=False, Accepted=False: the steps can't be done as they are given; the message says why.</summary>
    public const string InvalidPlan = "InvalidPlan";

    /// <summary>Planned=False: there are neither steps nor issues with a coder.</summary>
    public const string NoPlannerOrPipeline = "NoPlannerOrPipeline";

    /// <summary>Planned=False: an Agent that steps name does not exist.</summary>
    public const string AgentResolveFailed = "AgentResolveFailed";

    /// <summary>Dispatched: tasks have not ended.</summary>
    public const string ChildrenInFlight = "ChildrenInFlight";

    /// <summary>Dispatched=False: all tasks have ended.</summary>
    public const string ChildrenEnded = "ChildrenEnded";

    /// <summary>Completed=True: every task reached its target.</summary>
    public const string AllChildrenSucceeded = "AllChildrenSucceeded";

    /// <summary>Completed=True: all of the work had been done before.</summary>
    public const string AllAlreadyResolved = "AllAlreadyResolved";

    /// <summary>Completed=True: tasks failed.</summary>
    public const string ChildrenFailed = "ChildrenFailed";

    /// <summary>Completed=True: tasks ended without reaching their target.</summary>
    public const string ChildrenIncomplete = "ChildrenIncomplete";

    /// <summary>Completed=True: all steps of a Workflow succeeded.</summary>
    public const string AllStepsSucceeded = "AllStepsSucceeded";

    /// <summary>Completed=True: what a step of a Workflow refers to has no value; the message names the reference.</summary>
    public const string ReferenceNotResolved = "ReferenceNotResolved";

    /// <summary>Completed=True: spec.timeoutSeconds of a Workflow was over.</summary>
    public const string Timeout = "Timeout";

    /// <summary>Completed=True: spec.cancel was set.</summary>
    public const string Cancelled = "Cancelled";

    /// <summary>Completed=True: what spec.budget allows was used before all steps were done.</summary>
    public const string BudgetExhausted = "BudgetExhausted";

    /// <summary>Truncated=True: steps were cut off.</summary>
    public const string MaxTasksCap = "MaxTasksCap";

    /// <summary>Truncated=True: no room for a retry.</summary>
    public const string MaxTasksRetryCap = "MaxTasksRetryCap";

    /// <summary>Truncated=True: no room for a revision of a pull request.</summary>
    public const string MaxTasksFollowUpCap = "MaxTasksFollowUpCap";

    /// <summary>Completed=True, phase Failed: a person gave a pull request up.</summary>
    public const string PullRequestAbandoned = "PullRequestAbandoned";

    /// <summary>Truncated=True: no room for further reviewers.</summary>
    public const string MaxTasksEscalationCap = "MaxTasksEscalationCap";

    /// <summary>Truncated=True: no room for a revision.</summary>
    public const string MaxTasksIterationCap = "MaxTasksIterationCap";

    /// <summary>Truncated=True: reviews still refuse after the most rounds of revision that an issue gets.</summary>
    public const string ReviewIterationsCap = "ReviewIterationsCap";

    /// <summary>Truncated=True: no room for another coder.</summary>
    public const string MaxTasksCoderEscalationCap = "MaxTasksCoderEscalationCap";

    /// <summary>CloudReviewersSuppressed=True: this operator, or the Workload, allows no cloud providers.</summary>
    public const string SovereigntyGate = "SovereigntyGate";

    /// <summary>RetryTriggered=True, and event: a step did not reach its target. Completed=True of a Workflow: its step failed; the message names it and says why.</summary>
    public const string StepFailed = "StepFailed";

    /// <summary>EscalationTriggered=True: a reviewer refused.</summary>
    public const string BaseReviewerNoGo = "BaseReviewerNoGo";

    /// <summary>EscalationTriggered=True: a review came to no verdict, and no other one refused.</summary>
    public const string BaseReviewerFailureEscalation = "BaseReviewerFailureEscalation";

    /// <summary>EscalationTriggered=False: there are no reviewers to begin with.</summary>
    public const string NoBaseReviewers = "NoBaseReviewers";

    /// <summary>CoderEscalationTriggered=True: the coder could not do it.</summary>
    public const string BaseCoderCapabilityFailure = "BaseCoderCapabilityFailure";

    /// <summary>CoderEscalationTriggered=True: the coder did not come to an end, and spec.escalateOnFailure is set.</summary>
    public const string BaseCoderFailureEscalation = "BaseCoderFailureEscalation";

    /// <summary>ReviewIterationTriggered=True: a reviewer refused.</summary>
    public const string ReviewerNoGo = "ReviewerNoGo";

    /// <summary>CoderAlreadyResolved=True, and event: a coder found the work done before.</summary>
    public const string AlreadyResolved = "AlreadyResolved";

    /// <summary>CoderAlreadyResolved=False: none did.</summary>
    public const string NoAlreadyResolved = "NoAlreadyResolved";

    /// <summary>Event: a revision is done by the Agent that writes from scratch.</summary>
    public const string RevisionUnderIssueFixProfile = "RevisionUnderIssueFixProfile";

    /// <summary>Planned=False: the issues of spec.source can't be listed; the message says why. It is tried again.</summary>
    public const string SourceUnreadable = "SourceUnreadable";

    /// <summary>Planned=False: an issue of spec.source can't be given its label or comment; the message says why. It is tried again.</summary>
    public const string SourceUnwritable = "SourceUnwritable";

    /// <summary>Event: an issue of spec.source was taken in.</summary>
    public const string IssueTaken = "IssueTaken";

    /// <summary>Event: an issue of spec.source is not taken; the message says why.</summary>
    public const string IssueSkipped = "IssueSkipped";

    /// <summary>NeedsDecision=True, and event: a question of a Workload waits for a person.</summary>
    public const string QuestionAsked = "QuestionAsked";

    /// <summary>IntentIgnored=True, and event: the steps that were planned before have begun.</summary>
    public const string StepsBegun = "StepsBegun";

    /// <summary>Event: spec.decision of a Workload answers a question that is not open.</summary>
    public const string AnswerIgnored = "AnswerIgnored";

    /// <summary>Stalled=True, and event: a run took far longer than others of its Agent and kind, without a change or a branch.</summary>
    public const string Stalled = "Stalled";

    /// <summary>Accepted=True of a TaskSchedule: it has no fault.</summary>
    public const string ScheduleValid = "ScheduleValid";

    /// <summary>Accepted=False of a TaskSchedule: the message has everything that is wrong.</summary>
    public const string InvalidSchedule = "InvalidSchedule";

    /// <summary>Synced=True: the CronJob of a TaskSchedule is as it shall be.</summary>
    public const string CronJobCurrent = "CronJobCurrent";

    /// <summary>Synced=False: the CronJob of a TaskSchedule could not be written.</summary>
    public const string CronJobNotWritten = "CronJobNotWritten";

    /// <summary>Accepted=False: the ConfigMap of spec.templateRef, or its key, is not there or may not be read; the message says where it was looked for.</summary>
    public const string TemplateNotFound = "TemplateNotFound";

    /// <summary>Accepted=False: the template can't be carried out; the message has all faults with their lines.</summary>
    public const string TemplateInvalid = "TemplateInvalid";

    /// <summary>Accepted=False: spec asks for what can't be; the message names the fields.</summary>
    public const string SpecInvalid = "SpecInvalid";

    /// <summary>Accepted=False: the namespace is there already and is not for UserDeployments of others; the message has the label that allows it.</summary>
    public const string NamespaceNotAllowed = "NamespaceNotAllowed";

    /// <summary>Provisioned=False: the cluster has no such kind; the message names it and what installs it.</summary>
    public const string MissingApi = "MissingApi";

    /// <summary>Provisioned=False: an object was refused; the message names it.</summary>
    public const string ApplyFailed = "ApplyFailed";

    /// <summary>Provisioned=False: an object of that name is there and is not of this UserDeployment; the message names it.</summary>
    public const string ObjectTaken = "ObjectTaken";

    /// <summary>Provisioned=True: all objects are there.</summary>
    public const string ObjectsApplied = "ObjectsApplied";

    /// <summary>Ready=True: all services have their replicas.</summary>
    public const string ReplicasReady = "ReplicasReady";

    /// <summary>Ready=False: replicas are missing; the message has the services.</summary>
    public const string ReplicasMissing = "ReplicasMissing";

    /// <summary>Ready=False: spec.desiredState is stopped.</summary>
    public const string Stopped = "Stopped";

    /// <summary>Conflict=True: an earlier UserDeployment has the host; the message names it.</summary>
    public const string HostTaken = "HostTaken";

    /// <summary>Conflict=True: an earlier UserDeployment has the namespace; the message names it.</summary>
    public const string NamespaceTaken = "NamespaceTaken";

    /// <summary>Conflict=False: no other UserDeployment has its host or namespace.</summary>
    public const string NoConflict = "NoConflict";

    /// <summary>CleanedUp=False: objects are being deleted.</summary>
    public const string CleanupRunning = "CleanupRunning";

    /// <summary>CleanedUp=False, and event: objects are still there 10 minutes after their deletion was asked for; the message names them.</summary>
    public const string CleanupStalled = "CleanupStalled";
}
