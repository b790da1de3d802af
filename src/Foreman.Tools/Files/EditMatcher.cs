namespace Foreman.Tools.Files;

/// <summary>
/// Finds the place of an edit. First exactly; then line by line without the white space at line ends; then with one
/// uniform difference in indentation, by which the new text is shifted too. Anything looser would guess.
/// </summary>
internal static class EditMatcher
{
    /// <summary>Looks for the old text and makes the edit.</summary>
    /// <param name="text">The whole file.</param>
    /// <param name="oldText">Not empty.</param>
    /// <param name="newText">What takes its place.</param>
    /// <param name="expected">How often it must occur.</param>
    internal static EditMatch Find(string text, string oldText, string newText, int expected)
    {
        var exact = Count(text, oldText);
        if (exact > 0)
        {
            return new EditMatch(exact, exact == expected ? text.Replace(oldText, newText, StringComparison.Ordinal) : null, null);
        }

        // A file with CRLF is edited as if it had LF, and keeps its CRLF.
        if (text.Contains("\r\n", StringComparison.Ordinal) && !oldText.Contains('\r'))
        {
            var (old, replacement) = (ToCrlf(oldText), ToCrlf(newText));
            var crlf = Count(text, old);
            if (crlf > 0)
            {
                return new EditMatch(crlf, crlf == expected ? text.Replace(old, replacement, StringComparison.Ordinal) : null, null);
            }
        }

        return ByLines(text, oldText, newText, expected, TrimmedShift, "without the white space at line ends")
            ?? ByLines(text, oldText, newText, expected, IndentShift, "with another indentation")
            ?? new EditMatch(0, null, null);
    }

    /// <summary>The lines of a file that are most like the old text: where its most telling line stands, else the file's head.</summary>
    internal static (int Start, int End) Nearest(string[] lines, string oldText)
    {
        var wanted = TextFile.Lines(oldText).Select(l => l.Trim()).Where(l => l.Length > 0).ToArray();
        var best = 0;
        var score = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            var likeness = wanted.Length == 0 || line.Length == 0 ? 0 : wanted.Max(w => Likeness(w, line));
            if (likeness > score)
            {
                (best, score) = (i, likeness);
            }
        }

        var around = Math.Max(3, wanted.Length);
        return (Math.Max(0, best - around), Math.Min(lines.Length, best + around + 1));
    }

    private static EditMatch? ByLines(string text, string oldText, string newText, int expected, Func<string[], string[], int, Shift?> compare, string how)
    {
        var lines = text.Split('\n');
        var endsWithLine = oldText.EndsWith('\n');
        var wanted = (endsWithLine ? oldText[..^1] : oldText).Split('\n');
        var places = new List<(int Line, Shift Shift)>();
        for (var i = 0; i + wanted.Length <= lines.Length; i++)
        {
            if (compare(lines, wanted, i) is { } shift)
            {
                places.Add((i, shift));
                i += wanted.Length - 1;
            }
        }

        // Only whole, telling lines are matched this way: blank ones fit everywhere.
        if (places.Count == 0 || wanted.All(string.IsNullOrWhiteSpace))
        {
            return null;
        }

        return new EditMatch(places.Count, places.Count == expected ? Rewrite() : null, how);

        string Rewrite()
        {
            var replacement = (endsWithLine && newText.EndsWith('\n') ? newText[..^1] : newText).Split('\n');
            var removesLines = endsWithLine && newText.Length == 0;
            var result = lines.ToList();
            foreach (var (line, shift) in Enumerable.Reverse(places))
            {
                var carriage = result[line].EndsWith('\r');
                result.RemoveRange(line, wanted.Length);
                if (!removesLines)
                {
                    result.InsertRange(line, replacement.Select(r => shift.Apply(r) + (carriage && !r.EndsWith('\r') ? "\r" : "")));
                }
            }

            return string.Join('\n', result);
        }
    }

    private static Shift? TrimmedShift(string[] lines, string[] wanted, int at)
    {
        for (var i = 0; i < wanted.Length; i++)
        {
            if (!lines[at + i].AsSpan().TrimEnd().SequenceEqual(wanted[i].AsSpan().TrimEnd()))
            {
                return null;
            }
        }

        return new Shift("", "");
    }

    /// <summary>The one prefix that all lines of the file have more, or less, than the wanted ones.</summary>
    private static Shift? IndentShift(string[] lines, string[] wanted, int at)
    {
        Shift? shift = null;
        for (var i = 0; i < wanted.Length; i++)
        {
            var (have, want) = (lines[at + i].TrimEnd(), wanted[i].TrimEnd());
            if (have.Length == 0 && want.Length == 0)
            {
                continue;
            }

            if (!have.AsSpan().TrimStart().SequenceEqual(want.AsSpan().TrimStart()))
            {
                return null;
            }

            var here = have.EndsWith(want, StringComparison.Ordinal) ? new Shift(have[..^want.Length], "")
                : want.EndsWith(have, StringComparison.Ordinal) ? new Shift("", want[..^have.Length])
                : (Shift?)null;
            if (here is null || (shift is not null && shift != here))
            {
                return null;
            }

            shift = here;
        }

        return shift;
    }

    private static int Count(string text, string part)
    {
        var count = 0;
        for (var i = text.IndexOf(part, StringComparison.Ordinal); i >= 0; i = text.IndexOf(part, i + part.Length, StringComparison.Ordinal))
        {
            count++;
        }

        return count;
    }

    private static string ToCrlf(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal);

    /// <summary>Length of the common beginning and end of two lines: crude, fast, and good enough to point somewhere.</summary>
    private static int Likeness(string a, string b)
    {
        var start = a.AsSpan().CommonPrefixLength(b);
        var end = 0;
        while (end < Math.Min(a.Length, b.Length) - start && a[^(end + 1)] == b[^(end + 1)])
        {
            end++;
        }

        return start + end;
    }

    /// <summary>A difference in indentation.</summary>
    /// <param name="Add">What each line of the new text gets in front.</param>
    /// <param name="Remove">What each line of the new text loses in front, where it has it.</param>
    private readonly record struct Shift(string Add, string Remove)
    {
        internal string Apply(string line) => line.Length == 0 ? line
            : Remove.Length > 0 && line.StartsWith(Remove, StringComparison.Ordinal) ? line[Remove.Length..]
            : Add + line;
    }
}

/// <summary>What came of looking for an edit's place.</summary>
/// <param name="Found">How often the old text was found.</param>
/// <param name="Edited">The whole new text; null when it was found too often, too rarely or not at all.</param>
/// <param name="How">Which leniency it took, in words; null for none.</param>
internal readonly record struct EditMatch(int Found, string? Edited, string? How);
