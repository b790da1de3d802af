using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Schedules;

/// <summary>All schedules of a backend. Immutable.</summary>
internal sealed class ScheduleBook
{
    private readonly ImmutableSortedDictionary<ObjectKey, TaskSchedule> _schedules;

    private ScheduleBook(ImmutableSortedDictionary<ObjectKey, TaskSchedule> schedules) => _schedules = schedules;

    /// <summary>No schedules.</summary>
    public static ScheduleBook Empty { get; } = new(ImmutableSortedDictionary.Create<ObjectKey, TaskSchedule>(KeyOrder.Instance));

    /// <summary>The schedules by namespace and name.</summary>
    public IEnumerable<TaskSchedule> All => _schedules.Values;

    /// <summary>How many there are.</summary>
    public int Count => _schedules.Count;

    /// <summary>A schedule; null when it is not there.</summary>
    public TaskSchedule? Find(ObjectKey key) => _schedules.TryGetValue(key, out var schedule) ? schedule : null;

    /// <summary>The book with a schedule in place of the one of its name; the same one when it has that already.</summary>
    public ScheduleBook With(TaskSchedule schedule) => ReferenceEquals(Find(ObjectKey.Of(schedule)), schedule) ? this : new(_schedules.SetItem(ObjectKey.Of(schedule), schedule));

    /// <summary>The book without a schedule.</summary>
    public ScheduleBook Without(ObjectKey key) => _schedules.ContainsKey(key) ? new(_schedules.Remove(key)) : this;

    private sealed class KeyOrder : IComparer<ObjectKey>
    {
        public static KeyOrder Instance { get; } = new();

        public int Compare(ObjectKey x, ObjectKey y) =>
            string.CompareOrdinal(x.Namespace, y.Namespace) is not 0 and var byNamespace ? byNamespace : string.CompareOrdinal(x.Name, y.Name);
    }
}
