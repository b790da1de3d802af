using System.Globalization;

namespace Foreman.Kubernetes;

/// <summary>Remembers which events were told, to count those that are alike. Forgets the one that was told longest ago when full.</summary>
internal sealed class EventLedger(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<EventKey, LinkedListNode<(EventKey Key, EventEntry Entry)>> _entries = [];
    private readonly LinkedList<(EventKey Key, EventEntry Entry)> _byAge = [];
    private long _lastMark;

    /// <summary>The entry for an event after telling it once more.</summary>
    /// <param name="key">What makes events alike.</param>
    /// <param name="mark">Time of day in ticks, from which the name of a new Event is made.</param>
    public EventEntry Count(EventKey key, long mark)
    {
        lock (_lock)
        {
            var entry = _entries.Remove(key, out var node)
                ? node.Value.Entry with { Count = node.Value.Entry.Count + 1 }
                : new EventEntry(key.Namespace, NewName(key, mark), 1);
            return Store(key, node, entry);
        }
    }

    /// <summary>A new name for an Event that is no longer there; counting begins again.</summary>
    public EventEntry Rename(EventKey key)
    {
        lock (_lock)
        {
            _entries.Remove(key, out var node);
            return Store(key, node, new EventEntry(key.Namespace, NewName(key, _lastMark + 1), 1));
        }
    }

    private EventEntry Store(EventKey key, LinkedListNode<(EventKey Key, EventEntry Entry)>? old, EventEntry entry)
    {
        if (old is not null)
        {
            _byAge.Remove(old);
        }
        else if (_byAge.Count >= capacity)
        {
            _entries.Remove(_byAge.First!.Value.Key);
            _byAge.RemoveFirst();
        }

        _entries[key] = _byAge.AddLast((key, entry));
        return entry;
    }

    /// <summary>The object's name and a mark that grows, as other recorders name their Events; at most 253 characters.</summary>
    private string NewName(EventKey key, long mark)
    {
        _lastMark = Math.Max(mark, _lastMark + 1);
        var suffix = "." + _lastMark.ToString("x16", CultureInfo.InvariantCulture);
        var name = key.Name.Length + suffix.Length <= 253 ? key.Name : key.Name[..(253 - suffix.Length)].TrimEnd('.', '-');
        return name + suffix;
    }
}
