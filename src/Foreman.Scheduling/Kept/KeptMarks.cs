using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>The marks that a decision leaves.</summary>
/// <param name="ByPlace">Those of tasks by their places; null for a task that has none.</param>
/// <param name="Classes">The classes that they refer to, with their groups; null for one that is gone.</param>
/// <param name="Single">Places of the tasks whose marks have no group.</param>
/// <param name="Without">Places of the waiting tasks that have none.</param>
internal sealed record KeptMarks(Chunks<QuietMark?> ByPlace, KeptClass?[] Classes, int[] Single, IReadOnlyList<int> Without)
{
    /// <summary>Uptime at which the first write that is held falls due; null when none is held.</summary>
    public TimeSpan? Due { get; init; }

    /// <summary>True when one of the marks depends on what quotas say.</summary>
    public bool DependOnQuotas { get; init; }

    /// <summary>No marks.</summary>
    /// <param name="lists">The tasks.</param>
    public static KeptMarks None(TaskLists lists) => new(new(new QuietMark?[lists.Count]), [], [], lists.Waiting);

    /// <summary>The marks that are left: those of tasks that are the same objects and wait as before.</summary>
    /// <param name="recalled">The tasks now.</param>
    /// <param name="tasks">All of them by their places.</param>
    public KeptMarks For(Recalled recalled, IReadOnlyList<AgenticTask> tasks) =>
        recalled.AllSame ? this
        : recalled is { IsAnswered: true, Diff: { IsInPlace: true } diff } ? Cleared(diff.ChangedPlaces, tasks)
        : Moved(recalled.Diff!, recalled.Lists);

    private KeptMarks Cleared(IReadOnlyList<int> changed, IReadOnlyList<AgenticTask> tasks)
    {
        var (gone, classes) = (changed.ToHashSet(), (KeptClass?[])Classes.Clone());
        foreach (var group in changed.Select(place => ByPlace[place]?.Group).OfType<QuietGroup>().Distinct())
        {
            classes[group.Class] = classes[group.Class]?.Without(group, gone);
        }

        return this with
        {
            ByPlace = ByPlace.With([.. changed], static _ => null),
            Classes = classes,
            Single = [.. Single.Where(place => !gone.Contains(place))],
            Without = [.. Without.Where(place => !gone.Contains(place)), .. changed.Where(place => TaskLists.IsWaiting(tasks[place]))],
        };
    }

    // A task may have come to wait for the answer to a decision, and be the same object.
    private KeptMarks Moved(TaskDiff diff, TaskLists lists)
    {
        var (now, marks, without) = (new int[ByPlace.Count], new QuietMark?[lists.Count], new List<int>());
        Array.Fill(now, -1);
        foreach (var place in lists.Waiting)
        {
            if (diff.From(place) is >= 0 and var old && ByPlace[old] is { } mark)
            {
                (now[old], marks[place]) = (place, mark);
            }
            else
            {
                without.Add(place);
            }
        }

        return this with
        {
            ByPlace = new(marks),
            Classes = [.. Classes.Select(c => c is { Groups.Count: > 0 } ? c.Moved(now) : c)],
            Single = [.. Single.Select(place => now[place]).Where(place => place >= 0)],
            Without = without,
        };
    }
}

/// <summary>A class of demands as a decision left it.</summary>
/// <param name="Verdicts">The hosts as they were read.</param>
/// <param name="Why">What its tasks are told because no host takes them; null where they are told of quotas only, or not all were told.</param>
/// <param name="Nearest">The host that is named to them; of no meaning without <paramref name="Why"/>.</param>
internal sealed record KeptClass(DemandVerdicts Verdicts, PendingReason? Why, Nearness Nearest)
{
    /// <summary>The groups of its tasks.</summary>
    public IReadOnlyList<KeptGroup> Groups { get; init; } = [];

    /// <summary>True when tasks are to be told something that they don't say, and it is not known that its time has not come.</summary>
    public bool IsOpen => Groups.Any(g => g.Key.Says != Why && (g.Held is null || g.Held.Why != Why));

    /// <summary>The class without some tasks.</summary>
    /// <param name="group">The group that has them.</param>
    /// <param name="gone">Their places.</param>
    public KeptClass Without(QuietGroup group, HashSet<int> gone) => With(Groups.Select(g => g.Key == group ? g.Without(gone) : g));

    /// <summary>The class after tasks have come to other places.</summary>
    /// <param name="now">The place that each task has now by the one that it had; less than zero for one that has no mark any more.</param>
    public KeptClass Moved(int[] now) => With(Groups.Select(g => g.Moved(now)));

    /// <summary>The class with other groups; those without tasks are left out.</summary>
    /// <param name="groups">The groups.</param>
    public KeptClass With(IEnumerable<KeptGroup> groups) => this with { Groups = [.. groups.Where(g => g.Places.Length > 0)] };
}
