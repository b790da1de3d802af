using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>Everything that one decision about a Workload looks at.</summary>
/// <param name="Workload">The Workload as it is stored, with its UID.</param>
public sealed record WorkloadSnapshot(Workload Workload)
{
    /// <summary>
    /// All tasks that are its children: labelled with its name, and owned by it or by nobody. One that its status names and
    /// that is not here is taken for deleted.
    /// </summary>
    public IReadOnlyList<AgenticTask> Children { get => field ?? []; init; }

    /// <summary>The Agents of its namespace, by name.</summary>
    public IReadOnlyDictionary<string, Agent> Agents { get => field ?? new Dictionary<string, Agent>(); init; }

    /// <summary>What is known of the followed pull requests, by URL.</summary>
    public IReadOnlyDictionary<string, PullRequestObservation> PullRequests { get => field ?? new Dictionary<string, PullRequestObservation>(); init; }

    /// <summary>True when this operator lets Agents of cloud providers work.</summary>
    public bool AllowCloudProviders { get; init; } = true;

    /// <summary>How long runs usually take; needed only while <see cref="StallRule.IsSuspect"/> is true of a task.</summary>
    public UsualTimes Usual { get => field ?? UsualTimes.None; init; }

    /// <summary>What kept tasks from being made or changed, by the name of the task: a sentence. Such a write is tried again.</summary>
    public IReadOnlyDictionary<string, string> Obstacles { get => field ?? new Dictionary<string, string>(); init; }
}
