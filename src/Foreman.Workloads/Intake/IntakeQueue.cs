using System.Collections.Immutable;
using System.Globalization;
using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>Which issues are taken, which wait and which are not for this Workload: those with the smallest number first. Pure.</summary>
internal sealed record IntakeQueue
{
    /// <summary>Most issues whose reason is kept.</summary>
    public const int MostSkipped = 50;

    private const int MostReason = 300;
    private const string NoLane = "it has the label of no lane, and spec.coderAgentRef is not given";
    private const string InProgressElsewhere = $"it has the label {IntakeMarks.InProgress} and no Workload of this source; take the label away when nobody works on it";

    /// <summary>Issues to take now.</summary>
    public ImmutableArray<LabelledIssue> Taken { get; private init; } = [];

    /// <summary>How many wait for room, or for what has to be asked first.</summary>
    public int Waiting { get; private init; }

    /// <summary>Issues that are not taken.</summary>
    public ImmutableArray<SkippedIssue> Skipped { get; private init; } = [];

    /// <summary>Branches that have to be asked for before more can be taken.</summary>
    public ImmutableArray<string> Unknown { get; private init; } = [];

    /// <summary>True when open pull requests have to be asked for before anything can be taken.</summary>
    public bool NeedsPullRequests { get; private init; }

    /// <summary>Decides about all issues of the list.</summary>
    /// <param name="snapshot">The Workload and what is known.</param>
    /// <param name="mayTake">False while nothing is taken: it is suspended, cancelled, or can't be done.</param>
    public static IntakeQueue Of(IntakeSnapshot snapshot, bool mayTake)
    {
        var source = snapshot.Workload.Spec.Source!;
        var live = snapshot.Children.Where(c => !IntakeChild.HasEnded(c)).ToArray();
        var room = mayTake ? (source.MaxInProgress ?? IntakeRules.DefaultInProgress) - live.Length : 0;
        var lanes = RoomsOf(source, live);
        var (taken, skipped, unknown) = (ImmutableArray.CreateBuilder<LabelledIssue>(), ImmutableArray.CreateBuilder<SkippedIssue>(), ImmutableArray.CreateBuilder<string>());
        var (waiting, asking, needsPulls) = (0, 0, false);
        foreach (var issue in FreeOf(snapshot))
        {
            if (Obstacle(snapshot, issue) is { } why)
            {
                skipped.Add(new() { Issue = issue.Number, Reason = Texts.Cut(why, MostReason) });
                continue;
            }

            var fits = taken.Count + asking < room && TakeRoom(lanes, IntakeChild.LaneOf(source, issue)?.Label);
            var branches = UnknownBranches(snapshot, issue);
            var isAsked = snapshot.PullRequests is not null && branches.IsEmpty;
            if (fits && isAsked)
            {
                taken.Add(issue);
                continue;
            }

            needsPulls |= fits && snapshot.PullRequests is null;
            if (fits && !branches.IsEmpty)
            {
                unknown.AddRange(branches);
                asking++;
            }

            // What the forge was asked for and said last stands while nobody asks.
            if (!isAsked && snapshot.Workload.Status?.Intake?.Skipped?.FirstOrDefault(s => s.Issue == issue.Number) is { Reason: not (NoLane or InProgressElsewhere) } before)
            {
                skipped.Add(before);
            }
            else
            {
                waiting++;
            }
        }

        return new()
        {
            Taken = taken.ToImmutable(),
            Waiting = waiting,
            Skipped = [.. skipped.Take(MostSkipped)],
            Unknown = unknown.ToImmutable(),
            NeedsPullRequests = needsPulls,
        };
    }

    // Issues that no Workload of this source works on and that have not ended, in their order.
    private static IEnumerable<LabelledIssue> FreeOf(IntakeSnapshot snapshot)
    {
        var begun = snapshot.Children.Select(IntakeChild.IssueOf).OfType<int>().Select(i => (long)i).ToHashSet();
        return (snapshot.Listing?.Issues ?? []).Where(i => !begun.Contains(i.Number) && !IntakeMarks.HasEnded(i)).DistinctBy(i => i.Number).OrderBy(i => i.Number);
    }

    // What is left of the lanes that have a limit, by label.
    private static Dictionary<string, int> RoomsOf(WorkloadSource source, Workload[] live) => (source.Lanes ?? [])
        .Where(l => l.MaxInProgress is not null)
        .DistinctBy(l => l.Label, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(
            l => l.Label,
            l => l.MaxInProgress!.Value - live.Count(c => string.Equals(IntakeChild.LaneLabelOf(c), l.Label, StringComparison.OrdinalIgnoreCase)),
            StringComparer.OrdinalIgnoreCase);

    private static bool TakeRoom(Dictionary<string, int> lanes, string? lane)
    {
        if (lane is null || !lanes.TryGetValue(lane, out var left))
        {
            return true;
        }

        lanes[lane] = left - 1;
        return left > 0;
    }

    private static ImmutableArray<string> UnknownBranches(IntakeSnapshot snapshot, LabelledIssue issue) =>
        snapshot.Workload.Spec.AllowOverwrite == true ? [] : IntakeChild.Branches(snapshot.Workload, issue).RemoveAll(snapshot.Branches.ContainsKey);

    // Why an issue is not for this Workload; null when it is.
    private static string? Obstacle(IntakeSnapshot snapshot, LabelledIssue issue)
    {
        var spec = snapshot.Workload.Spec;
        if (issue.Number is < 1 or > IntakeChild.MaxIssue)
        {
            return Text($"its number has more than {IntakeChild.MaxDigits} digits");
        }

        if (issue.Has(IntakeMarks.InProgress))
        {
            return InProgressElsewhere;
        }

        if (IntakeChild.CoderOf(spec, IntakeChild.LaneOf(spec.Source!, issue)) is null)
        {
            return NoLane;
        }

        if (snapshot.Obstacles.GetValueOrDefault(IntakeChild.Name(snapshot.Workload, issue.Number)) is { } obstacle)
        {
            return obstacle;
        }

        if (snapshot.PullRequests?.Where(p => p.IsAbout(issue.Number, RepositoryOf(spec))).MinBy(p => p.Number) is { } pull)
        {
            return Text($"pull request #{pull.Number} is about it");
        }

        return spec.AllowOverwrite != true && IntakeChild.Branches(snapshot.Workload, issue).FirstOrDefault(b => snapshot.Branches.GetValueOrDefault(b)) is { } branch
            ? $"branch {branch} is there from before: delete it, or set spec.allowOverwrite"
            : null;
    }

    // The full name, where an address is given.
    private static string RepositoryOf(WorkloadSpec spec) =>
        Uri.TryCreate(spec.Repo, UriKind.Absolute, out var address) && address.AbsolutePath.Trim('/') is { Length: > 0 } path
            ? path.EndsWith(".git", StringComparison.Ordinal) ? path[..^4] : path
            : spec.Repo ?? "";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
