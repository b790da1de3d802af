namespace Foreman.Scheduling;

/// <summary>The classes that marks refer to, while those of one decision are made.</summary>
internal sealed class KeptClasses
{
    private readonly int _most;
    private readonly TaskIndex _index;
    private readonly List<KeptClass?> _all;
    private readonly Queue<int> _free = [];
    private readonly Dictionary<DemandClass, int> _places = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(int Class, AskedOthers Others, QuotaFinding? Quota), QuietMark> _shared = [];
    private readonly Dictionary<QuietGroup, (QuietMark Mark, List<int> Places)> _added = [];

    /// <param name="known">Those of the decision before that still hold, at their places; null where there is none.</param>
    /// <param name="most">How many there may be.</param>
    /// <param name="index">All tasks.</param>
    public KeptClasses(IEnumerable<KeptClass?> known, int most, TaskIndex index)
    {
        _all = [.. known];
        (_most, _index) = (most, index);
        foreach (var (place, kept) in _all.Index())
        {
            if (kept is null)
            {
                _free.Enqueue(place);
            }
        }
    }

    private Dictionary<Demand, int> ByDemand => field ??= PlacesByDemand();

    /// <summary>The mark of a task; null when its class is told something else by now, or when there are too many classes.</summary>
    /// <param name="found">What was found of it.</param>
    /// <param name="at">Its place.</param>
    public QuietMark? Mark(QuietFinding found, int at)
    {
        if (found.Class is not { } like)
        {
            return new(found.Why, -1, found.Others, found.Held);
        }

        var isOfQuota = found.Quota is { Answer: not QuotaAnswer.Room };
        var place = PlaceOf(like, isTold: !isOfQuota);
        if (place >= 0 && found is { Quota: null, Held: null, Others: AskedOthers.None })
        {
            return InGroup(QuietGroup.Of(place, found.Why, _index.All[at], _index), at);
        }

        if (place < 0 || (!isOfQuota && _all[place]!.Why != found.Why))
        {
            return null;
        }

        if (isOfQuota || found.Held is not null)
        {
            return new(found.Why, place, found.Others, found.Held) { Quota = found.Quota };
        }

        if (!_shared.TryGetValue((place, found.Others, found.Quota), out var mark))
        {
            _shared.Add((place, found.Others, found.Quota), mark = new(found.Why, place, found.Others, null) { Quota = found.Quota });
        }

        return mark;
    }

    /// <summary>All of them with their groups as they are now. To be asked once, after all marks were made.</summary>
    /// <param name="gone">Places of the tasks that had a turn: they are in no group but that of their new mark.</param>
    /// <param name="left">The groups in which they were.</param>
    /// <param name="concluded">What was found of groups, by what they were.</param>
    public KeptClass?[] Regrouped(HashSet<int> gone, HashSet<QuietGroup> left, IReadOnlyDictionary<KeptGroup, KeptGroup> concluded)
    {
        var added = _added.ToLookup(a => a.Key.Class);
        foreach (var place in left.Select(g => g.Class).Concat(_added.Keys.Select(g => g.Class)).Concat(concluded.Keys.Select(g => g.Key.Class)).ToHashSet())
        {
            if (_all[place] is not { } known)
            {
                continue;
            }

            var groups = known.Groups
                .Select(g => concluded.GetValueOrDefault(g, g))
                .Select(g => left.Contains(g.Key) ? g.Without(gone) : g)
                .ToDictionary(g => g.Key);
            foreach (var (key, (_, places)) in added[place])
            {
                groups[key] = groups.GetValueOrDefault(key, new(key, [])).With(places, _index.All);
            }

            _all[place] = known.With(groups.Values);
        }

        return [.. _all];
    }

    private QuietMark InGroup(QuietGroup group, int at)
    {
        if (!_added.TryGetValue(group, out var added))
        {
            _added.Add(group, added = (new(group.Says, group.Class, AskedOthers.None, null) { Group = group }, []));
        }

        added.Places.Add(at);
        return added.Mark;
    }

    private int PlaceOf(DemandClass like, bool isTold)
    {
        if (!_places.TryGetValue(like, out var place))
        {
            if (!ByDemand.TryGetValue(like.Demand, out place) && (place = FreePlace()) >= 0)
            {
                _all[place] = new(like.Verdicts, null, default);
            }

            _places.Add(like, place);
        }

        if (isTold && place >= 0 && _all[place]!.Why is null)
        {
            _all[place] = new(like.Verdicts, like.Explain(null), like.Named) { Groups = _all[place]!.Groups };
        }

        return place;
    }

    private Dictionary<Demand, int> PlacesByDemand()
    {
        var places = new Dictionary<Demand, int>();
        foreach (var (place, kept) in _all.Index())
        {
            if (kept is not null)
            {
                places.TryAdd(kept.Verdicts.Demand, place);
            }
        }

        return places;
    }

    // Of a class that is gone no mark is left once all tasks that had a turn have their new ones.
    private int FreePlace()
    {
        if (_free.TryDequeue(out var free))
        {
            return free;
        }

        if (_all.Count >= _most)
        {
            return -1;
        }

        _all.Add(null);
        return _all.Count - 1;
    }
}
