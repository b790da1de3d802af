using Foreman.Hosting;
using Foreman.Primitives;
using Spectre.Console;

namespace Foreman.Operator.Live;

/// <summary>Writes lines, in colours where results go to a terminal that has them.</summary>
internal static class LineWriter
{
    /// <summary>Writes them to where results go.</summary>
    public static async Task WriteAsync(ConsoleStreams console, IEnumerable<EndLine> lines)
    {
        var looks = console is { Terminal: true, Colours: true } ? Terminals.Of(console) : null;
        foreach (var line in lines.Select(l => l with { Text = Printable.Text(l.Text) }))
        {
            if (looks is null)
            {
                await console.Out.WriteLineAsync(line.Text);
            }
            else
            {
                // Spectre would wrap at the width of the terminal, and a diff is copied from it.
                looks.Profile.Width = WidthOf(line.Text);
                looks.WriteLine(line.Text, new Style(Colour(line.Look)));
            }
        }

        await console.Out.FlushAsync(CancellationToken.None);
    }

    /// <summary>Cells of a terminal that a line fits into: a character takes two at most.</summary>
    internal static int WidthOf(string line) => Math.Max((2 * line.Length) + 1, 80);

    private static Color Colour(LineLook look) => look switch
    {
        LineLook.Good => Color.Green,
        LineLook.Bad => Color.Red,
        LineLook.Part => Color.Blue,
        _ => Color.Default,
    };
}
