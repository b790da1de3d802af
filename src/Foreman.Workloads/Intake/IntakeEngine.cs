using System.Collections.Immutable;
using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads;

/// <summary>
/// What follows for a Workload with <c>spec.source</c> from its issues and the Workloads that work on them. Each issue that is taken
/// gets a Workload of its own, whose name is the claim; the label on the forge tells other clusters. Pure.
/// </summary>
public static class IntakeEngine
{
    /// <summary>How long a Workload of an issue is kept after it has ended and its issue was marked.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    /// <summary>Most marks of one decision, so that one round stays short.</summary>
    public const int MostMarks = 20;

    /// <summary>True when a Workload takes issues in, so that this decides about it.</summary>
    public static bool IsFor(Workload workload) => workload.Spec.Source is not null;

    /// <summary>True when nothing is left to do for it until its spec changes.</summary>
    public static bool HasEnded(Workload workload) => workload.Status?.Conditions is { } conditions
        && conditions.Find(ConditionTypes.Completed)?.Status == Conditions.True
        && (conditions.IsCurrent(ConditionTypes.Completed, workload) || workload.Spec.Cancel == true);

    /// <summary>True when the issues of a Workload are of interest.</summary>
    public static bool NeedsListing(Workload workload) => !workload.IsDeleting() && !HasEnded(workload) && IntakeRules.Fault(workload) is null;

    /// <summary>True when Workloads can be labelled with its name, and be looked for by it.</summary>
    public static bool CanBeLabel(Workload workload) => workload.Name().Length <= StepNames.MaxLength;

    /// <summary>What has to be asked before <see cref="Decide"/> takes all issues that there is room for.</summary>
    public static IntakeQuestions Ask(IntakeSnapshot snapshot)
    {
        var queue = IntakeQueue.Of(snapshot, MayTake(snapshot));
        return new(queue.NeedsPullRequests, queue.NeedsPullRequests ? [] : queue.Unknown);
    }

    /// <summary>Decides what is to be done now. The same stored objects give the same decision, in whatever order they came.</summary>
    /// <param name="snapshot">The Workload, those of its issues, and what the forge says.</param>
    /// <param name="now">Time of day.</param>
    public static IntakeDecision Decide(IntakeSnapshot snapshot, DateTimeOffset now)
    {
        var workload = snapshot.Workload;
        if (workload.IsDeleting())
        {
            return IntakeDecision.Nothing;
        }

        if (HasEnded(workload))
        {
            return workload.Status!.ObservedGeneration == workload.Metadata.Generation
                ? IntakeDecision.Nothing
                : new() { Status = workload.Status with { ObservedGeneration = workload.Metadata.Generation } };
        }

        snapshot = snapshot with { Children = [.. snapshot.Children.OrderBy(IntakeChild.IssueOf).ThenBy(c => c.Name(), StringComparer.Ordinal)] };
        var fault = IntakeRules.Fault(workload);
        if (fault is not null && snapshot.Children.Count == 0 && workload.Spec.Cancel != true)
        {
            var refused = StatusWriter.Of(workload, fault, now);
            return StatusComparison.AreEqual(workload.Status, refused) ? IntakeDecision.Nothing : new() { Status = refused, Events = [.. StatusWriter.Events(workload, refused)] };
        }

        var marks = snapshot.Children.Where(c => !c.IsDeleting()).Select(c => IntakeMarks.Due(c, Listed(snapshot, c), snapshot.Listing?.At)).OfType<ForgeMark>().ToImmutableArray();
        var free = marks.RemoveAll(m => snapshot.Held.ContainsKey(m.Child.Uid()));
        snapshot = snapshot with { Unwritable = snapshot.Unwritable ?? marks.Select(m => snapshot.Held.GetValueOrDefault(m.Child.Uid())).FirstOrDefault(w => w is not null) };
        var queue = IntakeQueue.Of(snapshot, MayTake(snapshot));
        var creates = queue.Taken.Select(i => IntakeChild.Of(workload, i)).ToImmutableArray();
        var status = IntakeStatus.Of(snapshot, queue, fault, marks.Length, now);
        var isNew = !StatusComparison.AreEqual(workload.Status, status);
        return new()
        {
            Creates = creates,
            Changes = [.. snapshot.Children.Where(c => !c.IsDeleting() && !IntakeChild.HasEnded(c)).Select(c => Change(snapshot, c)).OfType<IntakeChange>()],
            Marks = free.Length > MostMarks ? free[..MostMarks] : free,
            Status = isNew ? status : null,
            Deletes = [.. snapshot.Children.Where(c => IsToBeDeleted(snapshot, c, now))],
            Events = [.. isNew ? IntakeStatus.Events(snapshot, status) : []],
        };
    }

    /// <summary>The issue of a child as the forge lists it; null when it does not, or lists the issues of something else.</summary>
    internal static LabelledIssue? Listed(IntakeSnapshot snapshot, Workload child) =>
        IntakeChild.IsOfSource(child, snapshot.Workload.Spec) ? Find(snapshot.Listing, IntakeChild.IssueOf(child)) : null;

    private static bool MayTake(IntakeSnapshot snapshot) =>
        snapshot.Workload.Spec is { Cancel: not true, Suspend: not true } && !HasEnded(snapshot.Workload) && IntakeRules.Fault(snapshot.Workload) is null;

    private static IntakeChange? Change(IntakeSnapshot snapshot, Workload child)
    {
        var (workload, spec) = (snapshot.Workload, snapshot.Workload.Spec);
        if (child.Spec.Cancel == true)
        {
            return null;
        }

        if (spec.Cancel == true)
        {
            return new CancelIntake { Child = child, Because = $"Workload {workload.Name()}, which took it in, was cancelled." };
        }

        if (IsGone(snapshot, child))
        {
            return new CancelIntake
            {
                Child = child,
                Because = string.Create(CultureInfo.InvariantCulture, $"Issue #{IntakeChild.IssueOf(child)} was closed, or its label \"{spec.Source!.Label}\" was taken away."),
            };
        }

        // One that a person suspended stays so.
        var byUs = child.Metadata.Annotations?.ContainsKey(Labels.SuspendedByWorkload) == true;
        return spec.Suspend == true && child.Spec.Suspend != true ? new SuspendIntake { Child = child, Suspended = true }
            : spec.Suspend != true && byUs ? new SuspendIntake { Child = child, Suspended = false }
            : null;
    }

    // A merge closes the issue as well, and one list alone may be behind.
    private static bool IsGone(IntakeSnapshot snapshot, Workload child) =>
        IntakeChild.IsOfSource(child, snapshot.Workload.Spec)
        && child.Status?.FollowUps is not { Count: > 0 }
        && IsMissing(snapshot.Listing, child) && IsMissing(snapshot.Previous, child);

    private static bool IsMissing(IntakeListing? listing, Workload child) => listing is { IsCut: false } && Find(listing, IntakeChild.IssueOf(child)) is null;

    private static LabelledIssue? Find(IntakeListing? listing, int? number) => listing?.Issues.FirstOrDefault(i => i.Number == number);

    // Only what stands in the counts may go: what is counted later would not be there to be counted.
    private static bool IsToBeDeleted(IntakeSnapshot snapshot, Workload child, DateTimeOffset now)
    {
        if (child.IsDeleting() || !IntakeChild.HasEnded(child) || snapshot.Workload.Status?.Intake?.Counted?.Contains(child.Uid()) != true
            || IntakeMarks.NotedOf(child) is not { } noted || noted.State != IntakeMarks.StateOf(child))
        {
            return false;
        }

        var isWantedAgain = MayTake(snapshot) && snapshot.Listing?.At - noted.At >= IntakeMarks.ListsMayLag && Listed(snapshot, child) is { } listed && !IntakeMarks.Has(listed);
        return isWantedAgain || now - noted.At >= Kept;
    }

    /// <summary>The event about an issue whose Workload was made.</summary>
    public static WorkloadEvent Taken(Workload child) => new(
        Warning: false,
        Reasons.IssueTaken,
        string.Create(CultureInfo.InvariantCulture, $"Issue #{IntakeChild.IssueOf(child)} is worked on by Workload {child.Name()}."));
}
