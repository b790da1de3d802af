using Foreman.Operator.Live;

namespace Foreman.Operator.Tests.Live;

public class TextTableTests
{
    [Fact]
    public void Columns_stand_under_their_headings_and_rows_keep_their_look()
    {
        var table = new TextTable("NAME", "STATE", "WHY");
        table.Add(LineLook.Good, "a", "Ready", "");
        table.Add(LineLook.Bad, "longer-name", "NotReady", "two\nlines \u001b[31m");

        Assert.Equal(
            [
                new EndLine("NAME          STATE      WHY"),
                new EndLine("a             Ready", LineLook.Good),
                new EndLine("longer-name   NotReady   two lines \\u001b[31m", LineLook.Bad),
            ],
            table.Lines());
    }
}
