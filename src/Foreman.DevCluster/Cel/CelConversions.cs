using System.Globalization;
using System.Text;

namespace Foreman.DevCluster.Cel;

/// <summary>The functions that make a value of one type from one of another, as cel-go does.</summary>
internal static class CelConversions
{
    private static readonly CelError IntOverflow = new("integer overflow");
    private static readonly CelError UintOverflow = new("unsigned integer overflow");
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // An integer that a double holds exactly and that is the first one above the range.
    private const double AboveInt = 9_223_372_036_854_775_808.0;
    private const double AboveUint = 18_446_744_073_709_551_616.0;

    public static IEnumerable<CelOverload> Overloads { get; } =
    [
        .. Of("int", CelType.Int, ToInt, CelType.Int, CelType.Uint, CelType.Double, CelType.Text, CelType.Time),
        .. Of("uint", CelType.Uint, ToUint, CelType.Uint, CelType.Int, CelType.Double, CelType.Text),
        .. Of("double", CelType.Double, ToDouble, CelType.Double, CelType.Int, CelType.Uint, CelType.Text),
        .. Of("bool", CelType.Bool, ToBool, CelType.Bool, CelType.Text),
        .. Of("string", CelType.Text, ToText, CelType.Text, CelType.Int, CelType.Uint, CelType.Double, CelType.Bool, CelType.Bytes, CelType.Time, CelType.Duration),
        .. Of("bytes", CelType.Bytes, ToBytes, CelType.Bytes, CelType.Text),
        .. Of("timestamp", CelType.Time, ToTime, CelType.Time, CelType.Text, CelType.Int),
        .. Of("duration", CelType.Duration, ToDuration, CelType.Duration, CelType.Text),
        .. Of("type", CelType.Type, value => new CelTypeValue(value.TypeName), CelType.A),
        .. Of("dyn", CelType.Dyn, value => value, CelType.A),
    ];

    public static CelValue ToInt(CelValue value) => value switch
    {
        CelInt => value,
        CelUint u => u.Value > long.MaxValue ? IntOverflow : new CelInt((long)u.Value),
        CelDouble d => d.Value > -AboveInt && d.Value < AboveInt ? new CelInt((long)d.Value) : IntOverflow,
        CelText t when long.TryParse(t.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => new CelInt(number),
        CelTime t => new CelInt(CelTimes.Seconds(t)),
        _ => Failed(value, "int"),
    };

    private static CelValue ToUint(CelValue value) => value switch
    {
        CelUint => value,
        CelInt i => i.Value < 0 ? UintOverflow : new CelUint((ulong)i.Value),
        CelDouble d => d.Value >= 0 && d.Value < AboveUint ? new CelUint((ulong)d.Value) : UintOverflow,
        CelText t when ulong.TryParse(t.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => new CelUint(number),
        _ => Failed(value, "uint"),
    };

    private static CelValue ToDouble(CelValue value) => value switch
    {
        CelDouble => value,
        CelInt i => new CelDouble(i.Value),
        CelUint u => new CelDouble(u.Value),
        CelText t => ParseDouble(t.Value) is { } number ? new CelDouble(number) : Failed(value, "double"),
        _ => Failed(value, "double"),
    };

    private static CelValue ToBool(CelValue value) => value switch
    {
        CelBool => value,
        CelText { Value: "1" or "t" or "T" or "true" or "TRUE" or "True" } => CelBool.True,
        CelText { Value: "0" or "f" or "F" or "false" or "FALSE" or "False" } => CelBool.False,
        _ => Failed(value, "bool"),
    };

    private static CelValue ToText(CelValue value) => value switch
    {
        CelText => value,
        CelInt i => new CelText(i.Value.ToString(CultureInfo.InvariantCulture)),
        CelUint u => new CelText(u.Value.ToString(CultureInfo.InvariantCulture)),
        CelDouble d => new CelText(Show(d.Value)),
        CelBool b => new CelText(b.Value ? "true" : "false"),
        CelBytes b => Decode(b.Value),
        CelTime t => new CelText(CelTimes.Show(t)),
        CelDuration d => new CelText(CelTimes.Show(d)),
        _ => Failed(value, "string"),
    };

    private static CelValue ToBytes(CelValue value) => value is CelText text ? new CelBytes(Encoding.UTF8.GetBytes(text.Value)) : value;

    private static CelValue ToTime(CelValue value) => value switch
    {
        CelText t => (CelValue?)CelTimes.ParseTime(t.Value) ?? Failed(value, "google.protobuf.Timestamp"),
        CelInt i => CelTimes.Time((Int128)i.Value * CelTimes.Second) ?? (CelValue)new CelError("timestamp overflow"),
        _ => value,
    };

    private static CelValue ToDuration(CelValue value) => value is CelText text ? (CelValue?)CelTimes.ParseDuration(text.Value) ?? Failed(value, "google.protobuf.Duration") : value;

    private static IEnumerable<CelOverload> Of(string name, CelType result, Func<CelValue, CelValue> convert, params CelType[] sources) =>
        sources.Select(source => new CelOverload(name, [source], result, (arguments, run) => Counted(arguments[0], convert, run)));

    private static CelValue Counted(CelValue value, Func<CelValue, CelValue> convert, CelRun run)
    {
        run.ChargeText(value is CelText text ? text.Value.Length : value is CelBytes bytes ? bytes.Value.Length : 0);
        return convert(value);
    }

    private static CelError Failed(CelValue value, string type) => new($"type conversion error from '{value.TypeName}' to '{type}'");

    private static CelValue Decode(byte[] bytes)
    {
        try
        {
            return new CelText(Strict.GetString(bytes));
        }
        catch (DecoderFallbackException)
        {
            return new CelError("invalid UTF-8 in bytes, cannot convert to string");
        }
    }

    private static double? ParseDouble(string text)
    {
        var sign = text.StartsWith('-') ? -1 : 1;
        var word = text.TrimStart('+', '-');
        if (text.Length - word.Length <= 1 && (word.Equals("inf", StringComparison.OrdinalIgnoreCase) || word.Equals("infinity", StringComparison.OrdinalIgnoreCase)))
        {
            return sign * double.PositiveInfinity;
        }

        const NumberStyles Go = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (text.Equals("nan", StringComparison.OrdinalIgnoreCase))
        {
            return double.NaN;
        }

        return double.TryParse(text, Go, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
    }

    /// <summary>The shortest text that reads back as the same number, with an exponent below -4 and from 6 on, as Go's %g writes it.</summary>
    private static string Show(double number)
    {
        if (!double.IsFinite(number))
        {
            return double.IsNaN(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf";
        }

        var shortest = number.ToString("R", CultureInfo.InvariantCulture);
        var scientific = number.ToString("E16", CultureInfo.InvariantCulture);
        var exponent = number == 0 ? 0 : int.Parse(scientific.AsSpan(scientific.IndexOf('E') + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (exponent is >= -4 and < 6)
        {
            return shortest;
        }

        var mark = shortest.IndexOf('E');
        var digits = string.Concat((mark < 0 ? shortest : shortest[..mark]).Where(char.IsAsciiDigit)).Trim('0');
        var tail = digits.Length > 1 ? "." + digits[1..] : "";
        return $"{(number < 0 ? "-" : "")}{digits[0]}{tail}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent).ToString("D2", CultureInfo.InvariantCulture)}";
    }
}
