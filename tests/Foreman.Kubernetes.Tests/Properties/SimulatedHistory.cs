using System.Globalization;

namespace Foreman.Kubernetes.Tests.Properties;

/// <summary>A collection with its history, as an API server keeps it, and the ways in which one can serve it badly.</summary>
internal sealed class SimulatedHistory(Random random)
{
    private readonly List<(int Version, WatchEvent<Widget> Event)> _log = [];
    private readonly Dictionary<string, Widget> _objects = [];
    private int _compacted;
    private int _uids;

    public int Version { get; private set; } = 1;

    public IReadOnlyDictionary<string, Widget> Objects => _objects;

    /// <summary>Creates, changes or deletes one object.</summary>
    public void Write()
    {
        var name = "w" + random.Next(6);
        Version++;
        if (!_objects.TryGetValue(name, out var known))
        {
            Store(WatchEventType.Added, At(name, $"u{++_uids}"));
        }
        else if (random.Next(3) == 0)
        {
            _objects.Remove(name);
            _log.Add((Version, new(WatchEventType.Deleted, At(name, known.Uid()))));
        }
        else
        {
            Store(WatchEventType.Modified, At(name, known.Uid()));
        }
    }

    /// <summary>Forgets history: watches from before it get 410.</summary>
    public void Compact() => _compacted = random.Next(_compacted, Version + 1);

    public ResourceList<Widget> List() => new()
    {
        Items = [.. _objects.Values],
        Metadata = new() { ResourceVersion = Text(Version) },
    };

    /// <summary>Events after a version, or null when they are no longer remembered.</summary>
    public IReadOnlyList<WatchEvent<Widget>>? After(string version)
    {
        var from = int.Parse(version, CultureInfo.InvariantCulture);
        return from < _compacted ? null : [.. _log.Where(e => e.Version > from).Select(e => e.Event)];
    }

    public static WatchEvent<Widget> Bookmark(int version) => new(WatchEventType.Bookmark, new() { Metadata = new() { ResourceVersion = Text(version) } });

    /// <summary>Any event up to a version, as a server might repeat it by mistake; null when there is none.</summary>
    public WatchEvent<Widget>? Before(string version)
    {
        var until = _log.FindIndex(e => e.Version > int.Parse(version, CultureInfo.InvariantCulture));
        var count = until < 0 ? _log.Count : until;
        return count == 0 ? null : _log[random.Next(count)].Event;
    }

    private void Store(WatchEventType type, Widget widget)
    {
        _objects[widget.Name()] = widget;
        _log.Add((Version, new(type, widget)));
    }

    private Widget At(string name, string uid) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = "ns", Uid = uid, ResourceVersion = Text(Version) },
    };

    private static string Text(int version) => version.ToString(CultureInfo.InvariantCulture);
}
