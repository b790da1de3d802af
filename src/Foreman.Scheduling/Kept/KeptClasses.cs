namespace Foreman.Scheduling;

/// <summary>The classes that marks refer to, while those of one decision are made.</summary>
internal sealed class KeptClasses
{
    // As many places of classes that are gone are no trouble.
    private const int Spare = 64;

    private readonly List<KeptClass?> _all;
    private readonly Dictionary<Demand, int> _byDemand = [];
    private readonly Dictionary<DemandClass, int> _places = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(int Class, AskedOthers Others), QuietMark> _shared = [];

    /// <param name="known">Those of the decision before that still hold, at their places.</param>
    public KeptClasses(IEnumerable<KeptClass?> known)
    {
        _all = [.. known];
        foreach (var (place, kept) in _all.Index())
        {
            if (kept is not null)
            {
                _byDemand.TryAdd(kept.Verdicts.Demand, place);
            }
        }
    }

    /// <summary>All of them.</summary>
    public KeptClass?[] All => [.. _all];

    /// <summary>True when most places are of classes that are gone.</summary>
    public bool IsSparse => _all.Count > Spare + (4 * _all.Count(c => c is not null));

    /// <summary>The mark of a task; null when its class is told something else by now.</summary>
    /// <param name="found">What was found of it.</param>
    public QuietMark? Mark(QuietFinding found)
    {
        if (found.Class is not { } like)
        {
            return new(found.Why, -1, found.Others, found.Held);
        }

        var place = PlaceOf(like);
        if (_all[place]!.Why != found.Why)
        {
            return null;
        }

        if (found.Held is not null)
        {
            return new(found.Why, place, found.Others, found.Held);
        }

        if (!_shared.TryGetValue((place, found.Others), out var mark))
        {
            _shared.Add((place, found.Others), mark = new(found.Why, place, found.Others, null));
        }

        return mark;
    }

    private int PlaceOf(DemandClass like)
    {
        if (_places.TryGetValue(like, out var place))
        {
            return place;
        }

        if (!_byDemand.TryGetValue(like.Demand, out place))
        {
            place = _all.Count;
            _all.Add(new(like.Verdicts, like.Explain(null), like.Named));
        }

        _places.Add(like, place);
        return place;
    }
}
