using System.Text.Json.Nodes;
using Foreman.Kubernetes;

namespace Foreman.Api;

/// <summary>What is recorded when a task ends.</summary>
public sealed record TaskCompletion
{
    /// <summary>Succeeded or Failed.</summary>
    public TaskPhase Phase { get; init; } = TaskPhase.Failed;

    /// <summary>Outcome of the work, by kind of task.</summary>
    public Verdict Verdict { get; init; } = Verdict.Incomplete;

    /// <summary>Why it failed; null when it did not.</summary>
    public FailureReason? FailureReason { get; init; }

    /// <summary>Result envelope; null when no run was made.</summary>
    public JsonObject? Result { get; init; }

    /// <summary>Name of the ConfigMap that holds the digest of the transcript; null when no run was made.</summary>
    public string? TranscriptRef { get; init; }

    /// <summary>Sum over the attempts, this one included.</summary>
    public Usage? Usage { get; init; }

    /// <summary>Entry of the attempt that ends; null when none was made.</summary>
    public TaskAttempt? Attempt { get; init; }

    /// <summary>Conditions afterwards, Completed among them with status True.</summary>
    public IReadOnlyList<V1Condition> Conditions { get; init; } = [];

    /// <summary>Branch that was made; null when none was.</summary>
    public string? Branch { get; init; }

    /// <summary>Commit that it is at; null when none was made.</summary>
    public string? CommitSHA { get; init; }

    /// <summary>What the checks of the gate found, at most <see cref="GateCheckResult.MaxChecks"/>; null when none ran.</summary>
    public IReadOnlyList<GateCheckResult>? Gate { get; init; }

    /// <summary>Where the attempt that ends went on; null when it began at its base.</summary>
    public ResumePoint? ResumedFrom { get; init; }

    /// <summary>Timestamp.</summary>
    public DateTimeOffset FinishedAt { get; init; }
}
