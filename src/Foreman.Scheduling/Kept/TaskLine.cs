using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>
/// The tasks of a group within one decision that may be told something else, or get a slot: only the first of them waits in the queue, and the next one comes there when
/// it has had its turn, as long as there is something to decide about it.
/// </summary>
/// <param name="group">The group.</param>
/// <param name="like">Its class.</param>
/// <param name="tasks">All tasks by their places.</param>
internal sealed class TaskLine(KeptGroup group, DemandClass like, IReadOnlyList<AgenticTask> tasks)
{
    private int[] _places = group.Places;
    private int _next;

    /// <summary>The group.</summary>
    public KeptGroup Group => group;

    /// <summary>Its class.</summary>
    public DemandClass Class => like;

    /// <summary>True once it is known whom of the group something else is to be told.</summary>
    public bool IsConcluded { get; private set; }

    /// <summary>True when each of them comes, whether there is room for what the one before it is told or not: what they are told is not the same for all.</summary>
    public bool IsOfEach { get; private set; }

    /// <summary>How many of the group have had their turns before that.</summary>
    public int Taken => Math.Max(0, _next - 1);

    /// <summary>Places of those that have not, in their order: the one that came last, and all behind it.</summary>
    public int[] Left => _places[Taken..];

    /// <summary>Places of those that have not come yet.</summary>
    public ReadOnlySpan<int> Behind => _places.AsSpan(_next);

    /// <summary>The next one that is to have its turn; null when there is none.</summary>
    public QueueEntry? Follow()
    {
        if (_next == _places.Length)
        {
            return null;
        }

        var place = _places[_next++];
        return new(tasks[place]) { Class = like, Line = this, Place = place };
    }

    /// <summary>Has only those follow that something else is to be told.</summary>
    /// <param name="due">Their places, in their order.</param>
    /// <param name="isOfEach">True when what each is told is to be found out for itself.</param>
    public void Conclude(int[] due, bool isOfEach = false) => (_places, _next, IsConcluded, IsOfEach) = (due, 0, true, isOfEach);
}
