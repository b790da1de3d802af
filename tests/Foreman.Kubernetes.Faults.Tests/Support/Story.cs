namespace Foreman.Kubernetes.Faults.Tests.Support;

/// <summary>
/// What a handler of a store was told. For each object, known by its UID, that must be a story with a beginning, rising
/// versions and at most one end; and of two objects with one name, one must end before the other begins.
/// </summary>
internal sealed class Story
{
    private readonly Lock _lock = new();
    private readonly List<ResourceEvent<V1ConfigMap>> _told = [];
    private readonly List<int> _sizes = [];

    public IReadOnlyList<ResourceEvent<V1ConfigMap>> Told
    {
        get
        {
            lock (_lock)
            {
                return [.. _told];
            }
        }
    }

    /// <summary>How many objects the store held when each event was told.</summary>
    public IReadOnlyList<int> Sizes
    {
        get
        {
            lock (_lock)
            {
                return [.. _sizes];
            }
        }
    }

    public void Add(ResourceEvent<V1ConfigMap> change, int size)
    {
        lock (_lock)
        {
            _told.Add(change);
            _sizes.Add(size);
        }
    }

    /// <summary>The versions that were told of an object, deletion apart.</summary>
    public IReadOnlyList<string> Versions(string uid) =>
        [.. Told.Where(t => t.Object.Uid() == uid && t.Type != ResourceEventType.Deleted).Select(t => t.Object.ResourceVersion()!)];

    /// <summary>Whether what was told so far comes to these objects; says nothing about the order.</summary>
    public bool LeadsTo(IReadOnlyCollection<V1ConfigMap> objects)
    {
        var live = new Dictionary<string, V1ConfigMap>();
        foreach (var change in Told)
        {
            if (change.Type != ResourceEventType.Deleted)
            {
                live[change.Object.Metadata.Name!] = change.Object;
            }
            else if (live.TryGetValue(change.Object.Metadata.Name!, out var known) && known.Uid() == change.Object.Uid())
            {
                live.Remove(change.Object.Metadata.Name!);
            }
        }

        return Identities(live.Values).SequenceEqual(Identities(objects));
    }

    /// <summary>Whether the last thing that happened to each object was told; with <paramref name="whole"/> also that each was told of at all.</summary>
    public bool Covers(History history, bool whole) => history.Lives.All(life =>
    {
        var told = Versions(life.Uid);
        return life.Deleted
            ? (!whole && told.Count == 0) || Told.Any(t => t.Object.Uid() == life.Uid && t.Type == ResourceEventType.Deleted)
            : told is [.., var last] && last == life.Versions[^1];
    });

    /// <summary>Checks the order of everything that was told, and that it leads to these objects.</summary>
    public void Check(IReadOnlyCollection<V1ConfigMap> objects)
    {
        var live = new Dictionary<string, V1ConfigMap>();
        var ended = new HashSet<string>();
        foreach (var change in Told)
        {
            Check(change, live, ended);
        }

        Assert.Equal(Identities(objects), Identities(live.Values));
    }

    /// <summary>Checks against what happened really: nothing was made up, no end is missing, no last version either.</summary>
    /// <param name="history">What happened.</param>
    /// <param name="whole">True when every single version must have been told, because nothing had to be listed again.</param>
    public void Check(History history, bool whole)
    {
        foreach (var life in history.Lives)
        {
            var told = Versions(life.Uid);
            var deletions = Told.Count(t => t.Object.Uid() == life.Uid && t.Type == ResourceEventType.Deleted);
            Assert.Empty(told.Except(life.Versions));
            Assert.Equal(life.Deleted && (whole || told.Count > 0) ? 1 : 0, deletions);
            if (whole)
            {
                Assert.Equal(life.Versions, told);
            }
            else if (!life.Deleted)
            {
                Assert.Equal(life.Versions[^1], told[^1]);
            }
        }
    }

    public static IEnumerable<string> Identities(IEnumerable<V1ConfigMap> objects) =>
        objects.Select(o => $"{o.Metadata.Name} {o.Uid()} {o.ResourceVersion()}").Order(StringComparer.Ordinal);

    private static void Check(ResourceEvent<V1ConfigMap> change, Dictionary<string, V1ConfigMap> live, HashSet<string> ended)
    {
        var (name, uid) = (change.Object.Metadata.Name!, change.Object.Uid()!);
        Assert.DoesNotContain(uid, ended);
        var known = live.GetValueOrDefault(name);
        switch (change.Type)
        {
            case ResourceEventType.Added:
                Assert.Null(known);
                live[name] = change.Object;
                break;
            case ResourceEventType.Modified:
                Assert.NotNull(known);
                Assert.Equal((uid, known.ResourceVersion()), (known.Uid(), change.Previous!.ResourceVersion()));
                Assert.True(ResourceVersions.IsOlder(known.ResourceVersion(), change.Object.ResourceVersion()), $"{name} went back from {known.ResourceVersion()}");
                live[name] = change.Object;
                break;
            default:
                Assert.Equal(uid, known?.Uid());
                live.Remove(name);
                ended.Add(uid);
                break;
        }
    }
}
