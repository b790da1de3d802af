using System.Collections.Immutable;
using System.Text;
using Foreman.Operator.Try;

namespace Foreman.Operator.Live;

/// <summary>Columns of text under their headings, as kubectl prints them. Pure.</summary>
/// <param name="headings">Headings.</param>
internal sealed class TextTable(params ImmutableArray<string> headings)
{
    private const int MostInCell = 400;

    private readonly List<(ImmutableArray<string> Cells, LineLook Look)> _rows = [];

    /// <summary>Adds a row.</summary>
    /// <param name="look">Look of the row.</param>
    /// <param name="cells">One text for each heading; text from anywhere.</param>
    public void Add(LineLook look, params ImmutableArray<string> cells) =>
        _rows.Add(([.. cells.Select(c => TryFormat.OneLine(c, MostInCell))], look));

    /// <summary>The headings and the rows; nothing after the last cell of a line.</summary>
    public IEnumerable<EndLine> Lines()
    {
        var widths = headings.Select((heading, column) => _rows.Select(r => r.Cells[column].Length).Append(heading.Length).Max()).ToArray();
        return [new EndLine(Line(headings, widths)), .. _rows.Select(r => new EndLine(Line(r.Cells, widths), r.Look))];
    }

    private static string Line(ImmutableArray<string> cells, int[] widths)
    {
        var line = new StringBuilder();
        foreach (var (column, cell) in cells.Index())
        {
            line.Append(cell).Append(' ', widths[column] - cell.Length + 3);
        }

        return line.ToString().TrimEnd();
    }
}
