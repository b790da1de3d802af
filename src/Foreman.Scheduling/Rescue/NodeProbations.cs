using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>
/// Hosts that leave assignments unclaimed, or whose runs fail by their own fault, go last, then on probation: until they claim one, or until a run comes to a good end
/// there. A task counts against one host only, whichever failed it first, and what fails on most hosts at once counts against none.
/// </summary>
internal static class NodeProbations
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>One more assignment left unclaimed: from the second failure on the host gets nothing for a while that doubles each time.</summary>
    /// <param name="probations">Those known.</param>
    /// <param name="node">The host.</param>
    /// <param name="uptime">Uptime of the decision.</param>
    /// <param name="now">Time of day.</param>
    public static ImmutableDictionary<string, NodeProbation> RecordFailure(
        ImmutableDictionary<string, NodeProbation> probations, string node, TimeSpan uptime, DateTimeOffset now) => Record(probations, node, isRun: false, (uptime, now));

    /// <summary>The pause after so many failures in a row: none after the first, then 30 s, doubled each time up to 5 minutes.</summary>
    /// <param name="failures">How many there were.</param>
    public static TimeSpan Pause(int failures)
    {
        var pause = failures < 2 ? TimeSpan.Zero : FirstPause * Math.Pow(2, Math.Min(failures - 2, 4));
        return pause < LongestPause ? pause : LongestPause;
    }

    /// <summary>True while a host takes nothing. After a pause it gets a single task: to claim it, and where runs failed to bring it to a good end.</summary>
    /// <param name="node">The host.</param>
    /// <param name="uptime">Uptime of the decision.</param>
    public static bool Holds(NodeView node, TimeSpan uptime) =>
        node.Probation is { Failures: > 1 } probation
        && (uptime < probation.Until || (probation.FailedRuns > 0 ? node.Tasks.Count > 0 : node.Tasks.Any(t => t.IsScheduled())));

    /// <summary>What is held against a host, in words.</summary>
    /// <param name="probation">What it is.</param>
    public static string Tell(NodeProbation probation)
    {
        var unclaimed = probation.Failures - probation.FailedRuns;
        string[] parts =
        [
            .. unclaimed > 0 ? [unclaimed == 1 ? "1 assignment was left unclaimed" : $"{unclaimed} assignments were left unclaimed"] : Array.Empty<string>(),
            .. probation.FailedRuns > 0 ? [probation.FailedRuns == 1 ? "1 run failed by the host's fault" : $"{probation.FailedRuns} runs failed by the host's fault"] : Array.Empty<string>(),
        ];
        return string.Join(" and ", parts);
    }

    /// <summary>
    /// What is held against hosts after tasks were claimed and runs have ended: a claim makes good what was left unclaimed, a run that came to a good end and a new
    /// process of the agent everything.
    /// </summary>
    /// <param name="snapshot">What there is to look at.</param>
    /// <param name="before">The state that the last decision left.</param>
    /// <param name="tasks">The tasks that may have changed since; others say nothing new.</param>
    /// <param name="now">Time of day.</param>
    public static ImmutableDictionary<string, NodeProbation> Observe(ClusterSnapshot snapshot, SchedulerState before, IEnumerable<AgenticTask> tasks, DateTimeOffset now)
    {
        var (claimed, good, failed) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var task in tasks.Where(t => t.IsRunning() || t.Status.Attempts.Count > 0))
        {
            var last = before.Tasks.GetValueOrDefault(task.Uid());
            if (task.IsRunning() && last?.Phase != TaskPhase.Running && task.Status.AssignedNode is { } node)
            {
                claimed.Add(node);
            }

            if (EndedSince(last, task) is { } ended && snapshot.Settings.Placements.HostOf(ended) is { Length: > 0 } host && host == ended.Node)
            {
                if (IsGoodForHost(ended))
                {
                    good.Add(host);
                }
                else if (IsFaultOfHost(task, ended))
                {
                    failed.Add(host);
                }
            }
        }

        if (before.Probations.IsEmpty && failed.Count == 0)
        {
            return before.Probations;
        }

        var probations = before.Probations.RemoveRange([.. good, .. Restarted(snapshot, before.Probations)]);
        foreach (var host in claimed)
        {
            probations = WithoutUnclaimed(probations, host);
        }

        foreach (var host in failed)
        {
            probations = Record(probations, host, isRun: true, (snapshot.Uptime, now));
        }

        return failed.Count > 0 && probations.Values.Count(p => p.FailedRuns > 0) is > 1 and var failing && 2 * failing > snapshot.Nodes.Count ? WithoutRuns(probations) : probations;
    }

    // It failed for want of what its host should have had.
    private static bool IsOfInfrastructure(TaskAttempt attempt) =>
        (attempt.Outcome == AttemptOutcome.Failed || attempt.Outcome == AttemptOutcome.GivenBack)
        && (attempt.Reason == Reasons.DiskPressure || new FailureReason(attempt.Reason ?? "").IsInfrastructure());

    private static ImmutableDictionary<string, NodeProbation> Record(
        ImmutableDictionary<string, NodeProbation> probations, string node, bool isRun, (TimeSpan Uptime, DateTimeOffset Day) at)
    {
        var before = probations.GetValueOrDefault(node);
        var failures = (before?.Failures ?? 0) + 1;
        var pause = Pause(failures);
        return probations.SetItem(node, new NodeProbation(failures, at.Uptime + pause)
        {
            FailedRuns = (before?.FailedRuns ?? 0) + (isRun ? 1 : 0),
            Ends = at.Day + pause,
        });
    }

    // The attempt that the task was in, once it has ended.
    private static TaskAttempt? EndedSince(ObservedTask? last, AgenticTask task) =>
        last is not null && last.Phase != TaskPhase.Pending && (last.Phase != task.PhaseOrPending() || last.Attempt != task.Status.Attempt)
            ? task.Status.Attempts.LastOrDefault(a => a.Attempt == last.Attempt)
            : null;

    // What the model or the task failed shows that the host does its part; a run that hung or was stopped shows nothing.
    private static bool IsGoodForHost(TaskAttempt attempt) =>
        attempt.Outcome == AttemptOutcome.Succeeded
        || (attempt.IsFailure() && !IsOfInfrastructure(attempt) && attempt.Reason != FailureReason.Timeout.Value && attempt.Reason != FailureReason.Cancelled.Value);

    // The second failure of a task says more about the task. A model server elsewhere is no fault of the host.
    private static bool IsFaultOfHost(AgenticTask task, TaskAttempt attempt) =>
        IsOfInfrastructure(attempt)
        && task.Status.Attempts.First(IsOfInfrastructure) == attempt
        && ((attempt.Reason != FailureReason.InferenceServiceUnavailable.Value && attempt.Reason != FailureReason.ModelMismatch.Value)
            || task.Status.Model?.Url is not { } url || ServerUrl.IsLoopback(url));

    private static IEnumerable<string> Restarted(ClusterSnapshot snapshot, ImmutableDictionary<string, NodeProbation> probations) => probations.Keys.Where(n =>
        snapshot.State.Leases.GetValueOrDefault(n)?.Holder is { } old
        && snapshot.Leases.FirstOrDefault(l => l.Metadata.Name == Labels.LeaseName(n))?.Spec?.HolderIdentity is { Length: > 0 } now
        && now != old);

    private static ImmutableDictionary<string, NodeProbation> WithoutUnclaimed(ImmutableDictionary<string, NodeProbation> probations, string host) =>
        !probations.TryGetValue(host, out var known) ? probations
        : known.FailedRuns == 0 ? probations.Remove(host)
        : probations.SetItem(host, known with { Failures = known.FailedRuns });

    private static ImmutableDictionary<string, NodeProbation> WithoutRuns(ImmutableDictionary<string, NodeProbation> probations)
    {
        foreach (var (host, known) in probations.Where(p => p.Value.FailedRuns > 0))
        {
            probations = known.Failures == known.FailedRuns ? probations.Remove(host) : probations.SetItem(host, known with { Failures = known.Failures - known.FailedRuns, FailedRuns = 0 });
        }

        return probations;
    }
}
