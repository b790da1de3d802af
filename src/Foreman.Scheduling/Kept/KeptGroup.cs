using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>What waiting tasks have in common that say the same of why no host takes them, and have their turns one after the other.</summary>
/// <param name="Class">Place of their class among <see cref="KeptMarks.Classes"/>.</param>
/// <param name="Says">What they say.</param>
/// <param name="Priority">Their priority.</param>
/// <param name="Queue">Their queue.</param>
/// <param name="IsBegun">True when they go on with work that was begun.</param>
internal sealed record QuietGroup(int Class, PendingReason Says, int Priority, QueueKey Queue, bool IsBegun)
{
    /// <summary>The group of a task that says what its class is told.</summary>
    /// <param name="like">Place of its class.</param>
    /// <param name="says">What it says.</param>
    /// <param name="task">The task.</param>
    /// <param name="index">All tasks.</param>
    public static QuietGroup Of(int like, PendingReason says, AgenticTask task, TaskIndex index) =>
        new(like, says, task.Spec.Priority ?? 0, QueueKey.Of(task), BegunWork.IsContinuedBy(task, index));

    // One is looked up for each task: texts take longer to hash than they tell apart.
    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Class, Priority, Queue, IsBegun);
}

/// <summary>The tasks of a group.</summary>
/// <param name="Key">What they have in common.</param>
/// <param name="Places">Their places, in the order of their turns.</param>
internal sealed record KeptGroup(QuietGroup Key, int[] Places)
{
    /// <summary>When each of them was told what it says; null while nobody has asked.</summary>
    public ToldMember[]? Told { get; init; }

    /// <summary>Until when nothing else is told to any of them; null when that is not known.</summary>
    public HeldGroup? Held { get; init; }

    /// <summary>The group without some tasks.</summary>
    /// <param name="gone">Their places.</param>
    public KeptGroup Without(HashSet<int> gone) => Only(place => !gone.Contains(place), static place => place);

    /// <summary>The group after tasks have come to other places.</summary>
    /// <param name="now">The place that each task has now by the one that it had; less than zero for one that is no more in the group.</param>
    public KeptGroup Moved(int[] now) => Only(place => now[place] >= 0, place => now[place]);

    /// <summary>The group with more tasks.</summary>
    /// <param name="added">Their places.</param>
    /// <param name="tasks">All tasks by their places.</param>
    public KeptGroup With(IEnumerable<int> added, IReadOnlyList<AgenticTask> tasks)
    {
        var entries = QueueOrder.Sort(added.Select(place => new QueueEntry(tasks[place]) { Place = place }));
        var (merged, from, to) = (new int[Places.Length + entries.Length], 0, 0);
        foreach (var entry in entries)
        {
            var behind = FirstBehind(entry, from, tasks);
            Array.Copy(Places, from, merged, to, behind - from);
            to += behind - from;
            from = behind;
            merged[to++] = entry.Place;
        }

        Array.Copy(Places, from, merged, to, Places.Length - from);
        return new(Key, merged);
    }

    private KeptGroup Only(Func<int, bool> stays, Func<int, int> now)
    {
        int[] left = [.. Enumerable.Range(0, Places.Length).Where(i => stays(Places[i]))];
        int[] places = [.. left.Select(i => now(Places[i]))];
        return left.Length == Places.Length ? this with { Places = places } : new(Key, places) { Told = Told is { } told ? [.. left.Select(i => told[i])] : null };
    }

    private int FirstBehind(QueueEntry entry, int from, IReadOnlyList<AgenticTask> tasks)
    {
        var to = Places.Length;
        while (from < to)
        {
            var middle = from + ((to - from) / 2);
            (from, to) = new QueueEntry(tasks[Places[middle]]).CompareTo(entry) < 0 ? (middle + 1, to) : (from, middle);
        }

        return from;
    }
}

/// <summary>When a task was told what it says.</summary>
/// <param name="Last">What is recorded of that; null for nothing.</param>
/// <param name="Factor">That of the task, as <see cref="ExplanationPace.FactorOf"/> gives it.</param>
internal readonly record struct ToldMember(RecordedWrite? Last, double Factor);

/// <summary>A group of which no task is told yet what its class is told now, as only numbers are others.</summary>
/// <param name="Why">What the class is told.</param>
/// <param name="Waiting">How many tasks wait.</param>
/// <param name="Due">Uptime at which the first of them is told it.</param>
internal sealed record HeldGroup(PendingReason Why, int Waiting, TimeSpan Due)
{
    /// <summary>True while it stays so.</summary>
    /// <param name="why">What the class is told now.</param>
    /// <param name="waiting">How many tasks wait now.</param>
    /// <param name="uptime">Uptime of the decision.</param>
    public bool HoldsFor(PendingReason why, int waiting, TimeSpan uptime) => Waiting == waiting && Due > uptime && Why == why;
}
