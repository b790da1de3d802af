using Foreman.DevCluster.Schema;

namespace Foreman.DevCluster.Cel;

/// <summary>A list.</summary>
internal abstract record CelList : CelValue
{
    public override string TypeName => "list";

    public abstract int Count { get; }

    /// <summary>The schema that says whether it is a set or a map by keys; null for an ordinary list.</summary>
    public abstract StructuralSchema? Schema { get; }

    public abstract CelValue this[int index] { get; }
}

/// <summary>A list that an expression made.</summary>
internal sealed record CelItems(IReadOnlyList<CelValue> Items, StructuralSchema? Kind = null) : CelList
{
    public override int Count => Items.Count;

    public override StructuralSchema? Schema => Kind;

    public override CelValue this[int index] => Items[index];
}

/// <summary>A map, or an object whose fields a schema names.</summary>
internal abstract record CelMap : CelValue
{
    public override string TypeName => "map";

    public abstract int Count { get; }

    public abstract IEnumerable<CelValue> Keys { get; }

    /// <summary>The value under a key; null when there is none.</summary>
    public abstract CelValue? Find(CelValue key, CelRun run);

    /// <summary>The value that a selection such as <c>map.name</c> names; null when there is none.</summary>
    public virtual CelValue? Field(string name, CelRun run) => Find(new CelText(name), run);
}

/// <summary>A map that an expression made; it is as small as the expression, so that it is searched from its beginning.</summary>
internal sealed record CelEntries(IReadOnlyList<KeyValuePair<CelValue, CelValue>> Entries) : CelMap
{
    public override int Count => Entries.Count;

    public override IEnumerable<CelValue> Keys => Entries.Select(entry => entry.Key);

    public override CelValue? Find(CelValue key, CelRun run)
    {
        foreach (var (name, value) in Entries)
        {
            run.Charge(1);
            if (CelEquality.Same(name, key, run))
            {
                return value;
            }
        }

        return null;
    }
}
