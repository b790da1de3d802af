using System.Collections.Immutable;
using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads;

/// <summary>The Workload that works on one issue: how it is made, and what it says of itself. Pure.</summary>
internal static class IntakeChild
{
    /// <summary>Most digits of an issue's number, for which names have room.</summary>
    public const int MaxDigits = 9;

    /// <summary>The largest number of an issue that is taken.</summary>
    public const long MaxIssue = 999_999_999;

    /// <summary>Name of the Workload for an issue: it is the claim, since a name is given once.</summary>
    public static string Name(Workload source, long issue) => string.Create(CultureInfo.InvariantCulture, $"{source.Name()}-{issue}");

    /// <summary>The branch that its first coder makes.</summary>
    public static string Branch(Workload source, long issue) => string.Create(CultureInfo.InvariantCulture, $"foreman/{Name(source, issue)}/issue-{issue}");

    /// <summary>All branches that coders make for it.</summary>
    public static ImmutableArray<string> Branches(Workload source, LabelledIssue issue)
    {
        var first = Branch(source, issue.Number);
        return EscalationCoderOf(source.Spec, LaneOf(source.Spec.Source!, issue)) is null ? [first] : [first, first + "-esc"];
    }

    /// <summary>The lane of an issue: the first one whose label it has; null for none.</summary>
    public static SourceLane? LaneOf(WorkloadSource source, LabelledIssue issue) => (source.Lanes ?? []).FirstOrDefault(l => issue.Has(l.Label));

    /// <summary>The Agent that writes for an issue; null when none is named.</summary>
    public static LocalObjectReference? CoderOf(WorkloadSpec spec, SourceLane? lane) => Named(lane?.CoderAgentRef) ?? Named(spec.CoderAgentRef);

    /// <summary>The Agent that writes for an issue when the first one did not get it done; null when none is named.</summary>
    public static LocalObjectReference? EscalationCoderOf(WorkloadSpec spec, SourceLane? lane) => Named(lane?.EscalationCoderAgentRef) ?? Named(spec.EscalationCoderAgentRef);

    /// <summary>Makes it: the spec of the source, for this issue alone, with the Agents of its lane.</summary>
    /// <param name="source">The Workload that takes issues in, as it is stored.</param>
    /// <param name="issue">The issue; it has a coder.</param>
    public static Workload Of(Workload source, LabelledIssue issue)
    {
        var spec = source.Spec;
        var lane = LaneOf(spec.Source!, issue);
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal) { [Labels.IntakeLabel] = spec.Source!.Label };
        if (lane is not null)
        {
            annotations[Labels.IntakeLane] = lane.Label;
        }

        return new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = Name(source, issue.Number),
                NamespaceProperty = source.Namespace(),
                Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [Labels.Intake] = source.Name() },
                Annotations = annotations,
            }.WithOwner(source),
            Spec = spec with
            {
                Source = null,
                Pipeline = null,
                PlannerModel = null,
                Decision = null,
                Suspend = null,
                Cancel = null,
                Issues = [(int)issue.Number],
                CoderAgentRef = CoderOf(spec, lane),
                EscalationCoderAgentRef = EscalationCoderOf(spec, lane),
                ReviewerAgentRefs = lane?.ReviewerAgentRefs ?? spec.ReviewerAgentRefs,
            },
        };
    }

    /// <summary>The number of its issue; null for a Workload that is no such one.</summary>
    public static int? IssueOf(Workload child) => child.Spec.Issues is [var issue] ? issue : null;

    /// <summary>The label of the lane that it was taken by; null for none.</summary>
    public static string? LaneLabelOf(Workload child) => child.Metadata.Annotations?.GetValueOrDefault(Labels.IntakeLane);

    /// <summary>True when it was taken in for what the source looks for; the source may have been changed since.</summary>
    public static bool IsOfSource(Workload child, WorkloadSpec spec) => child.Spec.Repo == spec.Repo
        && string.Equals(child.Metadata.Annotations?.GetValueOrDefault(Labels.IntakeLabel), spec.Source!.Label, StringComparison.OrdinalIgnoreCase);

    /// <summary>True once it has ended, as its spec is now.</summary>
    public static bool HasEnded(Workload child) => child.Status?.Conditions is { } conditions
        && conditions.Find(ConditionTypes.Completed)?.Status == Conditions.True
        && (conditions.IsCurrent(ConditionTypes.Completed, child) || child.Spec.Cancel == true);

    /// <summary>Why its source cancelled it; null when it did not.</summary>
    public static string? CancelledBecause(Workload child) => child.Metadata.Annotations?.GetValueOrDefault(Labels.CancelledBecause);

    private static LocalObjectReference? Named(LocalObjectReference? agent) => agent is { Name.Length: > 0 } ? agent : null;
}
