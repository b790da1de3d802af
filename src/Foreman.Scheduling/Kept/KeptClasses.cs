namespace Foreman.Scheduling;

/// <summary>The classes that marks refer to, while those of one decision are made.</summary>
internal sealed class KeptClasses
{
    private readonly int _most;
    private readonly List<KeptClass?> _all;
    private readonly Queue<int> _free = [];
    private readonly Dictionary<Demand, int> _byDemand = [];
    private readonly Dictionary<DemandClass, int> _places = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(int Class, AskedOthers Others, QuotaFinding? Quota), QuietMark> _shared = [];

    /// <param name="known">Those of the decision before that still hold, at their places; null where there is none.</param>
    /// <param name="most">How many there may be.</param>
    public KeptClasses(IEnumerable<KeptClass?> known, int most)
    {
        _all = [.. known];
        _most = most;
        foreach (var (place, kept) in _all.Index())
        {
            if (kept is null)
            {
                _free.Enqueue(place);
            }
            else
            {
                _byDemand.TryAdd(kept.Verdicts.Demand, place);
            }
        }
    }

    /// <summary>All of them.</summary>
    public KeptClass?[] All => [.. _all];

    /// <summary>The mark of a task; null when its class is told something else by now, or when there are too many classes.</summary>
    /// <param name="found">What was found of it.</param>
    public QuietMark? Mark(QuietFinding found)
    {
        if (found.Class is not { } like)
        {
            return new(found.Why, -1, found.Others, found.Held);
        }

        var isOfQuota = found.Quota is { Answer: not QuotaAnswer.Room };
        var place = PlaceOf(like, isTold: !isOfQuota);
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

    private int PlaceOf(DemandClass like, bool isTold)
    {
        if (!_places.TryGetValue(like, out var place))
        {
            if (!_byDemand.TryGetValue(like.Demand, out place) && (place = FreePlace()) >= 0)
            {
                _all[place] = new(like.Verdicts, null, default);
            }

            _places.Add(like, place);
        }

        if (isTold && place >= 0 && _all[place]!.Why is null)
        {
            _all[place] = new(like.Verdicts, like.Explain(null), like.Named);
        }

        return place;
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
