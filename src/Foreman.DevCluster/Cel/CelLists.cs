namespace Foreman.DevCluster.Cel;

/// <summary>Functions of lists.</summary>
internal static class CelLists
{
    private static readonly CelType[] Comparable = [CelType.Int, CelType.Uint, CelType.Double, CelType.Bool, CelType.Text, CelType.Bytes, CelType.Time, CelType.Duration];

    public static IEnumerable<CelOverload> Overloads { get; } =
    [
        .. Comparable.Select(item => new CelOverload("isSorted", [CelType.ListOf(item)], CelType.Bool, (arguments, run) => IsSorted((CelList)arguments[0], run), Member: true)),
        .. Comparable.Select(item => new CelOverload("min", [CelType.ListOf(item)], item, (arguments, run) => Extreme("min", (CelList)arguments[0], order => order < 0, run), Member: true)),
        .. Comparable.Select(item => new CelOverload("max", [CelType.ListOf(item)], item, (arguments, run) => Extreme("max", (CelList)arguments[0], order => order > 0, run), Member: true)),
        Sum(CelType.Int, new CelInt(0)),
        Sum(CelType.Uint, new CelUint(0)),
        Sum(CelType.Double, new CelDouble(0)),
        Sum(CelType.Duration, new CelDuration(0)),
        new("indexOf", [CelType.ListOf(CelType.A), CelType.A], CelType.Int, (arguments, run) => IndexOf((CelList)arguments[0], arguments[1], run), Member: true),
        new("lastIndexOf", [CelType.ListOf(CelType.A), CelType.A], CelType.Int, (arguments, run) => LastIndexOf((CelList)arguments[0], arguments[1], run), Member: true),
    ];

    /// <summary>The error of a key that a map does not hold.</summary>
    public static CelError NoKey(CelValue key) => new("no such key: " + key switch
    {
        CelText text => text.Value,
        CelInt number => number.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
        CelUint number => number.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
        CelBool flag => flag.Value ? "true" : "false",
        _ => key.TypeName,
    });

    /// <summary>The items of both; of sets each once, of lists with keys the right one's where both have the keys.</summary>
    public static CelItems Join(CelList left, CelList right, CelRun run)
    {
        run.Charge((long)left.Count + right.Count);
        var items = new List<CelValue>(left.Count + right.Count);
        for (var i = 0; i < left.Count; i++)
        {
            items.Add(left[i]);
        }

        var joined = new CelItems(items, left.Schema is { ListType: "set" or "map" } kind ? kind : null);
        for (var i = 0; i < right.Count; i++)
        {
            var at = joined.Schema is { } schema ? CelEquality.IndexOf(joined, right[i], schema, run) : -1;
            if (at < 0)
            {
                items.Add(right[i]);
            }
            else
            {
                items[at] = right[i];
            }
        }

        return joined;
    }

    private static CelOverload Sum(CelType item, CelValue zero) =>
        new("sum", [CelType.ListOf(item)], item, (arguments, run) => Sum((CelList)arguments[0], zero, run), Member: true);

    private static CelValue Sum(CelList list, CelValue zero, CelRun run)
    {
        var sum = zero;
        for (var i = 0; i < list.Count; i++)
        {
            run.Charge(1);
            var item = list[i];
            sum = item is CelError ? item : CelOperators.Add(sum, item);
            if (sum is CelError)
            {
                return sum;
            }
        }

        return sum;
    }

    private static CelValue IsSorted(CelList list, CelRun run)
    {
        for (var i = 1; i < list.Count; i++)
        {
            run.Charge(1);
            var order = Order(list[i - 1], list[i], o => o <= 0, run);
            if (order is not CelBool { Value: true })
            {
                return order;
            }
        }

        return CelBool.True;
    }

    private static CelValue Extreme(string function, CelList list, Func<int, bool> isBetter, CelRun run)
    {
        if (list.Count == 0)
        {
            return new CelError($"{function} called on empty list");
        }

        var best = list[0];
        for (var i = 1; i < list.Count; i++)
        {
            run.Charge(1);
            var item = list[i];
            var order = Order(item, best, isBetter, run);
            if (order is CelError)
            {
                return order;
            }

            best = order is CelBool { Value: true } ? item : best;
        }

        return best;
    }

    private static CelValue Order(CelValue left, CelValue right, Func<int, bool> holds, CelRun run) =>
        left is CelError ? left : right is CelError ? right : CelOperators.Order(left, right, holds, run);

    private static CelInt IndexOf(CelList list, CelValue item, CelRun run)
    {
        var at = 0;
        while (at < list.Count && !CelEquality.Same(list[at], item, run))
        {
            run.Charge(1);
            at++;
        }

        return new CelInt(at < list.Count ? at : -1);
    }

    private static CelInt LastIndexOf(CelList list, CelValue item, CelRun run)
    {
        var at = list.Count - 1;
        while (at >= 0 && !CelEquality.Same(list[at], item, run))
        {
            run.Charge(1);
            at--;
        }

        return new CelInt(at);
    }
}

/// <summary>The parts of timestamps and durations.</summary>
internal static class CelCalendar
{
    public static IEnumerable<CelOverload> Overloads { get; } =
    [
        .. Part("getFullYear", (time, _) => time.Year),
        .. Part("getMonth", (time, _) => time.Month - 1),
        .. Part("getDate", (time, _) => time.Day),
        .. Part("getDayOfMonth", (time, _) => time.Day - 1),
        .. Part("getDayOfWeek", (time, _) => (int)time.DayOfWeek),
        .. Part("getDayOfYear", (time, _) => time.DayOfYear - 1),
        .. Part("getHours", (time, _) => time.Hour),
        .. Part("getMinutes", (time, _) => time.Minute),
        .. Part("getSeconds", (time, _) => time.Second),
        .. Part("getMilliseconds", (_, nanoseconds) => nanoseconds / 1_000_000),
        Whole("getHours", 3600 * CelTimes.Second),
        Whole("getMinutes", 60 * CelTimes.Second),
        Whole("getSeconds", CelTimes.Second),
        Whole("getMilliseconds", 1_000_000),
    ];

    private static IEnumerable<CelOverload> Part(string name, Func<DateTime, int, int> part)
    {
        yield return new CelOverload(name, [CelType.Time], CelType.Int, (arguments, _) => At((CelTime)arguments[0], "", part), Member: true);
        yield return new CelOverload(name, [CelType.Time, CelType.Text], CelType.Int, (arguments, _) => At((CelTime)arguments[0], ((CelText)arguments[1]).Value, part), Member: true);
    }

    private static CelValue At(CelTime time, string zone, Func<DateTime, int, int> part) =>
        CelTimes.In(time, zone) is { } local ? new CelInt(part(local.Local, local.Nanoseconds)) : new CelError($"unknown time zone {zone}");

    private static CelOverload Whole(string name, long unit) =>
        new(name, [CelType.Duration], CelType.Int, (arguments, _) => new CelInt(((CelDuration)arguments[0]).Nanoseconds / unit), Member: true);
}
