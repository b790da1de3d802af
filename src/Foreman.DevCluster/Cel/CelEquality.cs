using Foreman.DevCluster.Json;
using Foreman.DevCluster.Schema;

namespace Foreman.DevCluster.Cel;

/// <summary>Equality and order of values. Numbers are compared by what they count, whatever their types; other types differ from one another.</summary>
internal static class CelEquality
{
    /// <summary>Whether two values are equal; NaN is equal to nothing. Of texts it costs by the shorter one, of collections by what was compared.</summary>
    public static bool Same(CelValue left, CelValue right, CelRun run)
    {
        switch (left, right)
        {
            case (CelText a, CelText b):
                run.ChargeText(Math.Min(a.Value.Length, b.Value.Length));
                return string.Equals(a.Value, b.Value, StringComparison.Ordinal);
            case (CelBytes a, CelBytes b):
                run.ChargeText(Math.Min(a.Value.Length, b.Value.Length));
                return a.Value.AsSpan().SequenceEqual(b.Value);
            case (CelList a, CelList b):
                return SameLists(a, b, run);
            case (CelMap a, CelMap b):
                return SameMaps(a, b, run);
            case (CelUnread a, CelUnread b):
                run.ChargeText(JsonTree.Size(a.Node, TreeLimits.StoredBytes));
                return JsonTree.Same(a.Node, b.Node);
            case (CelInt or CelUint or CelDouble, CelInt or CelUint or CelDouble):
                return CompareNumbers(left, right) == 0;
            default:
                // What can't be read is like nothing, not even itself.
                return left is not CelError && left.Equals(right);
        }
    }

    /// <summary>
    /// Negative, zero or positive as the left value is less, equal or greater; null when the two have no order, or one is NaN.
    /// </summary>
    public static int? Compare(CelValue left, CelValue right, CelRun run)
    {
        switch (left, right)
        {
            case (CelText a, CelText b):
                run.ChargeText(Math.Min(a.Value.Length, b.Value.Length));
                return CompareTexts(a.Value, b.Value);
            case (CelBytes a, CelBytes b):
                run.ChargeText(Math.Min(a.Value.Length, b.Value.Length));
                return a.Value.AsSpan().SequenceCompareTo(b.Value);
            case (CelBool a, CelBool b):
                return a.Value.CompareTo(b.Value);
            case (CelTime a, CelTime b):
                return a.Nanoseconds.CompareTo(b.Nanoseconds);
            case (CelDuration a, CelDuration b):
                return a.Nanoseconds.CompareTo(b.Nanoseconds);
            default:
                return CompareNumbers(left, right);
        }
    }

    private static int? CompareNumbers(CelValue left, CelValue right) => (left, right) switch
    {
        (CelInt a, CelInt b) => a.Value.CompareTo(b.Value),
        (CelUint a, CelUint b) => a.Value.CompareTo(b.Value),
        (CelInt a, CelUint b) => ((Int128)a.Value).CompareTo((Int128)b.Value),
        (CelUint a, CelInt b) => ((Int128)a.Value).CompareTo((Int128)b.Value),
        (CelDouble a, CelDouble b) => CompareDoubles(a.Value, b.Value),
        (CelDouble a, CelInt b) => CompareDoubles(a.Value, b.Value),
        (CelDouble a, CelUint b) => CompareDoubles(a.Value, b.Value),
        (CelInt a, CelDouble b) => CompareDoubles(a.Value, b.Value),
        (CelUint a, CelDouble b) => CompareDoubles(a.Value, b.Value),
        _ => null,
    };

    private static int? CompareDoubles(double left, double right) => left < right ? -1 : left > right ? 1 : left == right ? 0 : null;

    // By code points: the halves of surrogate pairs stand before some characters below them.
    private static int CompareTexts(string left, string right)
    {
        for (var i = 0; i < left.Length && i < right.Length; i++)
        {
            var (a, b) = (left[i], right[i]);
            if (a != b)
            {
                return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    private static bool SameLists(CelList left, CelList right, CelRun run)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        if (left.Schema is { ListType: "set" or "map" } schema)
        {
            return HoldsAll(left, right, schema, run);
        }

        for (var i = 0; i < left.Count; i++)
        {
            run.Charge(1);
            if (!Same(left[i], right[i], run))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether sets, or lists with keys, hold the same in any order.</summary>
    private static bool HoldsAll(CelList left, CelList right, StructuralSchema schema, CelRun run)
    {
        for (var i = 0; i < left.Count; i++)
        {
            // Mostly the order is the same.
            run.Charge(1);
            if (Same(left[i], right[i], run))
            {
                continue;
            }

            var at = IndexOf(right, left[i], schema, run);
            if (at < 0 || !Same(left[i], right[at], run))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Where a set holds a value, or a list with keys an item of the same keys; -1 when nowhere.</summary>
    public static int IndexOf(CelList list, CelValue item, StructuralSchema schema, CelRun run)
    {
        for (var i = 0; i < list.Count; i++)
        {
            run.Charge(1);
            if (schema.ListType == "map" ? SameKeys(list[i], item, schema, run) : Same(list[i], item, run))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool SameKeys(CelValue left, CelValue right, StructuralSchema schema, CelRun run)
    {
        if (left is not CelMap a || right is not CelMap b)
        {
            return false;
        }

        foreach (var name in schema.ListMapKeys)
        {
            var key = new CelText(name);
            var (x, y) = (a.Find(key, run), b.Find(key, run));
            if ((x is null) != (y is null) || (x is not null && !Same(x, y!, run)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool SameMaps(CelMap left, CelMap right, CelRun run)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        foreach (var key in left.Keys)
        {
            run.Charge(1);
            if (left.Find(key, run) is not { } a || right.Find(key, run) is not { } b || !Same(a, b, run))
            {
                return false;
            }
        }

        return true;
    }
}
