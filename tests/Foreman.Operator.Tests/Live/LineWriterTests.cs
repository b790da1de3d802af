using Foreman.Operator.Live;
using Spectre.Console;

namespace Foreman.Operator.Tests.Live;

public class LineWriterTests
{
    [Fact]
    public void A_line_of_wide_characters_is_not_wrapped()
    {
        var line = new string('漢', 100);
        using var writer = new StringWriter();
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(writer) });

        console.Profile.Width = LineWriter.WidthOf(line);
        console.WriteLine(line, Style.Plain);

        Assert.Equal(line, writer.ToString().TrimEnd());
    }

    [Fact]
    public void A_short_line_has_the_usual_width() => Assert.Equal(80, LineWriter.WidthOf("short"));
}
