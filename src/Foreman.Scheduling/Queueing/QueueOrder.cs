using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>
/// The order within a queue and priority: the older task first, then the larger rank within its Workload, then by name. A task of a Workload is as old as that.
/// </summary>
internal static class QueueOrder
{
    /// <summary>The tasks by priority, the largest first, then in this order.</summary>
    /// <param name="tasks">The tasks.</param>
    public static QueueEntry[] Sort(IEnumerable<QueueEntry> tasks)
    {
        QueueEntry[] entries = [.. tasks];
        Array.Sort(entries, static (a, b) => a.Priority != b.Priority ? b.Priority.CompareTo(a.Priority) : a.CompareTo(b));
        return entries;
    }
}

/// <summary>A task with what its place in a queue depends on.</summary>
/// <param name="task">The task.</param>
internal sealed class QueueEntry(AgenticTask task) : IComparable<QueueEntry>
{
    /// <summary>The task.</summary>
    public AgenticTask Task => task;

    /// <summary>Its priority.</summary>
    public int Priority { get; } = task.Spec.Priority ?? 0;

    /// <summary>Its queue.</summary>
    public QueueKey Queue { get; } = QueueKey.Of(task);

    /// <summary>Its class, while it waits for its turn; null when it can't start.</summary>
    public ITurnClass? Class { get; init; }

    /// <summary>Those that come behind it one by one, as it is the first of several that have the same chances; null for a task that stands for itself.</summary>
    public TaskLine? Line { get; init; }

    /// <summary>Its place among all tasks; of no meaning without <see cref="Line"/>.</summary>
    public int Place { get; init; }

    /// <summary>How old it counts.</summary>
    public DateTimeOffset Since { get; } = SinceOf(task);

    private string? Workload { get; } = task.GetLabel(Labels.Workload);

    private int Rank { get; } = task.GetAnnotation(Labels.Rank) is { } text && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var rank) ? rank : 0;

    /// <summary>Less for the task that goes first within a priority.</summary>
    /// <param name="other">The other one.</param>
    public int CompareTo(QueueEntry? other)
    {
        if (other is null)
        {
            return 1;
        }

        var order = Since.CompareTo(other.Since);
        order = order != 0 ? order : string.CompareOrdinal(Queue.Namespace, other.Queue.Namespace);
        order = order != 0 ? order : string.CompareOrdinal(Workload, other.Workload);
        order = order != 0 ? order : other.Rank.CompareTo(Rank);
        return order != 0 ? order : string.CompareOrdinal(Task.Name(), other.Task.Name());
    }

    // A date that can't be read counts for nothing.
    private static DateTimeOffset SinceOf(AgenticTask task) =>
        task.GetAnnotation(Labels.QueuedSince) is { } text
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since)
            ? since
            : task.Metadata.CreationTimestamp ?? DateTimeOffset.MaxValue;
}
