using System.Collections.Immutable;
using System.Globalization;

namespace Foreman.Kubernetes.Tests.Properties;

/// <summary>A collection with all its past, as etcd keeps it: compacted now and then, and once in a while restored from a backup.</summary>
internal sealed class SimulatedHistory(Random random)
{
    /// <summary>What a backup loses: so many versions that the past never catches up with the future that was lost.</summary>
    private const int Beyond = 100_000;

    private readonly List<(int Version, WatchEvent<Observed<Widget>> Event)> _log = [];
    private readonly List<(int Version, ImmutableSortedDictionary<string, Observed<Widget>> Objects)> _states =
        [(1, ImmutableSortedDictionary.Create<string, Observed<Widget>>(StringComparer.Ordinal))];

    private int _uids;
    private int? _backup;

    /// <summary>The newest version.</summary>
    public int Version { get; private set; } = 1;

    /// <summary>Versions before this one are forgotten.</summary>
    public int Compacted { get; private set; }

    /// <summary>How often the cluster was restored from a backup.</summary>
    public int Epoch { get; private set; }

    public ImmutableSortedDictionary<string, Observed<Widget>> Objects => _states[^1].Objects;

    public static string Text(int version) => version.ToString(CultureInfo.InvariantCulture);

    public static int Number(string version) => int.Parse(version, CultureInfo.InvariantCulture);

    public static WatchEvent<Observed<Widget>> Bookmark(int version, bool initialEventsEnd = false) => new(WatchEventType.Bookmark, new(new V1ObjectMeta
    {
        ResourceVersion = Text(version),
        Annotations = initialEventsEnd ? End : null,
    }, "a bookmark"));

    private static readonly Dictionary<string, string> End = new() { ["k8s.io/initial-events-end"] = "true" };

    /// <summary>Creates, changes or deletes one object; other kinds use versions too.</summary>
    public void Write()
    {
        var name = "w" + Text(random.Next(6));
        Version += 1 + random.Next(3);
        if (!Objects.TryGetValue(name, out var known))
        {
            Store(WatchEventType.Added, name, $"u{++_uids}");
        }
        else if (random.Next(3) == 0)
        {
            var last = known.Object is { } obj ? new Observed<Widget>(At(name, obj.Uid())) : new Observed<Widget>(At(name, known.Uid()).Metadata, "broken");
            _log.Add((Version, new(WatchEventType.Deleted, last)));
            _states.Add((Version, Objects.Remove(name)));
        }
        else
        {
            Store(WatchEventType.Modified, name, known.Uid());
        }
    }

    /// <summary>Forgets history: watches from before it get 410.</summary>
    public void Compact() => Compacted = random.Next(Compacted, Version + 1);

    /// <summary>Makes the backup that <see cref="Restore"/> goes back to. There is one: no client could know what a second one meant.</summary>
    public void BackUp()
    {
        if (_backup is null && Epoch == 0)
        {
            _backup = Version;
            Version += Beyond;
        }
    }

    /// <summary>Goes back to the backup, if there is one.</summary>
    public void Restore()
    {
        if (_backup is not { } version)
        {
            return;
        }

        _backup = null;
        Version = version;
        Compacted = Math.Min(Compacted, version);
        Epoch++;
        _log.RemoveAll(e => e.Version > version);
        _states.RemoveAll(s => s.Version > version);
    }

    /// <summary>The objects as they were at a version.</summary>
    public ImmutableSortedDictionary<string, Observed<Widget>> At(int version) => _states[Last(version)].Objects;

    /// <summary>A version not long ago, as a replica may still have it.</summary>
    public int Earlier()
    {
        var oldest = Math.Max(0, _states.Count - 8);
        return _states[random.Next(oldest, _states.Count)].Version;
    }

    /// <summary>The first event after a version; null when there is none yet.</summary>
    public (int Version, WatchEvent<Observed<Widget>> Event)? After(int version)
    {
        var index = FirstAfter(_log.Count, i => _log[i].Version, version);
        return index < _log.Count ? _log[index] : null;
    }

    /// <summary>Any event up to a version, as a server might repeat it by mistake; null when there is none.</summary>
    public WatchEvent<Observed<Widget>>? Before(int version)
    {
        var count = FirstAfter(_log.Count, i => _log[i].Version, version);
        return count == 0 ? null : _log[random.Next(count)].Event;
    }

    private int Last(int version) => Math.Max(0, FirstAfter(_states.Count, i => _states[i].Version, version) - 1);

    private static int FirstAfter(int count, Func<int, int> versionAt, int version)
    {
        var (low, high) = (0, count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = versionAt(middle) > version ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    /// <summary>Now and then somebody stores what can't be read.</summary>
    private void Store(WatchEventType type, string name, string uid)
    {
        var widget = At(name, uid);
        var observed = random.Next(10) == 0 ? new Observed<Widget>(widget.Metadata, "broken") : new Observed<Widget>(widget);
        _log.Add((Version, new(type, observed)));
        _states.Add((Version, Objects.SetItem(name, observed)));
    }

    private Widget At(string name, string uid) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = "ns", Uid = uid, ResourceVersion = Text(Version) },
        Spec = new() { Size = Version % 3 },
    };
}
