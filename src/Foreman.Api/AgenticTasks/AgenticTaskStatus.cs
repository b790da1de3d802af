using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>
/// Observed state of an AgenticTask. One writer at a time: the operator while Pending or Scheduled, the holder of the claim
/// while Running, nobody after the end.
/// </summary>
public sealed record AgenticTaskStatus
{
    /// <summary>Phase of the task.</summary>
    [Default("\"Pending\"")]
    public TaskPhase? Phase { get; init; }

    /// <summary>Outcome of the work, by kind of task.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>Why it failed.</summary>
    public FailureReason? FailureReason { get; init; }

    /// <summary>FleetNode of the present attempt; absent while Pending.</summary>
    public string? AssignedNode { get; init; }

    /// <summary>Branch that was made.</summary>
    public string? Branch { get; init; }

    /// <summary>Commit that was made.</summary>
    public string? CommitSHA { get; init; }

    /// <summary>Job of the present attempt.</summary>
    public string? JobName { get; init; }

    /// <summary>Exit code of the container that decided how the last attempt in a Job ended; absent where none did.</summary>
    public int? ExitCode { get; init; }

    /// <summary>What a container that is the task wrote to the file $FOREMAN_OUTPUT: a JSON object, its values as texts, at most 64 KiB.</summary>
    public IReadOnlyDictionary<string, string>? Outputs { get; init; }

    /// <summary>Name of the transcript's ConfigMap.</summary>
    public string? TranscriptRef { get; init; }

    /// <summary>When the present attempt was claimed.</summary>
    public DateTimeOffset? ClaimedAt { get; init; }

    /// <summary>When the first attempt was claimed.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the task ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Result envelope foreman.v1, at most 64 KiB.</summary>
    [PreserveUnknownFields]
    public JsonObject? Result { get; init; }

    /// <summary>Counts assignments; the fence of every write.</summary>
    [Default("0")]
    [RangeMinimum(0)]
    public long Attempt { get; init; }

    /// <summary>Ended attempts, oldest first.</summary>
    [Default("[]")]
    [Length(Max = 32)]
    [JsonConverter(typeof(ExactListConverter<TaskAttempt>))]
    public IReadOnlyList<TaskAttempt> Attempts { get => field ?? []; init; }

    /// <summary>Model promised with the assignment.</summary>
    public PromisedModel? Model { get; init; }

    /// <summary>Generation of the Agent at the assignment.</summary>
    public long? AgentGeneration { get; init; }

    /// <summary>Where the present attempt runs; absent while Pending.</summary>
    public Placement? Placement { get; init; }

    /// <summary>Who runs the present attempt.</summary>
    public TaskClaim? Claim { get; init; }

    /// <summary>Progress of the run.</summary>
    public TaskProgress? Progress { get; init; }

    /// <summary>Sum over the attempts.</summary>
    public Usage? Usage { get; init; }

    /// <summary>Where a rescued run was resumed.</summary>
    public ResumePoint? ResumedFrom { get; init; }

    /// <summary>What each check of the gate found, in the order in which they ran; absent when no gate ran.</summary>
    [Length(Max = GateCheckResult.MaxChecks)]
    public IReadOnlyList<GateCheckResult>? Gate { get; init; }

    /// <summary>Scheduled, Running and Completed; Waiting, McpDegraded and Skipped where they apply.</summary>
    [ListMap("type")]
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}

/// <summary>Who runs an attempt.</summary>
public sealed record TaskClaim
{
    /// <summary>Node: host id, a slash, a nonce of the process. Operator: the identity in the leader election. Job: pod/ and the pod's UID.</summary>
    public string Holder { get => field ?? ""; init; }

    /// <summary>Timestamp.</summary>
    public DateTimeOffset? AcquiredAt { get; init; }
}

/// <summary>Progress of a run. Written at turn ends, and once a minute while a turn goes on, at least 2 s apart.</summary>
public sealed record TaskProgress
{
    /// <summary>Answers of the model so far.</summary>
    [RangeMinimum(0)]
    public int Turn { get; init; }

    /// <summary>Last tool that was called.</summary>
    public string? Tool { get; init; }

    /// <summary>Tokens sent so far.</summary>
    [RangeMinimum(0)]
    public long PromptTokens { get; init; }

    /// <summary>Tokens made so far.</summary>
    [RangeMinimum(0)]
    public long CompletionTokens { get; init; }

    /// <summary>Model that answers.</summary>
    public string? Model { get; init; }

    /// <summary>Tool calls so far that changed files, those of the attempts that this one goes on from included. Absent while that is not known.</summary>
    [RangeMinimum(0)]
    public int? Edits { get; init; }

    /// <summary>Seconds that the loop of this attempt has taken so far, without its waits for the model server. Absent while that is not known.</summary>
    [RangeMinimum(0)]
    public long? WorkedSeconds { get; init; }

    /// <summary>Where the present attempt went on: turns up to there are an earlier attempt's. Absent when it began at its base.</summary>
    public ResumePoint? ResumedFrom { get; init; }

    /// <summary>What the run waits for; absent while it works. A wait of some seconds may be over before it is written.</summary>
    public TaskWait? Waiting { get; init; }

    /// <summary>What of its Agent's MCP servers the run goes without, and why; absent when nothing. The condition McpDegraded says the same.</summary>
    [Length(Max = 8)]
    public IReadOnlyList<string>? McpFaults { get; init; }

    /// <summary>When this was written.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }
}

/// <summary>A wait of a run for its model server.</summary>
public sealed record TaskWait
{
    /// <summary>ModelLoading, ModelBusy or ModelFailing.</summary>
    [Pattern("^[A-Z][A-Za-z0-9]*$")]
    public string Reason { get => field ?? ""; init; }

    /// <summary>What the server says, and where it is, at most 512 characters.</summary>
    [Length(Max = 512)]
    public string? Message { get; init; }

    /// <summary>When the wait began.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When it ends at the latest: the server is asked again, or a model that is still loading is given up. Absent when that is not known.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>Where a rescued run was resumed.</summary>
public sealed record ResumePoint
{
    /// <summary>Attempt whose transcript was resumed.</summary>
    [RangeMinimum(0)]
    public long Attempt { get; init; }

    /// <summary>Last turn that was resumed.</summary>
    [RangeMinimum(0)]
    public int Turn { get; init; }
}
