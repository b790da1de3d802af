using System.Text;

namespace Foreman.Tools.Files;

/// <summary>How the indentation of a place in a file differs from that of the text which a model sent.</summary>
internal sealed class Indentation
{
    // The usual widths first; lines that differ determine the width, so at most one fits.
    private static readonly int[] TabWidths = [4, 2, 8, 3, 1, 5, 6, 7];

    // Alignment mixes tabs and spaces as its writer liked: what is known from the place itself is not computed anew.
    private readonly Dictionary<string, byte[]>? _known;

    private Indentation(byte[] add, byte[] remove) => (Add, Remove) = (add, remove);

    private Indentation(int tabWidth, bool usesTabs, Dictionary<string, byte[]> known) => (TabWidth, UsesTabs, _known) = (tabWidth, usesTabs, known);

    /// <summary>No difference.</summary>
    internal static Indentation Same { get; } = new([], []);

    /// <summary>What each line of the new text gets in front.</summary>
    internal byte[] Add { get; } = [];

    /// <summary>What each line of the new text loses in front, where it has it.</summary>
    internal byte[] Remove { get; } = [];

    /// <summary>Spaces that stand for a tab on the other side; 0 when the characters are the same.</summary>
    internal int TabWidth { get; }

    /// <summary>True when the file has the tabs.</summary>
    private bool UsesTabs { get; }

    /// <summary>The one difference that all lines have; null when there is none such.</summary>
    /// <param name="file">Bytes of the file.</param>
    /// <param name="place">Lines of the file.</param>
    /// <param name="wanted">Bytes of the text.</param>
    /// <param name="lines">As many lines of the text; but for white space around them they are the same.</param>
    internal static Indentation? Find(ReadOnlySpan<byte> file, IReadOnlyList<Range> place, ReadOnlySpan<byte> wanted, IReadOnlyList<Range> lines)
    {
        if (Shift(file, place, wanted, lines) is { } shift)
        {
            return shift;
        }

        foreach (var width in TabWidths)
        {
            if (IsTabWidth(width, file, place, wanted, lines, out var usesTabs))
            {
                var known = new Dictionary<string, byte[]>();
                for (var i = 0; i < place.Count; i++)
                {
                    _ = known.TryAdd(Encoding.Latin1.GetString(Lead(wanted[lines[i]])), Lead(file[place[i]]).ToArray());
                }

                return new Indentation(width, usesTabs, known);
            }
        }

        return null;
    }

    /// <summary>A line of the new text as it is written to the file.</summary>
    internal void Write(ReadOnlySpan<byte> line, Stream to)
    {
        if (line.IsEmpty)
        {
            return;
        }

        if (TabWidth > 0)
        {
            var lead = Lead(line);
            if (_known!.TryGetValue(Encoding.Latin1.GetString(lead), out var known))
            {
                to.Write(known);
            }
            else
            {
                var columns = Columns(lead, TabWidth);
                Repeat(to, (byte)'\t', UsesTabs ? columns / TabWidth : 0);
                Repeat(to, (byte)' ', UsesTabs ? columns % TabWidth : columns);
            }

            to.Write(line[lead.Length..]);
            return;
        }

        to.Write(Add);
        to.Write(Remove.Length > 0 && line.StartsWith(Remove) ? line[Remove.Length..] : line);
    }

    private bool IsSameAs(Indentation other) => Add.AsSpan().SequenceEqual(other.Add) && Remove.AsSpan().SequenceEqual(other.Remove);

    private static Indentation? Shift(ReadOnlySpan<byte> file, IReadOnlyList<Range> place, ReadOnlySpan<byte> wanted, IReadOnlyList<Range> lines)
    {
        Indentation? shift = null;
        for (var i = 0; i < place.Count; i++)
        {
            var have = Lead(file[place[i]]);
            var want = Lead(wanted[lines[i]]);
            if (IsBlank(file[place[i]]))
            {
                continue;
            }

            Indentation? here = have.SequenceEqual(want) ? Same
                : have.EndsWith(want) ? new Indentation(have[..^want.Length].ToArray(), [])
                : want.EndsWith(have) ? new Indentation([], want[..^have.Length].ToArray())
                : null;
            if (here is null || (shift is not null && !ReferenceEquals(shift, here) && !shift.IsSameAs(here)))
            {
                return null;
            }

            shift = here;
        }

        return shift ?? Same;
    }

    private static bool IsTabWidth(int width, ReadOnlySpan<byte> file, IReadOnlyList<Range> place, ReadOnlySpan<byte> wanted, IReadOnlyList<Range> lines, out bool usesTabs)
    {
        usesTabs = false;
        for (var i = 0; i < place.Count; i++)
        {
            var have = Lead(file[place[i]]);
            var want = Lead(wanted[lines[i]]);
            usesTabs |= have.Contains((byte)'\t');
            if (!IsBlank(file[place[i]]) && Columns(have, width) != Columns(want, width))
            {
                return false;
            }
        }

        return true;
    }

    private static ReadOnlySpan<byte> Lead(ReadOnlySpan<byte> line) => line[..(line.IndexOfAnyExcept((byte)' ', (byte)'\t') is >= 0 and var end ? end : line.Length)];

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.Trim(EditMatcher.WhiteSpace).IsEmpty;

    private static int Columns(ReadOnlySpan<byte> lead, int width) => lead.Length + ((width - 1) * lead.Count((byte)'\t'));

    private static void Repeat(Stream to, byte value, int count)
    {
        for (var i = 0; i < count; i++)
        {
            to.WriteByte(value);
        }
    }
}
