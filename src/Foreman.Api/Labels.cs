namespace Foreman.Api;

/// <summary>Labels, annotations and object names shared by agent and operator.</summary>
public static class Labels
{
    /// <summary>Prefix of all labels and annotations.</summary>
    public const string Prefix = "foreman.llmkube.dev/";

    /// <summary>Prefix of labels that the agent sets about its host.</summary>
    public const string HostPrefix = "host.foreman.llmkube.dev/";

    /// <summary>Label of a FleetNode whose agent runs no loop: <c>stub</c>. Such a host needs no model.</summary>
    public const string AgentMode = HostPrefix + "agent-mode";

    /// <summary>Label of a FleetNode: name of the site that it is at. Hosts of one site share a network, and so fall silent together.</summary>
    public const string Site = Prefix + "site";

    /// <summary>Label of Kubernetes for the same, which counts where <see cref="Site"/> is absent.</summary>
    public const string Zone = "topology.kubernetes.io/zone";

    /// <summary>Name of the Workload that a task belongs to.</summary>
    public const string Workload = Prefix + "workload";

    /// <summary>Name of the Workflow that a task belongs to.</summary>
    public const string Workflow = Prefix + "workflow";

    /// <summary>Step of the Workload or Workflow that a task does.</summary>
    public const string Step = Prefix + "step";

    /// <summary>Label of a task: name of the queue, within its namespace, by whose share it gets slots. Tasks of a Workload or Workflow have that of theirs.</summary>
    public const string Queue = Prefix + "queue";

    /// <summary>Annotation of a suspended task of a Workload: what it waits for, by names of steps, and <c>budget</c>. The Workload releases only tasks that have it.</summary>
    public const string Awaiting = Prefix + "awaiting";

    /// <summary>Annotation of a task of a Workload: the steps that it follows, by name, each in the round that it had when the task was made.</summary>
    public const string Follows = Prefix + "follows";

    /// <summary>Annotation of a task that its Workload or Workflow cancelled while that was not cancelled itself: why, as a sentence.</summary>
    public const string CancelledBecause = Prefix + "cancelled-because";

    /// <summary>Annotation of a cancelled task of a Workload that ends as Skipped while it waits: why, as a sentence. A task that it follows had nothing to do, and is gone.</summary>
    public const string SkippedBecause = Prefix + "skipped-because";

    /// <summary>Annotation of a task that its Workload or Workflow suspended because it is suspended itself.</summary>
    public const string SuspendedByWorkload = Prefix + "suspended-by-workload";

    /// <summary>Annotation of a task that revises a followed pull request: when the newest review was submitted that was known as it was made, in RFC 3339.</summary>
    public const string ReviewsUntil = Prefix + "reviews-until";

    /// <summary>Annotation of a task that plans: fingerprint of the spec.intent that it was given.</summary>
    public const string Intent = Prefix + "intent";

    /// <summary>Label of a Workload that works on one issue: name of the Workload that took the issue in.</summary>
    public const string Intake = Prefix + "intake";

    /// <summary>Annotation of a Workload that works on one issue: label of the lane that it was taken by; absent for none.</summary>
    public const string IntakeLane = Prefix + "intake-lane";

    /// <summary>Annotation of a Workload that works on one issue: label of the source that the issue was taken in for.</summary>
    public const string IntakeLabel = Prefix + "intake-label";

    /// <summary>Annotation of a Workload that works on one issue: what the issue was marked with last on its forge, and when.</summary>
    public const string IntakeMark = Prefix + "intake-mark";

    /// <summary>Annotation of a task of a Workload or Workflow: when that was created, in RFC 3339. The task queues as if it were as old.</summary>
    public const string QueuedSince = Prefix + "queued-since";

    /// <summary>Annotation of a task of a Workload: a whole number; of tasks that are equally old, the larger one goes first.</summary>
    public const string Rank = Prefix + "rank";

    /// <summary>Label of a TaskSchedule: <c>yaml</c> when it was applied or declared in a file, <c>llm</c> when a model made it.</summary>
    public const string ScheduleSource = Prefix + "schedule-source";

    /// <summary>Label of a CronJob, its Jobs and their pods: whose schedules they time, so that several operators leave each other's alone.</summary>
    public const string ScheduleOwner = Prefix + "schedule-owner";

    /// <summary>Annotation of a TaskSchedule that was declared in a file: by whom. Only these are deleted when the file no longer has them.</summary>
    public const string DeclaredBy = Prefix + "declared-by";

    /// <summary>Label of a task, Workload or CronJob of a schedule: name of the TaskSchedule.</summary>
    public const string Schedule = Prefix + "schedule";

    /// <summary>Annotation of a task or Workload that a schedule created: the time of the schedule, in RFC 3339.</summary>
    public const string ScheduledAt = Prefix + "scheduled-at";

    /// <summary>Annotation of a task or Workload that a schedule created: names the run in audit records.</summary>
    public const string CorrelationId = Prefix + "correlation-id";

    /// <summary>Label of the objects of a UserDeployment, its namespace included where Foreman made that: UID of the UserDeployment.</summary>
    public const string UserDeploymentUid = Prefix + "user-deployment-uid";

    /// <summary>Annotation of the objects of a UserDeployment: <c>namespace/name</c> of the UserDeployment.</summary>
    public const string UserDeployment = Prefix + "user-deployment";

    /// <summary>Annotation of the objects of a UserDeployment: its spec.owner.</summary>
    public const string UserDeploymentOwner = Prefix + "user-deployment-owner";

    /// <summary>Label of a namespace: with the value <c>allowed</c>, UserDeployments of other namespaces may have their objects there.</summary>
    public const string UserDeployments = Prefix + "user-deployments";

    /// <summary>Name of the task that a transcript belongs to.</summary>
    public const string TranscriptOf = Prefix + "transcript-of";

    /// <summary>UID of the task that a transcript belongs to.</summary>
    public const string TranscriptUid = Prefix + "transcript-uid";

    /// <summary>Name of the task that an object belongs to.</summary>
    public const string TaskName = Prefix + "task-name";

    /// <summary>Namespace of the task that an object belongs to.</summary>
    public const string TaskNamespace = Prefix + "task-namespace";

    /// <summary>Label of a Job and its pod: UID of the task that they belong to.</summary>
    public const string TaskUid = Prefix + "task-uid";

    /// <summary>Label of a Job and its pod: the attempt that they are.</summary>
    public const string Attempt = Prefix + "attempt";

    /// <summary>Annotation of a task, and of its Job: who asked for it. Label of the Job: the same, made fit for a label.</summary>
    public const string User = Prefix + "user";

    /// <summary>Annotation of a Job: repository of the task.</summary>
    public const string Repo = Prefix + "repo";

    /// <summary>Annotation of a Job: branch of the task.</summary>
    public const string Branch = Prefix + "branch";

    /// <summary>Annotation of what belongs to the identity of a host: name of its FleetNode.</summary>
    public const string Node = Prefix + "node";

    /// <summary>Name of the Lease that an agent holds for its node.</summary>
    public static string LeaseName(string fleetNode) => "fn." + fleetNode;

    /// <summary>Name of the ConfigMap that holds the digest of a task's transcript.</summary>
    public static string TranscriptConfigMap(string task) => "foreman-transcript-" + task;

    /// <summary>The same for <c>status.transcriptRef</c>; null when the name would be longer than the 253 characters that an object's name may have.</summary>
    public static string? TranscriptRef(string task) => TranscriptConfigMap(task) is { Length: <= 253 } name ? name : null;

    /// <summary>Name of a segment of a transcript.</summary>
    public static string RunLogName(string taskUid, long attempt, int seq) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{taskUid}-{attempt}-{seq}");

    /// <summary>Namespace of the hosts' ServiceAccounts.</summary>
    public static string HostsNamespace(string foremanNamespace) => foremanNamespace + "-hosts";
}
