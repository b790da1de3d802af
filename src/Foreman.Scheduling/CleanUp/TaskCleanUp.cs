using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>Tasks that ended long enough ago. What they own, such as their transcripts, goes with them.</summary>
internal sealed class TaskCleanUp(ClusterSnapshot snapshot, SchedulerState state, DateTimeOffset now, RequeueTimer requeue)
{
    /// <summary>Most deletions of one look, so that a backlog does not become a burst.</summary>
    public const int Most = 256;

    /// <summary>Time between two looks at all ended tasks, which may be many.</summary>
    public static TimeSpan BetweenLooks { get; } = TimeSpan.FromSeconds(5);

    private TaskRoles Roles => field ??= new(snapshot);

    public (CleanUpState After, IReadOnlyList<Decision> Decisions) Decide(TimeSpan ttl)
    {
        var before = state.CleanUp with { Tasks = WithEndsSeen(state.CleanUp.Tasks) };
        if (snapshot.Uptime < before.LookAt)
        {
            requeue.NoLaterThan(before.LookAt);
            return (before, []);
        }

        var ended = snapshot.Tasks.Where(t => t.IsTerminal() && !snapshot.Unconfirmed.Contains(t.Uid())).ToArray();
        var (observed, decisions) = (Observe(before.Tasks, ended).ToBuilder(), new List<Decision>());
        var needed = new Lazy<HashSet<ObjectKey>>(Needed);
        var due = ended
            .Where(t => t.Metadata.DeletionTimestamp is null && CleanUpRound.IsDue(observed[t.Uid()].Since + KeptFor(t, ttl), observed[t.Uid()].AskedAt, snapshot.Uptime, requeue) && !IsKept(t, needed.Value))
            .ToArray();
        foreach (var task in due.OrderBy(t => observed[t.Uid()].Since).ThenBy(t => t.Uid(), StringComparer.Ordinal).Take(Most))
        {
            observed[task.Uid()] = observed[task.Uid()] with { AskedAt = snapshot.Uptime };
            decisions.Add(new DeleteTask { Task = task });
        }

        if (due.Length > Most)
        {
            requeue.NoLaterThan(snapshot.Uptime + BetweenLooks);
        }

        return (before with { Tasks = observed.ToImmutable(), LookAt = snapshot.Uptime + BetweenLooks }, decisions);
    }

    // What it used counts for its quotas as long as their windows are.
    private TimeSpan KeptFor(AgenticTask task, TimeSpan ttl) =>
        snapshot.Quotas.LimitsOf(QueueKey.Of(task), Roles.Of(task)).Where(q => q.HasWindow).Select(q => q.Window).Append(ttl).Max();

    // An end that this process sees counts from then on, whatever the clock of the host that wrote it says.
    private ImmutableDictionary<string, ObservedEnd> WithEndsSeen(ImmutableDictionary<string, ObservedEnd> before)
    {
        var seen = before.ToBuilder();
        foreach (var uid in snapshot.State.Tasks.Keys)
        {
            if (!state.Tasks.ContainsKey(uid) && !snapshot.Unconfirmed.Contains(uid))
            {
                seen[uid] = new ObservedEnd(snapshot.Uptime);
            }
        }

        return seen.ToImmutable();
    }

    private ImmutableDictionary<string, ObservedEnd> Observe(ImmutableDictionary<string, ObservedEnd> before, AgenticTask[] ended)
    {
        var observed = before.ToBuilder();
        var there = ended.Select(t => t.Uid()).ToHashSet(StringComparer.Ordinal);
        observed.RemoveRange(before.Keys.Where(uid => !there.Contains(uid)));
        foreach (var task in ended.Where(t => !before.ContainsKey(t.Uid())))
        {
            observed[task.Uid()] = new ObservedEnd(snapshot.Uptime - Age(task));
        }

        return observed.ToImmutable();
    }

    // An end before this process led is known by its note only. A note from before the assignment, or of the future, is of a clock that is off.
    private TimeSpan Age(AgenticTask task) =>
        task.Status.FinishedAt is { } end && end <= now && !(end < task.AssignedAt()) && !(end < task.Metadata.CreationTimestamp) ? now - end : TimeSpan.Zero;

    private bool IsKept(AgenticTask task, HashSet<ObjectKey> needed) => needed.Contains(ObjectKey.Of(task)) || !IsDoneWith(task);

    /// <summary>The tasks that one that has not ended depends on or takes files from.</summary>
    private HashSet<ObjectKey> Needed() => snapshot.Tasks
        .Where(t => !t.IsTerminal())
        .SelectMany(t => (t.Spec.DependsOn ?? []).Concat((t.Spec.Payload.Inputs ?? []).Select(i => i.FromTask?.Name).OfType<string>()).Select(name => new ObjectKey(t.Namespace(), name)))
        .ToHashSet();

    // The tasks of a Workload or Workflow that is gone go by themselves; a label alone may name one that never was.
    private bool IsDoneWith(AgenticTask task)
    {
        if (task.GetController() is { Kind: "Workflow" } workflow)
        {
            return snapshot.Workflows?.TryGetValue(new ObjectKey(task.Namespace(), workflow.Name), out var known) == true && known.Ended && known.Uid == workflow.Uid;
        }

        var owner = task.GetController() is { Kind: "Workload" } controller ? controller : null;
        if ((owner?.Name ?? task.GetLabel(Labels.Workload)) is not { Length: > 0 } name)
        {
            return true;
        }

        return snapshot.Workloads is { } workloads
            && (workloads.TryGetValue(new ObjectKey(task.Namespace(), name), out var workload)
                ? workload.Ended && (owner is null || owner.Uid == workload.Uid)
                : owner is null);
    }
}
