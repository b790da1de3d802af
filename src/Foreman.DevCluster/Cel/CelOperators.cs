namespace Foreman.DevCluster.Cel;

/// <summary>The operators; integers that leave their range are errors.</summary>
internal static class CelOperators
{
    private static readonly CelError IntOverflow = new("integer overflow");
    private static readonly CelError UintOverflow = new("unsigned integer overflow");
    private static readonly CelError NotANumber = new("NaN values cannot be ordered");

    public static IEnumerable<CelOverload> Overloads { get; } =
    [
        Binary("_==_", CelType.A, CelType.A, CelType.Bool, (a, b, run) => CelBool.Of(CelEquality.Same(a, b, run))),
        Binary("_!=_", CelType.A, CelType.A, CelType.Bool, (a, b, run) => CelBool.Of(!CelEquality.Same(a, b, run))),
        Binary("@in", CelType.A, CelType.ListOf(CelType.A), CelType.Bool, InList),
        Binary("@in", CelType.A, CelType.MapOf(CelType.A, CelType.B), CelType.Bool, (a, b, run) => CelBool.Of(((CelMap)b).Find(a, run) is not null)),
        Binary("_[_]", CelType.ListOf(CelType.A), CelType.Int, CelType.A, (a, b, _) => At((CelList)a, ((CelInt)b).Value)),
        Binary("_[_]", CelType.MapOf(CelType.A, CelType.B), CelType.A, CelType.B, (a, b, run) => ((CelMap)a).Find(b, run) ?? CelLists.NoKey(b)),
        new("!_", [CelType.Bool], CelType.Bool, (arguments, _) => CelBool.Of(!((CelBool)arguments[0]).Value)),
        new("-_", [CelType.Int], CelType.Int, (arguments, _) => Int(-(Int128)((CelInt)arguments[0]).Value)),
        new("-_", [CelType.Double], CelType.Double, (arguments, _) => new CelDouble(-((CelDouble)arguments[0]).Value)),
        .. Ordered("_<_", order => order < 0),
        .. Ordered("_<=_", order => order <= 0),
        .. Ordered("_>_", order => order > 0),
        .. Ordered("_>=_", order => order >= 0),
        Ints("_+_", (a, b) => Int(a + b)),
        Ints("_-_", (a, b) => Int(a - b)),
        Ints("_*_", (a, b) => Int(a * b)),
        Ints("_/_", (a, b) => b == 0 ? new CelError("division by zero") : Int(a / b)),
        Ints("_%_", (a, b) => b == 0 ? new CelError("modulus by zero") : a == long.MinValue && b == -1 ? IntOverflow : Int(a % b)),
        Uints("_+_", (a, b) => Uint(a + b)),
        Uints("_-_", (a, b) => a < b ? UintOverflow : Uint(a - b)),
        Uints("_*_", (a, b) => Uint(a * b)),
        Uints("_/_", (a, b) => b == UInt128.Zero ? new CelError("division by zero") : Uint(a / b)),
        Uints("_%_", (a, b) => b == UInt128.Zero ? new CelError("modulus by zero") : Uint(a % b)),
        Doubles("_+_", (a, b) => a + b),
        Doubles("_-_", (a, b) => a - b),
        Doubles("_*_", (a, b) => a * b),
        Doubles("_/_", (a, b) => a / b),
        Binary("_+_", CelType.Text, CelType.Text, CelType.Text, JoinTexts),
        Binary("_+_", CelType.Bytes, CelType.Bytes, CelType.Bytes, JoinBytes),
        Binary("_+_", CelType.ListOf(CelType.A), CelType.ListOf(CelType.A), CelType.ListOf(CelType.A), (a, b, run) => CelLists.Join((CelList)a, (CelList)b, run)),
        Binary("_+_", CelType.Time, CelType.Duration, CelType.Time, (a, b, _) => Time(((CelTime)a).Nanoseconds + ((CelDuration)b).Nanoseconds)),
        Binary("_+_", CelType.Duration, CelType.Time, CelType.Time, (a, b, _) => Time(((CelTime)b).Nanoseconds + ((CelDuration)a).Nanoseconds)),
        Binary("_+_", CelType.Duration, CelType.Duration, CelType.Duration, (a, b, _) => Duration((Int128)((CelDuration)a).Nanoseconds + ((CelDuration)b).Nanoseconds)),
        Binary("_-_", CelType.Time, CelType.Duration, CelType.Time, (a, b, _) => Time(((CelTime)a).Nanoseconds - ((CelDuration)b).Nanoseconds)),
        Binary("_-_", CelType.Time, CelType.Time, CelType.Duration, (a, b, _) => Duration(((CelTime)a).Nanoseconds - ((CelTime)b).Nanoseconds)),
        Binary("_-_", CelType.Duration, CelType.Duration, CelType.Duration, (a, b, _) => Duration((Int128)((CelDuration)a).Nanoseconds - ((CelDuration)b).Nanoseconds)),
    ];

    /// <summary>The order of two values by one of the four operators.</summary>
    public static CelValue Order(CelValue left, CelValue right, Func<int, bool> holds, CelRun run) =>
        left is CelDouble { Value: double.NaN } || right is CelDouble { Value: double.NaN } ? NotANumber
        : CelEquality.Compare(left, right, run) is { } order ? CelBool.Of(holds(order))
        : CelValue.NoOverload;

    /// <summary>The sum of two values of the same type.</summary>
    public static CelValue Add(CelValue left, CelValue right) => (left, right) switch
    {
        (CelInt a, CelInt b) => Int((Int128)a.Value + b.Value),
        (CelUint a, CelUint b) => Uint((UInt128)a.Value + b.Value),
        (CelDouble a, CelDouble b) => new CelDouble(a.Value + b.Value),
        (CelDuration a, CelDuration b) => Duration((Int128)a.Nanoseconds + b.Nanoseconds),
        _ => CelValue.NoOverload,
    };

    private static CelOverload Binary(string function, CelType left, CelType right, CelType result, Func<CelValue, CelValue, CelRun, CelValue> body) =>
        new(function, [left, right], result, (arguments, run) => body(arguments[0], arguments[1], run));

    private static CelOverload Ints(string function, Func<Int128, Int128, CelValue> body) =>
        Binary(function, CelType.Int, CelType.Int, CelType.Int, (a, b, _) => body(((CelInt)a).Value, ((CelInt)b).Value));

    private static CelOverload Uints(string function, Func<UInt128, UInt128, CelValue> body) =>
        Binary(function, CelType.Uint, CelType.Uint, CelType.Uint, (a, b, _) => body(((CelUint)a).Value, ((CelUint)b).Value));

    private static CelOverload Doubles(string function, Func<double, double, double> body) =>
        Binary(function, CelType.Double, CelType.Double, CelType.Double, (a, b, _) => new CelDouble(body(((CelDouble)a).Value, ((CelDouble)b).Value)));

    private static IEnumerable<CelOverload> Ordered(string function, Func<int, bool> holds)
    {
        CelType[] numbers = [CelType.Int, CelType.Uint, CelType.Double];
        CelType[] others = [CelType.Bool, CelType.Text, CelType.Bytes, CelType.Time, CelType.Duration];
        return others.Select(type => (Left: type, Right: type))
            .Concat(numbers.SelectMany(left => numbers.Select(right => (Left: left, Right: right))))
            .Select(pair => Binary(function, pair.Left, pair.Right, CelType.Bool, (a, b, run) => Order(a, b, holds, run)));
    }

    private static CelBool InList(CelValue item, CelValue list, CelRun run)
    {
        var items = (CelList)list;
        for (var i = 0; i < items.Count; i++)
        {
            run.Charge(1);
            if (CelEquality.Same(items[i], item, run))
            {
                return CelBool.True;
            }
        }

        return CelBool.False;
    }

    private static CelValue At(CelList list, long index) => index < 0 || index >= list.Count ? new CelError($"index out of bounds: {index}") : list[(int)index];

    private static CelText JoinTexts(CelValue left, CelValue right, CelRun run)
    {
        var (a, b) = ((CelText)left, (CelText)right);
        run.ChargeText((long)a.Value.Length + b.Value.Length);
        return new CelText(a.Value + b.Value);
    }

    private static CelBytes JoinBytes(CelValue left, CelValue right, CelRun run)
    {
        var (a, b) = ((CelBytes)left, (CelBytes)right);
        run.ChargeText((long)a.Value.Length + b.Value.Length);
        return new CelBytes([.. a.Value, .. b.Value]);
    }

    private static CelValue Int(Int128 value) => value < long.MinValue || value > long.MaxValue ? IntOverflow : new CelInt((long)value);

    private static CelValue Uint(UInt128 value) => value > ulong.MaxValue ? UintOverflow : new CelUint((ulong)value);

    private static CelValue Time(Int128 value) => CelTimes.Time(value) ?? (CelValue)new CelError("timestamp overflow");

    private static CelValue Duration(Int128 value) => value < long.MinValue || value > long.MaxValue ? new CelError("duration overflow") : new CelDuration((long)value);
}
