using System.Globalization;
using System.Text;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads;

/// <summary>How an issue that was taken in stands.</summary>
internal enum MarkState
{
    /// <summary>It is worked on.</summary>
    InProgress,

    /// <summary>Its Workload completed.</summary>
    Done,

    /// <summary>Its Workload failed.</summary>
    Failed,

    /// <summary>Its Workload was cancelled because the issue was closed, lost its label, or the source was cancelled.</summary>
    Dropped,
}

/// <summary>A mark as it is noted with the Workload of the issue.</summary>
/// <param name="State">What it says.</param>
/// <param name="At">When it was written.</param>
internal readonly record struct NotedMark(MarkState State, DateTimeOffset At);

/// <summary>What issues are marked with, and when. Pure.</summary>
internal static class IntakeMarks
{
    /// <summary>Label of an issue that is worked on.</summary>
    public const string InProgress = "foreman:in-progress";

    /// <summary>Label of an issue whose Workload completed.</summary>
    public const string Done = "foreman:done";

    /// <summary>Label of an issue whose Workload failed.</summary>
    public const string Failed = "foreman:failed";

    /// <summary>Lists of forges may be a little behind their writes.</summary>
    public static readonly TimeSpan ListsMayLag = TimeSpan.FromMinutes(2);

    private const int MostSteps = 10;
    private const int MostPullRequests = 10;
    private const int MostReason = 1024;

    /// <summary>True when an issue has a label that says that somebody has taken it.</summary>
    public static bool Has(LabelledIssue issue) => issue.Has(InProgress) || HasEnded(issue);

    /// <summary>True when an issue has a label that says that work on it has ended.</summary>
    public static bool HasEnded(LabelledIssue issue) => issue.Has(Done) || issue.Has(Failed);

    /// <summary>How the issue of a Workload stands.</summary>
    public static MarkState StateOf(Workload child) =>
        !IntakeChild.HasEnded(child) ? MarkState.InProgress
        : child.Status?.Phase == WorkloadPhase.Completed ? MarkState.Done
        : IntakeChild.CancelledBecause(child) is not null ? MarkState.Dropped
        : MarkState.Failed;

    /// <summary>What was marked last; null for nothing.</summary>
    public static NotedMark? NotedOf(Workload child) =>
        child.Metadata.Annotations?.GetValueOrDefault(Labels.IntakeMark)?.Split(' ') is [var word, var time]
        && Enum.TryParse<MarkState>(word, out var state) && Enum.IsDefined(state)
        && DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? new(state, at)
            : null;

    /// <summary>The mark that the issue of a Workload lacks; null for none.</summary>
    /// <param name="child">The Workload.</param>
    /// <param name="listed">The issue as the forge lists it; null when it does not.</param>
    /// <param name="listedAt">When that list was read; null for no list.</param>
    public static ForgeMark? Due(Workload child, LabelledIssue? listed, DateTimeOffset? listedAt)
    {
        if (IntakeChild.IssueOf(child) is not { } issue)
        {
            return null;
        }

        var (state, noted) = (StateOf(child), NotedOf(child));

        // Where the label is gone, another cluster that looks for the same one would take the issue as well.
        var isLost = state == MarkState.InProgress && noted is { } last && listedAt - last.At >= ListsMayLag && listed is not null && !Has(listed);
        return noted?.State == state && !isLost ? null : new()
        {
            Child = child,
            Issue = issue,
            Key = $"intake/{child.Uid()}",
            Text = Text(child, state),
            Add = LabelOf(state),
            Remove = state != MarkState.InProgress ? InProgress : noted is { } before && LabelOf(before.State) is { } old && old != InProgress ? old : null,
            IsListed = listed is not null || listedAt is null,
            State = state.ToString(),
        };
    }

    private static string? LabelOf(MarkState state) => state switch
    {
        MarkState.InProgress => InProgress,
        MarkState.Done => Done,
        MarkState.Failed => Failed,
        _ => null,
    };

    private static string Text(Workload child, MarkState state)
    {
        var name = $"Workload `{child.Namespace()}/{child.Name()}`";
        var reason = child.Status?.Conditions.Find(ConditionTypes.Completed)?.Reason;
        var text = new StringBuilder(state switch
        {
            MarkState.InProgress => $"{name} works on this issue. The label `{InProgress}` stays until it has ended.",
            MarkState.Done => reason == Reasons.AllAlreadyResolved ? $"{name} found this done before." : $"{name} completed.",
            MarkState.Failed => $"{name} failed ({reason}). Take the label `{Failed}` away to have the issue taken in again.",
            _ => $"{name} was cancelled. {Texts.Cut(IntakeChild.CancelledBecause(child)!, MostReason)}",
        });
        if (state == MarkState.InProgress)
        {
            return text.ToString();
        }

        foreach (var pull in (child.Status?.PullRequests ?? []).Take(MostPullRequests))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n- Pull request: {pull}");
        }

        // What models wrote of their ends stays in the cluster.
        foreach (var step in (child.Status?.Plan ?? []).Where(s => state == MarkState.Failed && s.Superseded != true && (s.State == StepState.Failed || s.State == StepState.Incomplete)).Take(MostSteps))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n- Step `{step.Name}`: {string.Join(", ", new[] { step.State.Value, step.Verdict?.Value, step.Reason?.Value }.Where(w => w is { Length: > 0 }))}");
        }

        return text.ToString();
    }
}
