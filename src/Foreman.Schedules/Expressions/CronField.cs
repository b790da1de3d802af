using System.Globalization;
using System.Numerics;
using Foreman.Primitives;

namespace Foreman.Schedules;

/// <summary>What a field of an expression may hold.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Least">Smallest value.</param>
/// <param name="Most">Largest value, the second name of one included.</param>
/// <param name="Last">Largest value of <c>*</c> and of ranges without an end.</param>
/// <param name="Words">Names of the values, from the smallest on; none where there are only numbers.</param>
internal sealed record CronFieldKind(string Name, int Least, int Most, int Last, string[] Words)
{
    public static CronFieldKind Minute { get; } = new("minute", 0, 59, 59, []);

    public static CronFieldKind Hour { get; } = new("hour", 0, 23, 23, []);

    public static CronFieldKind DayOfMonth { get; } = new("day of month", 1, 31, 31, []);

    public static CronFieldKind Month { get; } = new("month", 1, 12, 12, ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]);

    /// <summary>7 is another name of Sunday.</summary>
    public static CronFieldKind DayOfWeek { get; } = new("day of week", 0, 7, 6, ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]);
}

/// <summary>A field of an expression as the values that it stands for.</summary>
/// <param name="Bits">Bit n is set when n is one of them.</param>
/// <param name="IsStar">True for <c>*</c>, which restricts nothing; a range of all values does.</param>
/// <param name="IsStarStep">True for <c>*</c> with a step, which not every implementation takes for a restriction.</param>
internal readonly record struct CronField(ulong Bits, bool IsStar, bool IsStarStep)
{
    /// <summary>Reads a field.</summary>
    /// <param name="text">For example <c>*/15</c>, <c>MON-FRI</c> or <c>1,15</c>.</param>
    /// <param name="kind">What it may hold.</param>
    /// <param name="fault">What is wrong with it, as a sentence without its full stop; null for nothing.</param>
    public static CronField Parse(string text, CronFieldKind kind, out string? fault)
    {
        fault = null;
        if (text.StartsWith('*'))
        {
            return Star(text, kind, out fault);
        }

        var bits = 0UL;
        foreach (var item in text.Split(','))
        {
            bits |= Item(item, kind, ref fault);
        }

        return new(Fold(bits, kind), IsStar: false, IsStarStep: false);
    }

    /// <summary>The field as Cronos reads it: a list never makes it run a repeated hour twice.</summary>
    public string Text() => IsStar ? "*" : string.Join(',', Values());

    /// <summary>The values, smallest first.</summary>
    public IEnumerable<int> Values()
    {
        for (var rest = Bits; rest != 0; rest &= rest - 1)
        {
            yield return BitOperations.TrailingZeroCount(rest);
        }
    }

    /// <summary>Whether a value is one of them.</summary>
    public bool Contains(int value) => ((Bits >> value) & 1) != 0;

    private static CronField Star(string text, CronFieldKind kind, out string? fault)
    {
        fault = null;
        var step = 1;
        if (text.Length > 1)
        {
            if (text[1] != '/')
            {
                fault = Fault(kind, text, "has more behind *, which stands alone or with a step such as */2");
                return default;
            }

            step = Step(text[2..], kind, ref fault);
        }

        return new(Range(kind.Least, kind.Last, step), IsStar: step == 1, IsStarStep: step > 1);
    }

    private static ulong Item(string item, CronFieldKind kind, ref string? fault)
    {
        var parts = item.Split('/');
        var ends = parts[0].Split('-');
        if (parts.Length > 2 || ends.Length > 2)
        {
            fault ??= Fault(kind, item, "is no value, no range such as 1-5 and no step such as 0/15");
            return 0;
        }

        var first = Value(ends[0], kind, ref fault);
        var last = ends.Length > 1 ? Value(ends[1], kind, ref fault) : parts.Length > 1 ? Math.Max(first, kind.Last) : first;
        var step = parts.Length > 1 ? Step(parts[1], kind, ref fault) : 1;
        if (fault is null && last < first)
        {
            fault = Fault(kind, item, "ends before it begins");
        }

        return fault is null ? Range(first, last, step) : 0;
    }

    private static int Value(string text, CronFieldKind kind, ref string? fault)
    {
        var word = Array.FindIndex(kind.Words, w => w.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (word >= 0)
        {
            return word + kind.Least;
        }

        if (text.Length <= 2 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= kind.Least && value <= kind.Most)
        {
            return value;
        }

        fault ??= Fault(kind, text, string.Create(CultureInfo.InvariantCulture, $"is not {kind.Least} to {kind.Most}{(kind.Words is [var one, ..] ? $" or a name such as {one}" : "")}"));
        return kind.Least;
    }

    private static int Step(string text, CronFieldKind kind, ref string? fault)
    {
        if (text.Length <= 2 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var step) && step >= 1 && step <= kind.Last)
        {
            return step;
        }

        fault ??= Fault(kind, text, string.Create(CultureInfo.InvariantCulture, $"is no step from 1 to {kind.Last}"));
        return 1;
    }

    private static ulong Range(int first, int last, int step)
    {
        var bits = 0UL;
        for (var value = first; value <= last; value += step)
        {
            bits |= 1UL << value;
        }

        return bits;
    }

    // The second name of a value counts as the first one.
    private static ulong Fold(ulong bits, CronFieldKind kind) =>
        kind.Most > kind.Last && ((bits >> kind.Most) & 1) != 0 ? (bits & ~(1UL << kind.Most)) | (1UL << kind.Least) : bits;

    private static string Fault(CronFieldKind kind, string text, string what) => $"{kind.Name}: `{Printable.Line(text, 50)}` {what}";
}
