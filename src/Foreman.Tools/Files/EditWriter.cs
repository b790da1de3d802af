using Foreman.Tools.Workspaces;

namespace Foreman.Tools.Files;

/// <summary>
/// Makes an edit. No byte outside its places changes; inside, lines that the old and the new text share keep theirs, the
/// other ones get the line end and the indentation of what they replace, and the end of the file stays as it was.
/// </summary>
internal static class EditWriter
{
    /// <summary>The whole file after the edit.</summary>
    /// <param name="file">Before it.</param>
    /// <param name="edit">The texts.</param>
    /// <param name="places">In order, without overlap.</param>
    /// <param name="maxBytes">The largest result.</param>
    /// <param name="budget">Charged for what is written.</param>
    /// <exception cref="WorkspaceException">The result would be larger.</exception>
    internal static byte[] Write(ReadOnlySpan<byte> file, EditTexts edit, IReadOnlyList<EditPlace> places, int maxBytes, ToolBudget budget)
    {
        var shared = SharedLines.Of(edit);
        using var result = new MemoryStream(file.Length + edit.RawNew.Length);
        var copied = 0;
        foreach (var place in places)
        {
            result.Write(file[copied..place.Start]);
            copied = Replace(file, edit, shared, place, result);
            if (result.Length + file.Length - copied > maxBytes)
            {
                throw new WorkspaceException($"the edited file would have more than {maxBytes} bytes, the most that tools write");
            }

            budget.Spend(edit.New.Length + 64L);
        }

        result.Write(file[copied..]);
        return result.ToArray();
    }

    /// <summary>Writes what takes the place; returns where the file goes on behind it.</summary>
    private static int Replace(ReadOnlySpan<byte> file, EditTexts edit, SharedLines shared, EditPlace place, MemoryStream result)
    {
        if (edit.OnlyLineEndsDiffer && !place.WholeLines && ReferenceEquals(place.Shift, Indentation.Same) && file[place.Start..place.End].SequenceEqual(edit.RawOld))
        {
            result.Write(edit.RawNew);
            return place.End;
        }

        if (place.WholeLines && edit.New.Length == 0)
        {
            // The lines go with their ends.
            return file[place.End..].IndexOf((byte)'\n') is >= 0 and var at ? place.End + at + 1 : file.Length;
        }

        var before = result.Length;
        WriteLines(file, edit, shared, place, result);
        KeepFinalEnd(file, place, before, result);
        return place.End;
    }

    private static void WriteLines(ReadOnlySpan<byte> file, EditTexts edit, SharedLines shared, EditPlace place, MemoryStream result)
    {
        var old = PlaceLines.Of(file, place);
        var lines = place.WholeLines && edit.New is [.., (byte)'\n'] ? shared.NewLines.Count - 1 : shared.NewLines.Count;
        var tail = place.WholeLines && lines < shared.NewLines.Count ? Math.Max(0, shared.Tail - 1) : place.WholeLines ? 0 : shared.Tail;
        var head = Math.Min(shared.Head, Math.Min(lines - tail, old.Count - tail));
        for (var i = 0; i < lines; i++)
        {
            var same = i < head ? i : i >= lines - tail ? old.Count - lines + i : -1;
            if (same >= 0)
            {
                result.Write(file[old.Line(same)]);
            }
            else
            {
                place.Shift.Write(edit.New.AsSpan(shared.NewLines[i]), result);
            }

            if (i + 1 < lines)
            {
                // In the part that the texts share behind the change, line ends are counted from the end.
                var end = i < head ? i : i + 1 >= lines - tail ? old.Count - lines + i : Math.Min(i, old.Count - 2);
                result.Write(old.End(file, end, edit));
            }
        }
    }

    /// <summary>A file that ended with a line end still does, and one that did not still does not.</summary>
    private static void KeepFinalEnd(ReadOnlySpan<byte> file, EditPlace place, long before, MemoryStream result)
    {
        if (place.End < file.Length || result.Length == 0)
        {
            return;
        }

        var written = result.GetBuffer().AsSpan(0, (int)result.Length);
        var ends = written[^1] == '\n';
        if (file[^1] == '\n' && !ends)
        {
            result.Write(file.EndsWith("\r\n"u8) ? "\r\n"u8 : "\n"u8);
        }
        else if (file[^1] != '\n' && ends && result.Length > before)
        {
            var length = written.EndsWith("\r\n"u8) ? 2 : 1;
            result.SetLength(Math.Max(before, result.Length - length));
        }
    }
}
