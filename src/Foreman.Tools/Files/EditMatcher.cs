namespace Foreman.Tools.Files;

/// <summary>
/// Finds the places of an edit. First exactly; then with the other line ends; then line by line without the white space at
/// line ends; then with one uniform difference in indentation, or tabs for spaces, by which the new text is changed too.
/// Anything looser would guess. The time grows with the size of the file plus that of the text, never with their product.
/// </summary>
internal static class EditMatcher
{
    /// <summary>Bytes of candidates that are compared line by line; a file full of near misses has more.</summary>
    internal const long MaxComparedBytes = 64 << 20;

    /// <summary>What is ignored around a line.</summary>
    internal static ReadOnlySpan<byte> WhiteSpace => " \t\r\v\f"u8;

    /// <summary>Looks for the old text byte for byte.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="edit">The old text is not empty.</param>
    /// <param name="keep">Most places to return, from 1; all are counted.</param>
    /// <param name="budget">Charged for each byte that is compared.</param>
    internal static EditMatch FindExactly(ReadOnlySpan<byte> file, EditTexts edit, int keep, ToolBudget budget) =>
        Search(file, TextFile.StartOf(file), edit.RawOld, fold: false, keep, budget);

    /// <summary>Looks for the old text.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="edit">The old text is not empty.</param>
    /// <param name="keep">Most places to return, from 1; all are counted.</param>
    /// <param name="budget">Charged for each byte that is compared.</param>
    internal static EditMatch Find(ReadOnlySpan<byte> file, EditTexts edit, int keep, ToolBudget budget)
    {
        var start = TextFile.StartOf(file);
        var exact = FindExactly(file, edit, keep, budget);
        if (exact.Found == 0)
        {
            exact = Search(file, start, edit.Old, fold: true, keep, budget);
        }

        return exact.Found > 0 ? exact : ByLines(file, start, edit, keep, budget);
    }

    /// <summary>Knuth, Morris and Pratt's search: no text makes it slow.</summary>
    private static EditMatch Search(ReadOnlySpan<byte> file, int start, ReadOnlySpan<byte> wanted, bool fold, int keep, ToolBudget budget)
    {
        var places = new List<EditPlace>();
        var (found, matched) = (0, 0);
        if (wanted.Length > file.Length - start)
        {
            return new EditMatch(0, places, null);
        }

        var fallback = Fallback(wanted);
        for (var i = start; i < file.Length; i++)
        {
            if ((i & 0xFFFF) == 0)
            {
                budget.Spend(0xFFFF);
            }

            var b = file[i];
            if (fold && b == '\r' && i + 1 < file.Length && file[i + 1] == '\n')
            {
                continue;
            }

            while (matched > 0 && wanted[matched] != b)
            {
                matched = fallback[matched - 1];
            }

            matched += wanted[matched] == b ? 1 : 0;
            if (matched == wanted.Length)
            {
                matched = 0;
                if (found++ < keep)
                {
                    places.Add(new EditPlace(StartOf(file, i + 1, wanted.Length, fold), i + 1, false, Indentation.Same));
                }
            }
        }

        return new EditMatch(found, places, null);
    }

    private static int StartOf(ReadOnlySpan<byte> file, int end, int length, bool fold)
    {
        for (; length > 0; length--)
        {
            end -= fold && file[end - 1] == '\n' && end > 1 && file[end - 2] == '\r' ? 2 : 1;
        }

        return end;
    }

    private static int[] Fallback(ReadOnlySpan<byte> wanted)
    {
        var table = new int[wanted.Length];
        for (var (i, matched) = (1, 0); i < wanted.Length; i++)
        {
            while (matched > 0 && wanted[matched] != wanted[i])
            {
                matched = table[matched - 1];
            }

            matched += wanted[matched] == wanted[i] ? 1 : 0;
            table[i] = matched;
        }

        return table;
    }

    private static EditMatch ByLines(ReadOnlySpan<byte> file, int start, EditTexts edit, int keep, ToolBudget budget)
    {
        // Only whole, telling lines are matched this way: blank ones fit everywhere.
        ReadOnlySpan<byte> wanted = edit.Old;
        var wholeLines = wanted[^1] == '\n';
        var lines = EditTexts.Lines(wholeLines ? wanted[..^1] : wanted);
        if (wanted.Trim(" \t\r\v\f\n"u8).IsEmpty)
        {
            return new EditMatch(0, [], null);
        }

        EditMatch[] byKind = [new(0, [], "without the white space at line ends"), new(0, [], "with another indentation"), new(0, [], "with tabs for spaces or spaces for tabs")];
        var behind = new int[byKind.Length];
        var compared = 0L;
        foreach (var candidate in new LineSearch(file, start, wanted, lines, budget))
        {
            var place = FileLines(file, candidate, lines.Count);
            budget.Spend(place[^1].End.Value - candidate);
            compared += place[^1].End.Value - candidate;
            if (compared > MaxComparedBytes)
            {
                return new EditMatch(0, [], null);
            }

            if (Indentation.Find(file, place, wanted, lines) is not { } shift)
            {
                continue;
            }

            var kind = shift.TabWidth > 0 ? 2 : shift.Add.Length + shift.Remove.Length > 0 ? 1 : 0;
            if (candidate >= behind[kind])
            {
                behind[kind] = place[^1].End.Value;
                byKind[kind] = byKind[kind].With(new EditPlace(candidate, behind[kind], wholeLines, shift), keep);
            }
        }

        return byKind.FirstOrDefault(m => m.Found > 0) is { Found: > 0 } match ? match : new EditMatch(0, [], null);
    }

    private static List<Range> FileLines(ReadOnlySpan<byte> file, int start, int count)
    {
        var lines = new List<Range>(count);
        for (; count > 0; count--)
        {
            var at = file[start..].IndexOf((byte)'\n');
            var length = at < 0 ? file.Length - start : at;
            lines.Add(start..(start + length - (at > 0 && file[start + at - 1] == '\r' ? 1 : 0)));
            start += length + 1;
        }

        return lines;
    }
}

/// <summary>What came of looking for an edit's place.</summary>
/// <param name="Found">How often the old text was found.</param>
/// <param name="Places">The first of them in order.</param>
/// <param name="How">Which leniency it took, in words; null for none.</param>
internal readonly record struct EditMatch(int Found, List<EditPlace> Places, string? How)
{
    internal EditMatch With(EditPlace place, int keep)
    {
        if (Found < keep)
        {
            Places.Add(place);
        }

        return this with { Found = Found + 1 };
    }
}

/// <summary>A part of a file that an edit replaces.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="End">The byte behind it.</param>
/// <param name="WholeLines">True when it was found by lines and the old text ends with a line end, which is not in the part.</param>
/// <param name="Shift">How the new text is indented.</param>
internal readonly record struct EditPlace(int Start, int End, bool WholeLines, Indentation Shift);
