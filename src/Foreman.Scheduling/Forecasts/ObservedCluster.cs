using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>A cluster that was read once, as one decision needs it: what an operator learns by watching is taken from what it has written. Pure.</summary>
public static class ObservedCluster
{
    /// <summary>The snapshot.</summary>
    /// <param name="read">Tasks, hosts, Agents and InferenceServices as they were read; its Leases, state and problems of inputs are replaced.</param>
    /// <param name="now">Time of day.</param>
    public static ClusterSnapshot Of(ClusterSnapshot read, DateTimeOffset now) => read with
    {
        Leases = [.. read.Nodes.Select(LeaseOf).OfType<V1Lease>()],
        Unconfirmed = new HashSet<string>(),
        InputProblems = Problems(read.Tasks),
        State = SchedulerState.Empty with
        {
            Leases = SchedulerState.Empty.Leases.AddRange(read.Nodes
                .Where(n => n.Status?.Conditions.Find(ConditionTypes.Ready) is { Status: Conditions.Unknown })
                .Select(n => KeyValuePair.Create(n.Name(), Silent(LeaseOf(n)!, read.Uptime)))),
            Tasks = SchedulerState.Empty.Tasks.AddRange(read.Tasks
                .Where(t => t.IsPending() && t.LastAttempt()?.EndedAt is not null)
                .Select(t => KeyValuePair.Create(t.Uid(), new ObservedTask(t.Status.Attempt, TaskPhase.Pending, read.Uptime - Age(t.LastAttempt()!.EndedAt!.Value, now))))),
        },
    };

    // A single look at a Lease can't tell whether it is renewed: the operator has, and wrote it on the host.
    private static V1Lease? LeaseOf(FleetNode node)
    {
        var ready = node.Status?.Conditions.Find(ConditionTypes.Ready);
        if (node.Status?.Instance is null && ready is null)
        {
            return null;
        }

        var holder = ready is { Status: Conditions.False, Reason: Reasons.AgentStopped } ? "" : node.Status?.Instance?.Holder is { Length: > 0 } known ? known : node.Name();
        return new V1Lease { Metadata = new() { Name = Labels.LeaseName(node.Name()) }, Spec = new() { HolderIdentity = holder, RenewTime = node.Status?.LastHeartbeatTime } };
    }

    private static ObservedLease Silent(V1Lease lease, TimeSpan uptime) => new()
    {
        Holder = lease.Spec!.HolderIdentity ?? "",
        RenewTime = lease.Spec.RenewTime,
        ChangedAt = uptime - LivenessRules.SuspectAfter,
    };

    private static Dictionary<string, string> Problems(IEnumerable<AgenticTask> tasks) => tasks
        .Select(t => (Uid: t.Uid(), Scheduled: t.Status.Conditions.Find(ConditionTypes.Scheduled)))
        .Where(t => t.Scheduled is { Status: Conditions.False, Reason: Reasons.WaitingForInputs })
        .ToDictionary(t => t.Uid, t => t.Scheduled!.Message.TrimEnd('.'), StringComparer.Ordinal);

    private static TimeSpan Age(DateTimeOffset since, DateTimeOffset now) => now > since ? now - since : TimeSpan.Zero;
}
