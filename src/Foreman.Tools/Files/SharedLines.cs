namespace Foreman.Tools.Files;

/// <summary>How many lines the old and the new text of an edit have in common at the beginning and at the end.</summary>
/// <param name="NewLines">The lines of the new text.</param>
/// <param name="Head">The same ones at the beginning.</param>
/// <param name="Tail">The same ones at the end, beside those at the beginning.</param>
internal sealed record SharedLines(IReadOnlyList<Range> NewLines, int Head, int Tail)
{
    internal static SharedLines Of(EditTexts edit)
    {
        var (old, lines) = (EditTexts.Lines(edit.Old), EditTexts.Lines(edit.New));
        var most = Math.Min(old.Count, lines.Count);
        var head = 0;
        while (head < most && Same(edit, old[head], lines[head]))
        {
            head++;
        }

        var tail = 0;
        while (tail < most - head && Same(edit, old[^(tail + 1)], lines[^(tail + 1)]))
        {
            tail++;
        }

        return new SharedLines(lines, head, tail);
    }

    private static bool Same(EditTexts edit, Range old, Range line) => edit.Old.AsSpan(old).SequenceEqual(edit.New.AsSpan(line));
}

/// <summary>The lines of a file that an edit replaces, with their ends.</summary>
internal sealed class PlaceLines
{
    private readonly List<(int Start, int End, int Next)> _lines = [];
    private readonly EditPlace _place;

    private PlaceLines(EditPlace place) => _place = place;

    /// <summary>At least 1: a place without a line end is one line.</summary>
    internal int Count => _lines.Count;

    internal static PlaceLines Of(ReadOnlySpan<byte> file, EditPlace place)
    {
        var lines = new PlaceLines(place);
        var start = place.Start;
        while (file[start..place.End].IndexOf((byte)'\n') is >= 0 and var length)
        {
            var end = start + length;
            lines._lines.Add((start, end - (length > 0 && file[end - 1] == '\r' ? 1 : 0), end + 1));
            start = end + 1;
        }

        lines._lines.Add((start, place.End, place.End));
        return lines;
    }

    /// <summary>A line without its end.</summary>
    internal Range Line(int number) => _lines[number].Start.._lines[number].End;

    /// <summary>
    /// The end of a line of the place; where it has none, that of its surroundings, and in a file without line ends that of
    /// the new text.
    /// </summary>
    internal ReadOnlySpan<byte> End(ReadOnlySpan<byte> file, int number, EditTexts edit)
    {
        if (number >= 0 && number < _lines.Count - 1)
        {
            return file[_lines[number].End.._lines[number].Next];
        }

        if (_lines.Count > 1)
        {
            return file[_lines[^2].End.._lines[^2].Next];
        }

        var behind = file[_place.End..].IndexOf((byte)'\n');
        var at = behind >= 0 ? _place.End + behind : file[.._place.Start].LastIndexOf((byte)'\n');
        return at >= 0 ? at > 0 && file[at - 1] == '\r' ? "\r\n"u8 : "\n"u8
            : edit.RawNew.AsSpan().IndexOf("\r\n"u8) >= 0 ? "\r\n"u8 : "\n"u8;
    }
}
