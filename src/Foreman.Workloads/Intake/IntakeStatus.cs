using System.Collections.Immutable;
using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads;

/// <summary>Writes the status of a Workload that takes issues in. Pure.</summary>
internal static class IntakeStatus
{
    private const int MostMessage = 4096;

    /// <summary>The status.</summary>
    /// <param name="snapshot">The Workload and what is known.</param>
    /// <param name="queue">Which issues are taken.</param>
    /// <param name="fault">Why it can't take any; null when it can.</param>
    /// <param name="unmarked">How many marks are to be written.</param>
    /// <param name="now">Time of day.</param>
    public static WorkloadStatus Of(IntakeSnapshot snapshot, IntakeQueue queue, PlanFault? fault, int unmarked, DateTimeOffset now)
    {
        var workload = snapshot.Workload;
        var live = snapshot.Children.Count(c => !IntakeChild.HasEnded(c)) + queue.Taken.Length;
        var intake = Counts(snapshot) with
        {
            InProgress = live,
            Waiting = snapshot.Listing is null ? workload.Status?.Intake?.Waiting ?? 0 : queue.Waiting,
            Skipped = snapshot.Listing is null ? workload.Status?.Intake?.Skipped : queue.Skipped.IsEmpty ? null : queue.Skipped,
        };

        // A forge that is away for good does not keep it from its end.
        var ended = snapshot.Children.Count == 0 || snapshot.Children.All(c => IntakeChild.HasEnded(c) && (unmarked == 0 || now - EndOf(c) >= IntakeEngine.Kept));
        var isOver = workload.Spec.Cancel == true && live == 0 && ended;
        var phase = isOver ? (snapshot.Children.Any(c => IntakeMarks.StateOf(c) == MarkState.Dropped) ? WorkloadPhase.Failed : WorkloadPhase.Completed)
            : snapshot.Listing is not null || snapshot.Children.Count > 0 || workload.Status?.Phase == WorkloadPhase.Dispatched ? WorkloadPhase.Dispatched
            : WorkloadPhase.Planning;
        return (workload.Status ?? new()) with
        {
            Phase = phase,
            Intake = intake,
            InFlightTasks = live,
            SucceededTasks = intake.Completed,
            FailedTasks = intake.Failed,
            ObservedGeneration = workload.Metadata.Generation,
            Conditions = ConditionsOf(snapshot, intake, fault, phase, now),
        };
    }

    /// <summary>Events about what the status says for the first time.</summary>
    public static IEnumerable<WorkloadEvent> Events(IntakeSnapshot snapshot, WorkloadStatus after)
    {
        var before = snapshot.Workload.Status?.Intake;
        var told = (before?.Skipped ?? []).ToHashSet();
        foreach (var skipped in (after.Intake?.Skipped ?? []).Where(s => !told.Contains(s)))
        {
            yield return new(Warning: false, Reasons.IssueSkipped, Text($"Issue #{skipped.Issue} is not taken: {skipped.Reason}."));
        }

        foreach (var child in snapshot.Children.Where(c => IntakeChild.HasEnded(c) && before?.Counted?.Contains(c.Uid()) != true))
        {
            var isGood = child.Status?.Phase == WorkloadPhase.Completed;
            yield return new(
                Warning: !isGood,
                Reasons.Completed,
                Text($"Issue #{IntakeChild.IssueOf(child)}: Workload {child.Name()} {(isGood ? "completed" : "failed")} ({child.Status?.Conditions.Find(ConditionTypes.Completed)?.Reason})."));
        }

        foreach (var other in StatusWriter.Events(snapshot.Workload, after))
        {
            yield return other;
        }
    }

    // Those that are counted already are named in the same write as the counts, until they are gone.
    private static WorkloadIntake Counts(IntakeSnapshot snapshot)
    {
        var before = snapshot.Workload.Status?.Intake ?? new();
        var known = (before.Counted ?? []).ToHashSet(StringComparer.Ordinal);
        var ended = snapshot.Children.Where(c => IntakeChild.HasEnded(c) && !known.Contains(c.Uid())).ToArray();
        var there = snapshot.Children.Select(c => c.Uid()).ToHashSet(StringComparer.Ordinal);
        var counted = (before.Counted ?? []).Where(there.Contains).Concat(ended.Select(c => c.Uid())).ToImmutableArray();
        return before with
        {
            Completed = (before.Completed ?? 0) + ended.Count(c => c.Status?.Phase == WorkloadPhase.Completed),
            Failed = (before.Failed ?? 0) + ended.Count(c => c.Status?.Phase != WorkloadPhase.Completed),
            Counted = counted.IsEmpty ? null : counted,
        };
    }

    private static DateTimeOffset EndOf(Workload child) => child.Status?.Conditions.Find(ConditionTypes.Completed)?.LastTransitionTime ?? DateTimeOffset.MinValue;

    private static IReadOnlyList<V1Condition> ConditionsOf(IntakeSnapshot snapshot, WorkloadIntake intake, PlanFault? fault, WorkloadPhase phase, DateTimeOffset now)
    {
        var (workload, spec) = (snapshot.Workload, snapshot.Workload.Spec);
        var conditions = workload.Status?.Conditions ?? (IReadOnlyList<V1Condition>)[];
        var problem = fault is not null ? (fault.Reason, fault.Message)
            : snapshot.Unreadable is { } unread ? (Reasons.SourceUnreadable, $"{unread} It is tried again.")
            : snapshot.Unwritable is { } unwritten ? (Reasons.SourceUnwritable, $"{unwritten} It is tried again.")
            : ((string Reason, string Message)?)null;
        if (problem is { } told)
        {
            Set(ConditionTypes.Planned, false, told.Reason, told.Message);
        }
        else if (snapshot.Listing is { } listing)
        {
            Set(
                ConditionTypes.Planned, true, Reasons.PlannerSucceeded,
                $"Open issues of {spec.Repo} with the label \"{spec.Source!.Label}\" are taken in{(listing.IsCut ? "; there are more than are read" : "")}.");
        }

        if (spec.Suspend == true)
        {
            Set(ConditionTypes.Suspended, true, Reasons.Suspended, "spec.suspend is set; clear it to go on.");
        }
        else
        {
            conditions = conditions.Without(ConditionTypes.Suspended);
        }

        var counts = Text($"{intake.InProgress} in progress, {intake.Waiting} waiting, {intake.Skipped?.Count ?? 0} not taken, {intake.Completed} completed, {intake.Failed} failed.");
        if (phase == WorkloadPhase.Planning)
        {
            conditions = conditions.Without(ConditionTypes.Completed);
        }
        else if (phase != WorkloadPhase.Dispatched)
        {
            Set(ConditionTypes.Dispatched, false, Reasons.ChildrenEnded, "The Workloads of all issues have ended.");
            Set(ConditionTypes.Completed, true, Reasons.Cancelled, Text($"spec.cancel is set. {intake.Completed} issues completed, {intake.Failed} failed."));
        }
        else
        {
            Set(ConditionTypes.Dispatched, true, Reasons.ChildrenInFlight, counts);
            conditions = conditions.Without(ConditionTypes.Completed);
        }

        return conditions;

        void Set(string type, bool isTrue, string reason, string message) => conditions = conditions.SetFor(
            workload, new() { Type = type, Status = isTrue ? Conditions.True : Conditions.False, Reason = reason, Message = Texts.Cut(message, MostMessage) }, now);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
