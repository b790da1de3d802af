using System.Text;

namespace Foreman.Tools.Files;

/// <summary>
/// Finds the part of a file that is most like a text which does not occur in it. Lines are looked up by how they begin and
/// end, so that each line of the file is compared with a few lines of the text only.
/// </summary>
internal static class NearestLines
{
    /// <summary>Bytes at the beginning or end of a line by which it is looked up.</summary>
    private const int KeyBytes = 6;

    private const int MaxLinesPerKey = 4;
    private const int MaxComparedBytes = 256;
    private const int MaxShownLineBytes = 512;

    /// <summary>The first and the last line to show, from 0, the last one excluded: around the most telling line, else the file's head.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="wanted">The text.</param>
    /// <param name="budget">Charged for each byte.</param>
    internal static (int Start, int End) Find(ReadOnlySpan<byte> file, ReadOnlySpan<byte> wanted, ToolBudget budget)
    {
        var index = new Dictionary<long, List<Range>>();
        var telling = Index(wanted, index, budget);
        var (best, score, number) = (0, 0, 0);
        for (var start = 0; start < file.Length; number++)
        {
            var line = Next(file, ref start);
            budget.Spend(line.Length + 16);
            var likeness = 0;
            foreach (var key in (ReadOnlySpan<long>)[Head(line), Tail(line)])
            {
                if (line.IsEmpty || !index.TryGetValue(key, out var candidates))
                {
                    continue;
                }

                foreach (var range in candidates)
                {
                    likeness = Math.Max(likeness, Likeness(wanted[range], line));
                    budget.Spend(MaxComparedBytes / 4);
                }
            }

            if (likeness > score)
            {
                (best, score) = (number, likeness);
            }
        }

        var around = Math.Clamp(telling, 3, 50);
        return (Math.Max(0, best - around), Math.Min(number, best + around + 1));
    }

    /// <summary>Lines with their numbers, long ones cut, as many as fit.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="start">The first line, from 0.</param>
    /// <param name="end">The line behind the last one.</param>
    /// <param name="maxCharacters">Of the whole text.</param>
    internal static string Numbered(ReadOnlySpan<byte> file, int start, int end, int maxCharacters)
    {
        var text = new StringBuilder();
        var at = TextFile.StartOf(file);
        for (var number = 0; number < end && at < file.Length; number++)
        {
            var from = at;
            var length = file[at..].IndexOf((byte)'\n') is >= 0 and var found ? found : file.Length - at;
            at += length + 1;
            if (number < start)
            {
                continue;
            }

            var line = file.Slice(from, length).TrimEnd((byte)'\r');
            var isCut = line.Length > MaxShownLineBytes;
            var shown = $"{(text.Length > 0 ? "\n" : "")}{number + 1}: {TextFile.Decode(isCut ? line[..MaxShownLineBytes] : line, isCut)}{(isCut ? "…" : "")}";
            if (text.Length + shown.Length > maxCharacters)
            {
                return text.Append("\n[cut]").ToString();
            }

            _ = text.Append(shown);
        }

        return text.ToString();
    }

    private static int Index(ReadOnlySpan<byte> wanted, Dictionary<long, List<Range>> index, ToolBudget budget)
    {
        var telling = 0;
        for (var start = 0; start < wanted.Length;)
        {
            var line = Next(wanted, ref start);
            budget.Spend(line.Length + 64);
            if (line.IsEmpty)
            {
                continue;
            }

            telling++;
            _ = wanted.Overlaps(line, out var offset);
            Add(index, Head(line), offset..(offset + line.Length));
            Add(index, Tail(line), offset..(offset + line.Length));
        }

        return telling;
    }

    private static void Add(Dictionary<long, List<Range>> index, long key, Range line)
    {
        if (!index.TryGetValue(key, out var lines))
        {
            index[key] = lines = [];
        }

        if (lines.Count < MaxLinesPerKey)
        {
            lines.Add(line);
        }
    }

    private static ReadOnlySpan<byte> Next(ReadOnlySpan<byte> text, ref int start)
    {
        var rest = text[start..];
        var length = rest.IndexOf((byte)'\n') is >= 0 and var at ? at : rest.Length;
        start += length + 1;
        return rest[..length].Trim(EditMatcher.WhiteSpace);
    }

    private static long Head(ReadOnlySpan<byte> line) => Key(line[..Math.Min(KeyBytes, line.Length)], 1);

    private static long Tail(ReadOnlySpan<byte> line) => Key(line[^Math.Min(KeyBytes, line.Length)..], 2);

    private static long Key(ReadOnlySpan<byte> bytes, long side)
    {
        var key = side;
        foreach (var b in bytes)
        {
            key = (key << 8) | b;
        }

        return key;
    }

    /// <summary>Length of the common beginning and end of two lines: crude, fast, and good enough to point somewhere.</summary>
    private static int Likeness(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        var most = Math.Min(MaxComparedBytes, Math.Min(a.Length, b.Length));
        var start = a[..most].CommonPrefixLength(b[..most]);
        var end = 0;
        while (end < most - start && a[^(end + 1)] == b[^(end + 1)])
        {
            end++;
        }

        return start + end;
    }
}
