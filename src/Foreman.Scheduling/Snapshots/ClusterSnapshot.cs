using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>Everything that one decision looks at. Tasks whose writes are under way are here as they will be read. No collection in it changes afterwards.</summary>
public sealed record ClusterSnapshot
{
    /// <summary>Time since the operator started, on a clock that is never set.</summary>
    public TimeSpan Uptime { get; init; }

    /// <summary>False while the operator itself does not hear from the API server: silence of hosts then means nothing.</summary>
    public bool IsApiReachable { get; init; } = true;

    /// <summary>All tasks.</summary>
    public IReadOnlyList<AgenticTask> Tasks { get => field ?? []; init; }

    /// <summary>
    /// UIDs of tasks whose last decision has no answer of the API server yet: they count as decided, and nothing more is decided
    /// about them before it comes.
    /// </summary>
    public IReadOnlySet<string> Unconfirmed { get => field ?? ImmutableHashSet<string>.Empty; init; }

    /// <summary>How many explanations may be decided now; the others follow when those before them have been written.</summary>
    public int ExplanationRoom { get; init; } = int.MaxValue;

    /// <summary>
    /// How many tasks that say already why they wait may be told now that it is for something else about hosts, or for other numbers; the others follow in the next
    /// decisions, for which the plan asks at once.
    /// </summary>
    public int RefreshRoom { get; init; } = int.MaxValue;

    /// <summary>True in a simulation, whose hosts tell no new figures: what a run takes of memory is taken to be told once it runs.</summary>
    internal bool HostsTellAtOnce { get; init; }

    /// <summary>How many assignments and ends of waiting tasks may be decided now; what is taken back needs no room, and the others follow when those before them have been written.</summary>
    public int AssignmentRoom { get; init; } = int.MaxValue;

    /// <summary>All hosts.</summary>
    public IReadOnlyList<FleetNode> Nodes { get => field ?? []; init; }

    /// <summary>The Leases of the foreman-namespace.</summary>
    public IReadOnlyList<V1Lease> Leases { get => field ?? []; init; }

    /// <summary>When Leases were seen, by their names; one that is not here, or is another object, was seen just now.</summary>
    public IReadOnlyDictionary<string, SeenLease> LeasesSeen
    {
        get => field ?? ImmutableDictionary<string, SeenLease>.Empty;
        init;
    }

    /// <summary>All Agents.</summary>
    public IReadOnlyList<Agent> Agents { get => field ?? []; init; }

    /// <summary>All Workloads; null where they are not followed, so that no task of one is ever deleted.</summary>
    public IReadOnlyDictionary<ObjectKey, ObservedWorkload>? Workloads { get; init; }

    /// <summary>InferenceServices of the cluster, where it serves that kind.</summary>
    public IReadOnlyDictionary<ObjectKey, InferenceEndpoint> InferenceServices
    {
        get => field ?? new Dictionary<ObjectKey, InferenceEndpoint>();
        init;
    }

    /// <summary>What backends observed of holders, by the UID of the task; only of placements that need more than is here.</summary>
    public IReadOnlyDictionary<string, HolderObservation> Holders
    {
        get => field ?? new Dictionary<string, HolderObservation>();
        init;
    }

    /// <summary>Why inputs of tasks could not be fetched, by the UID of the task: a sentence without its full stop that names what is missing.</summary>
    public IReadOnlyDictionary<string, string> InputProblems
    {
        get => field ?? new Dictionary<string, string>();
        init;
    }

    /// <summary>What namespaces, queues and roles may use, and what the shares of queues weigh; the same object until it changes.</summary>
    public QuotaSet Quotas { get => field ?? QuotaSet.None; init; }

    /// <summary>What the last decision left.</summary>
    public SchedulerState State { get => field ?? SchedulerState.Empty; init; }

    /// <summary>The operator's settings.</summary>
    public SchedulerSettings Settings { get => field ?? new(); init; }

    /// <summary>Uptime at which a Lease was seen as it is.</summary>
    /// <param name="lease">A Lease of this snapshot.</param>
    internal TimeSpan SeenAt(V1Lease lease) =>
        LeasesSeen.GetValueOrDefault(lease.Name()) is { } seen && ReferenceEquals(seen.Lease, lease) && seen.At < Uptime ? seen.At : Uptime;
}
