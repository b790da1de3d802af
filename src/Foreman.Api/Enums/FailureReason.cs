using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Why a task failed. The list may grow: readers must preserve unknown values.</summary>
/// <param name="Value">The text in JSON.</param>
[Pattern("^[A-Z][A-Za-z0-9]*$")]
[JsonConverter(typeof(OpenEnumConverter<FailureReason>))]
public readonly record struct FailureReason(string Value) : IOpenEnumeration<FailureReason>
{
    /// <summary>The Agent that the task names does not exist.</summary>
    public static FailureReason AgentNotFound { get; } = new("AgentNotFound");

    /// <summary>No model server could be reached.</summary>
    public static FailureReason InferenceServiceUnavailable { get; } = new("InferenceServiceUnavailable");

    /// <summary>Credentials were missing or refused.</summary>
    public static FailureReason AuthUnavailable { get; } = new("AuthUnavailable");

    /// <summary>No git remote was given.</summary>
    public static FailureReason GitRemoteNotConfigured { get; } = new("GitRemoteNotConfigured");

    /// <summary>The repository could not be cloned.</summary>
    public static FailureReason CloneFailed { get; } = new("CloneFailed");

    /// <summary>The model's answers could not be used.</summary>
    public static FailureReason ModelMisunderstood { get; } = new("ModelMisunderstood");

    /// <summary>A tool failed for good.</summary>
    public static FailureReason ToolFailed { get; } = new("ToolFailed");

    /// <summary>The budget of turns was spent.</summary>
    public static FailureReason MaxTurnsExhausted { get; } = new("MaxTurnsExhausted");

    /// <summary>A rule of the task was broken.</summary>
    public static FailureReason ConstraintViolated { get; } = new("ConstraintViolated");

    /// <summary>The wall-clock budget was spent.</summary>
    public static FailureReason Timeout { get; } = new("Timeout");

    /// <summary>Infrastructure below the task failed; always retried within the limit.</summary>
    public static FailureReason InfrastructureError { get; } = new("InfrastructureError");

    /// <summary>The gate failed.</summary>
    public static FailureReason GateFailed { get; } = new("GateFailed");

    /// <summary>The gate could not run.</summary>
    public static FailureReason GateError { get; } = new("GateError");

    /// <summary>The model ended the task with verdict ERROR.</summary>
    public static FailureReason ModelReportedError { get; } = new("ModelReportedError");

    /// <summary>A field asks for what this release cannot do.</summary>
    public static FailureReason Unsupported { get; } = new("Unsupported");

    /// <summary>spec.cancel was set.</summary>
    public static FailureReason Cancelled { get; } = new("Cancelled");

    /// <summary>The task was lost too often.</summary>
    public static FailureReason PoisonTask { get; } = new("PoisonTask");

    /// <summary>The server does not serve the promised model.</summary>
    public static FailureReason ModelMismatch { get; } = new("ModelMismatch");

    /// <summary>The conversation outgrew the context window.</summary>
    public static FailureReason ContextOverflow { get; } = new("ContextOverflow");

    /// <summary>The run's transcript has reached its largest size.</summary>
    public static FailureReason TranscriptFull { get; } = new("TranscriptFull");

    /// <summary>The task's budget of tokens or seconds was spent.</summary>
    public static FailureReason BudgetExhausted { get; } = new("BudgetExhausted");

    /// <summary>The host can't confine the commands that the Agent may run; another host may.</summary>
    public static FailureReason SandboxUnavailable { get; } = new("SandboxUnavailable");

    /// <summary>The model does not take the images that the task has.</summary>
    public static FailureReason VisionUnavailable { get; } = new("VisionUnavailable");

    /// <summary>A task that this one depends on did not reach its target.</summary>
    public static FailureReason UpstreamFailed { get; } = new("UpstreamFailed");

    /// <summary>A Workload ended the run, which took far longer than others of its Agent and kind, without a change or a branch.</summary>
    public static FailureReason Stalled { get; } = new("Stalled");

    /// <summary>An image of its Job could not be pulled.</summary>
    public static FailureReason ImagePull { get; } = new("ImagePull");

    /// <summary>The name of an image of its Job is none, or the image has no POSIX shell, which the task needs.</summary>
    public static FailureReason InvalidImage { get; } = new("InvalidImage");

    /// <summary>No node took the pod of its Job in time.</summary>
    public static FailureReason Unschedulable { get; } = new("Unschedulable");

    /// <summary>An init container of its Job failed, or could not be made; setupCommand is one.</summary>
    public static FailureReason InitContainer { get; } = new("InitContainer");

    /// <summary>A container of its Job could not be made.</summary>
    public static FailureReason ContainerCreate { get; } = new("ContainerCreate");

    /// <summary>A container of its Job used more memory than its limit.</summary>
    public static FailureReason ContainerOOM { get; } = new("ContainerOOM");

    /// <summary>A container of its Job ended with an exit code other than 0.</summary>
    public static FailureReason ContainerExit { get; } = new("ContainerExit");

    /// <summary>The pod of its Job was evicted.</summary>
    public static FailureReason Evicted { get; } = new("Evicted");

    /// <summary>The pod of its Job was preempted by one of higher priority.</summary>
    public static FailureReason Preempted { get; } = new("Preempted");

    /// <summary>The node of its Job's pod was lost.</summary>
    public static FailureReason NodeLost { get; } = new("NodeLost");

    /// <summary>A volume of its Job could not be mounted in time.</summary>
    public static FailureReason VolumeMount { get; } = new("VolumeMount");

    /// <summary>Its Job, or the Job's pod, was refused.</summary>
    public static FailureReason JobCreate { get; } = new("JobCreate");

    /// <summary>The cluster does not have the runtime class of its Job.</summary>
    public static FailureReason RuntimeClassNotFound { get; } = new("RuntimeClassNotFound");

    /// <summary>A Secret that its Job refers to does not exist, or lacks the key.</summary>
    public static FailureReason SecretNotFound { get; } = new("SecretNotFound");

    /// <summary>A quota of the namespace leaves no room for its Job's pod.</summary>
    public static FailureReason QuotaExceeded { get; } = new("QuotaExceeded");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<FailureReason> Known { get; } = [AgentNotFound, InferenceServiceUnavailable, AuthUnavailable, GitRemoteNotConfigured, CloneFailed, ModelMisunderstood, ToolFailed, MaxTurnsExhausted, ConstraintViolated, Timeout, InfrastructureError, GateFailed, GateError, ModelReportedError, Unsupported, Cancelled, PoisonTask, ModelMismatch, ContextOverflow, TranscriptFull, BudgetExhausted, SandboxUnavailable, VisionUnavailable, UpstreamFailed, Stalled, ImagePull, InvalidImage, Unschedulable, InitContainer, ContainerCreate, ContainerOOM, ContainerExit, Evicted, Preempted, NodeLost, VolumeMount, JobCreate, RuntimeClassNotFound, SecretNotFound, QuotaExceeded];

    /// <inheritdoc/>
    public static FailureReason FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>Classification of failure reasons.</summary>
public static class FailureReasons
{
    /// <summary>Every reason that this release knows, as texts of CEL.</summary>
    internal const string InRules =
        "'AgentNotFound', 'InferenceServiceUnavailable', 'AuthUnavailable', 'GitRemoteNotConfigured', 'CloneFailed', 'ModelMisunderstood', 'ToolFailed', "
        + "'MaxTurnsExhausted', 'ConstraintViolated', 'Timeout', 'InfrastructureError', 'GateFailed', 'GateError', 'ModelReportedError', 'Unsupported', "
        + "'Cancelled', 'PoisonTask', 'ModelMismatch', 'ContextOverflow', 'TranscriptFull', 'BudgetExhausted', 'SandboxUnavailable', 'VisionUnavailable', "
        + "'UpstreamFailed', 'Stalled', 'ImagePull', 'InvalidImage', 'Unschedulable', 'InitContainer', 'ContainerCreate', 'ContainerOOM', 'ContainerExit', "
        + "'Evicted', 'Preempted', 'NodeLost', 'VolumeMount', 'JobCreate', 'RuntimeClassNotFound', 'SecretNotFound', 'QuotaExceeded'";

    /// <summary>The same with the words of a Workload's policy for verdicts without a reason.</summary>
    internal const string OfStepsInRules = InRules + ", 'NoGo', 'Incomplete'";

    /// <summary>
    /// True when infrastructure failed, so that another attempt, perhaps on another host, may succeed: the runner releases
    /// the task, and the operator retries it up to the limit.
    /// </summary>
    public static bool IsInfrastructure(this FailureReason reason) =>
        reason == FailureReason.InfrastructureError
        || reason == FailureReason.InferenceServiceUnavailable
        || reason == FailureReason.SandboxUnavailable
        || reason == FailureReason.ModelMismatch
        || reason == FailureReason.Evicted
        || reason == FailureReason.Preempted
        || reason == FailureReason.NodeLost;

    /// <summary>True when a failure with this reason is retried within the policy's limit.</summary>
    /// <param name="policy">The task's policy; null retries failures of the infrastructure only.</param>
    /// <param name="reason">Why the attempt failed.</param>
    public static bool Retries(this RetryPolicy? policy, FailureReason reason) =>
        reason.IsInfrastructure() || (policy?.Reasons ?? []).Contains(reason);
}
