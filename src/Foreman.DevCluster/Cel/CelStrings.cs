using System.Text;

namespace Foreman.DevCluster.Cel;

/// <summary>Functions of strings and sizes; positions count code points.</summary>
internal static class CelStrings
{
    public static IEnumerable<CelOverload> Overloads { get; } =
    [
        .. Size(CelType.Text, value => CelCodePoints.Count(((CelText)value).Value)),
        .. Size(CelType.Bytes, value => ((CelBytes)value).Value.Length),
        .. Size(CelType.ListOf(CelType.A), value => ((CelList)value).Count),
        .. Size(CelType.MapOf(CelType.A, CelType.B), value => ((CelMap)value).Count),
        Test("startsWith", (text, part) => text.StartsWith(part, StringComparison.Ordinal)),
        Test("endsWith", (text, part) => text.EndsWith(part, StringComparison.Ordinal)),
        Test("contains", (text, part) => text.Contains(part, StringComparison.Ordinal)),
        Of("matches", [CelType.Text], CelType.Bool, Matches),
        new("matches", [CelType.Text, CelType.Text], CelType.Bool, Matches),
        Of("lowerAscii", [], CelType.Text, (arguments, _) => Mapped(arguments, c => c is >= 'A' and <= 'Z' ? (char)(c + 32) : c)),
        Of("upperAscii", [], CelType.Text, (arguments, _) => Mapped(arguments, c => c is >= 'a' and <= 'z' ? (char)(c - 32) : c)),
        Of("trim", [], CelType.Text, (arguments, _) => new CelText(Text(arguments, 0).Trim())),
        Of("charAt", [CelType.Int], CelType.Text, (arguments, _) => CharAt(new CelCodePoints(Text(arguments, 0)), Number(arguments, 1))),
        Of("indexOf", [CelType.Text], CelType.Int, (arguments, _) => IndexOf(arguments, 0)),
        Of("indexOf", [CelType.Text, CelType.Int], CelType.Int, (arguments, _) => IndexOf(arguments, Number(arguments, 2))),
        Of("lastIndexOf", [CelType.Text], CelType.Int, (arguments, _) => LastIndexOf(arguments, null)),
        Of("lastIndexOf", [CelType.Text, CelType.Int], CelType.Int, (arguments, _) => LastIndexOf(arguments, Number(arguments, 2))),
        Of("substring", [CelType.Int], CelType.Text, (arguments, _) => Substring(new CelCodePoints(Text(arguments, 0)), Number(arguments, 1), null)),
        Of("substring", [CelType.Int, CelType.Int], CelType.Text, (arguments, _) => Substring(new CelCodePoints(Text(arguments, 0)), Number(arguments, 1), Number(arguments, 2))),
        Of("replace", [CelType.Text, CelType.Text], CelType.Text, (arguments, run) => Replace(arguments, -1, run)),
        Of("replace", [CelType.Text, CelType.Text, CelType.Int], CelType.Text, (arguments, run) => Replace(arguments, Number(arguments, 3), run)),
        Of("split", [CelType.Text], CelType.ListOf(CelType.Text), (arguments, run) => Split(arguments, -1, run)),
        Of("split", [CelType.Text, CelType.Int], CelType.ListOf(CelType.Text), (arguments, run) => Split(arguments, Number(arguments, 2), run)),
        new("join", [CelType.ListOf(CelType.Text)], CelType.Text, (arguments, run) => Join((CelList)arguments[0], "", run), Member: true),
        new("join", [CelType.ListOf(CelType.Text), CelType.Text], CelType.Text, (arguments, run) => Join((CelList)arguments[0], Text(arguments, 1), run), Member: true),
    ];

    private static IEnumerable<CelOverload> Size(CelType type, Func<CelValue, int> size)
    {
        CelBody body = (arguments, run) =>
        {
            run.ChargeText(arguments[0] is CelText text ? text.Value.Length : 0);
            return new CelInt(size(arguments[0]));
        };
        yield return new CelOverload("size", [type], CelType.Int, body);
        yield return new CelOverload("size", [type], CelType.Int, body, Member: true);
    }

    private static CelOverload Test(string name, Func<string, string, bool> test) =>
        Of(name, [CelType.Text], CelType.Bool, (arguments, _) => CelBool.Of(test(Text(arguments, 0), Text(arguments, 1))));

    /// <summary>A function of a string, which costs by the length of all strings that it gets.</summary>
    private static CelOverload Of(string name, CelType[] parameters, CelType result, CelBody body) =>
        new(name, [CelType.Text, .. parameters], result, (arguments, run) => Counted(arguments, body, run), Member: true);

    private static CelValue Counted(CelValue[] arguments, CelBody body, CelRun run)
    {
        foreach (var argument in arguments)
        {
            run.ChargeText(argument is CelText text ? text.Value.Length : 0);
        }

        return body(arguments, run);
    }

    private static string Text(CelValue[] arguments, int index) => ((CelText)arguments[index]).Value;

    private static long Number(CelValue[] arguments, int index) => ((CelInt)arguments[index]).Value;

    private static CelError OutOfRange(long index) => new($"index out of range: {index}");

    private static CelValue Matches(CelValue[] arguments, CelRun run) => run.Matches(Text(arguments, 0), Text(arguments, 1));

    private static CelText Mapped(CelValue[] arguments, Func<char, char> map) => new(string.Concat(Text(arguments, 0).Select(map)));

    private static CelValue CharAt(CelCodePoints text, long index) =>
        index < 0 || index > text.Length ? OutOfRange(index) : new CelText(text.Slice((int)index, (int)Math.Min(index + 1, text.Length)));

    private static CelValue Substring(CelCodePoints text, long start, long? end)
    {
        var last = end ?? text.Length;
        if (end is not null && start > last)
        {
            return new CelError($"invalid substring range. start: {start}, end: {last}");
        }

        if (start < 0 || start > text.Length)
        {
            return OutOfRange(start);
        }

        return last > text.Length ? OutOfRange(last) : new CelText(text.Slice((int)start, (int)last));
    }

    private static CelValue IndexOf(CelValue[] arguments, long offset)
    {
        var (text, part) = (new CelCodePoints(Text(arguments, 0)), Text(arguments, 1));
        if (part.Length == 0)
        {
            return new CelInt(offset);
        }

        return offset < 0 ? OutOfRange(offset) : new CelInt(offset >= text.Length ? -1 : text.IndexOf(part, (int)offset));
    }

    private static CelValue LastIndexOf(CelValue[] arguments, long? offset)
    {
        var (text, part) = (new CelCodePoints(Text(arguments, 0)), Text(arguments, 1));
        if (part.Length == 0)
        {
            return new CelInt(offset ?? text.Length);
        }

        var from = offset ?? Math.Max(0, text.Length - 1);
        return from < 0 ? OutOfRange(from) : new CelInt(from >= text.Length ? -1 : text.LastIndexOf(part, (int)from));
    }

    private static CelText Replace(CelValue[] arguments, long times, CelRun run)
    {
        var (text, old, by) = (Text(arguments, 0), Text(arguments, 1), Text(arguments, 2));
        var result = new StringBuilder();
        var at = 0;
        for (var left = times < 0 ? long.MaxValue : times; left > 0; left--)
        {
            // An empty text is found before each character and at the end.
            var found = old.Length == 0 ? at : text.IndexOf(old, at, StringComparison.Ordinal);
            if (found < 0)
            {
                break;
            }

            run.ChargeText(by.Length + 1);
            result.Append(text, at, found - at).Append(by);
            at = found + old.Length;
            if (old.Length == 0)
            {
                if (at == text.Length)
                {
                    break;
                }

                var length = CelCodePoints.LengthAt(text, at);
                result.Append(text, at, length);
                at += length;
            }
        }

        return new CelText(result.Append(text, at, text.Length - at).ToString());
    }

    private static CelItems Split(CelValue[] arguments, long most, CelRun run)
    {
        var (text, separator) = (Text(arguments, 0), Text(arguments, 1));
        var parts = new List<CelValue>();
        var at = 0;
        while (most < 0 || parts.Count < most)
        {
            run.Charge(1);
            var end = separator.Length > 0 ? text.IndexOf(separator, at, StringComparison.Ordinal)
                : at < text.Length ? at + CelCodePoints.LengthAt(text, at)
                : -1;
            if (end < 0 || parts.Count + 1 == most || (separator.Length == 0 && end == text.Length))
            {
                if (separator.Length > 0 || at < text.Length)
                {
                    parts.Add(new CelText(text[at..]));
                }

                break;
            }

            parts.Add(new CelText(text[at..end]));
            at = end + separator.Length;
        }

        return new CelItems(parts);
    }

    private static CelValue Join(CelList list, string separator, CelRun run)
    {
        var result = new StringBuilder();
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is not CelText item)
            {
                return list[i] is CelError error ? error : CelValue.NoOverload;
            }

            run.ChargeText(item.Value.Length + separator.Length + 1);
            result.Append(i == 0 ? "" : separator).Append(item.Value);
        }

        return new CelText(result.ToString());
    }
}

/// <summary>A string by its code points: the two halves of a surrogate pair count as one.</summary>
internal sealed class CelCodePoints
{
    private readonly string _text;

    // Where each code point begins, and the end; null where each character is one.
    private readonly int[]? _starts;

    public CelCodePoints(string text)
    {
        _text = text;
        Length = Count(text);
        if (Length == text.Length)
        {
            return;
        }

        _starts = new int[Length + 1];
        var at = 0;
        for (var i = 0; i < Length; i++)
        {
            _starts[i] = at;
            at += LengthAt(text, at);
        }

        _starts[Length] = at;
    }

    public int Length { get; }

    public static int Count(string text)
    {
        var pairs = 0;
        for (var i = 1; i < text.Length; i++)
        {
            pairs += char.IsSurrogatePair(text[i - 1], text[i]) ? 1 : 0;
        }

        return text.Length - pairs;
    }

    /// <summary>Characters of the code point that begins there.</summary>
    public static int LengthAt(string text, int at) => at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 2 : 1;

    public string Slice(int start, int end) => _text[Start(start)..Start(end)];

    public int IndexOf(string part, int from) => CodePoint(_text.IndexOf(part, Start(from), StringComparison.Ordinal));

    /// <summary>The last place at or before one.</summary>
    public int LastIndexOf(string part, int from)
    {
        for (var at = Math.Min(Start(from), _text.Length - part.Length); at >= 0; at--)
        {
            if (string.CompareOrdinal(_text, at, part, 0, part.Length) == 0)
            {
                return CodePoint(at);
            }
        }

        return -1;
    }

    private int Start(int index) => _starts is null ? index : _starts[index];

    private int CodePoint(int start) => start < 0 || _starts is null ? start : Array.BinarySearch(_starts, start);
}
