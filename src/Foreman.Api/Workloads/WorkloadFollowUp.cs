using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>What a Workload waits for after a pull request was opened. Each is waited for when absent.</summary>
public sealed record WorkloadFollowUp
{
    /// <summary>Whether the forge's checks are waited for; one that fails is mended.</summary>
    public bool? Checks { get; init; }

    /// <summary>Whether reviews are heeded: one that requests changes is answered by a revision.</summary>
    public bool? Reviews { get; init; }

    /// <summary>Most revisions of a pull request; 2 when absent, 20 at most. After the last one the escalation coder tries once, and then a person is asked.</summary>
    [RangeMinimum(0)]
    [RangeMaximum(20)]
    public int? MaxRevisions { get; init; }
}

/// <summary>A pull request that a Workload follows.</summary>
public sealed record FollowedPullRequest
{
    /// <summary>Where people read it.</summary>
    public string Url { get => field ?? ""; init; }

    /// <summary>Step that opened or updated it last.</summary>
    public string? Step { get; init; }

    /// <summary>Where it stands.</summary>
    public FollowUpState State { get; init; }

    /// <summary>Commit at its tip when this was seen.</summary>
    public string? HeadSHA { get; init; }

    /// <summary>Revisions that its checks and reviews asked for so far; absent for none.</summary>
    public int? Revisions { get; init; }

    /// <summary>What is waited for, or what failed, for people.</summary>
    public string? Message { get; init; }
}
