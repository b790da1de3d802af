using System.Text;

namespace Foreman.Tools.Tests.Files;

/// <summary>An edit keeps what a model does not write: line ends, byte order mark, final line end, indentation.</summary>
[Trait("Kind", "11")]
public sealed class EditWriterTests : IDisposable
{
    private readonly ToolHarness _tools = new();

    public void Dispose() => _tools.Dispose();

    [Theory]
    [InlineData("one\r\ntwo\r\nthree\r\n", "two", "2\nand more", "one\r\n2\r\nand more\r\nthree\r\n")]
    [InlineData("one\r\ntwo\r\nthree\r\n", "one\ntwo", "1\n2", "1\r\n2\r\nthree\r\n")]
    [InlineData("f(a,\r\n  b)\r\n", "a,\n  b", "x,\n  y", "f(x,\r\n  y)\r\n")]
    [InlineData("one\ntwo\n", "one\r\ntwo", "1\r\n2", "1\n2\n")]
    [InlineData("one\ntwo\n", "two", "2\r\n3", "one\n2\n3\n")]
    [InlineData("a\r\nb\nc\r\nd\n", "a\nb\nc\nd\n", "a\nB\nc\nd\n", "a\r\nB\nc\r\nd\n")]
    [InlineData("a\r\nb\nc\r\nd\n", "a\nb\nc\nd\n", "a\nnew\nb\nc\nd\n", "a\r\nnew\r\nb\nc\r\nd\n")]
    [InlineData("a\nb\r\n", "a", "x\ny", "x\ny\nb\r\n")]
    [InlineData("a\r\nb\n", "a", "x\ny", "x\r\ny\r\nb\n")]
    [InlineData("no end", "no", "some\nno", "some\nno end")]
    public void Line_ends_stay_those_of_the_file(string file, string oldText, string newText, string expected) => AssertEdit(file, oldText, newText, expected);

    [Theory]
    [InlineData("one\ntwo", "two", "2\n", "one\n2")]
    [InlineData("one\ntwo", "two\n", "2\n", "one\n2")]
    [InlineData("one\ntwo\n", "two\n", "2", "one\n2\n")]
    [InlineData("one\r\ntwo\r\n", "two\n", "2", "one\r\n2\r\n")]
    [InlineData("one\ntwo\n", "\ntwo\n", "", "one\n")]
    [InlineData("one\ntwo\n", "one\ntwo\n", "", "")]
    [InlineData("one\ntwo", "one\n", "", "two")]
    [InlineData("one\n two\r", "two\n", "", "one\n")]
    public void The_end_of_the_file_stays_as_it_was(string file, string oldText, string newText, string expected) => AssertEdit(file, oldText, newText, expected);

    [Theory]
    [InlineData("one\r\ntwo\r\n", "one\r\ntwo\r\n", "one\ntwo\n", "one\ntwo\n")]
    [InlineData("one", "one", "one\n", "one\n")]
    [InlineData("one\n", "one\n", "one", "one")]
    public void An_edit_of_nothing_but_line_ends_is_made_as_it_stands(string file, string oldText, string newText, string expected) => AssertEdit(file, oldText, newText, expected);

    [Theory]
    [InlineData("\uFEFFone\ntwo\n", "one", "1", "\uFEFF1\ntwo\n")]
    [InlineData("\uFEFFone\ntwo\n", "\uFEFFone", "\uFEFF1", "\uFEFF1\ntwo\n")]
    [InlineData("one\ntwo\n", "\uFEFFone", "1", "1\ntwo\n")]
    [InlineData("\uFEFFone\r\ntwo\r\n", "one\ntwo\n", "1\n2\n", "\uFEFF1\r\n2\r\n")]
    [InlineData("\uFEFF  one\ntwo\n", "one\ntwo", "1\n2", "\uFEFF  1\n2\n")]
    public void A_byte_order_mark_stays_and_is_not_looked_for(string file, string oldText, string newText, string? expected) => AssertEdit(file, oldText, newText, expected);

    [Theory]
    [InlineData("if (a) {\n\treturn 1;\n}\n", "if (a) {\n    return 1;\n}", "if (a) {\n    if (b) {\n        c();\n    }\n    return 2;\n}", "if (a) {\n\tif (b) {\n\t\tc();\n\t}\n\treturn 2;\n}\n")]
    [InlineData("if (a) {\n  return 1;\n}\n", "if (a) {\n\treturn 1;\n}", "if (a) {\n\tif (b)\n\t\treturn 2;\n}", "if (a) {\n  if (b)\n    return 2;\n}\n")]
    [InlineData("a:\n\tb\n\t\tc\n", "a:\n        b\n                c\n", "a:\n        b\n                d\n", "a:\n\tb\n\t\td\n")]
    [InlineData("\tx = f(a,\n\t      b)\n", "    x = f(a,\n          b)\n", "    x = g(a,\n          c)\n", "\tx = g(a,\n\t      c)\n")]
    [InlineData("\ta\r\n\tb\r\n", "  a\n  b\n", "  a\n    c\n", "\ta\r\n\t\tc\r\n")]
    [InlineData("\ta\n  b\n", "    a\n    b\n", "    c\n    d\n", null)]
    public void Tabs_stay_tabs_and_spaces_stay_spaces(string file, string oldText, string newText, string? expected) => AssertEdit(file, oldText, newText, expected);

    [Theory]
    [InlineData("a  \nb\t\nc \n", "a\nb\nc", "a\nx\nc", "a  \nx\nc \n")]
    [InlineData("a\nb\n", "a  \nb  ", "a  \nx", "a\nx\n")]
    [InlineData("    a  \n    b\n", "a\nb", "a\nc", "    a  \n    c\n")]
    public void Lines_that_both_texts_share_keep_their_white_space(string file, string oldText, string newText, string expected) => AssertEdit(file, oldText, newText, expected);

    [Fact]
    public void A_file_that_is_not_UTF_8_keeps_its_bytes()
    {
        _tools.WriteBytes("a.txt", [.. "na"u8, 0xEF, .. "ve\r\nold\r\n"u8]);

        Assert.False(_tools.Replace("a.txt", "old", "new").IsError);
        byte[] expected = [.. "na"u8, 0xEF, .. "ve\r\nnew\r\n"u8];
        Assert.Equal(expected, _tools.ReadBytes("a.txt"));
    }

    [Fact]
    public void An_edit_that_would_make_the_file_too_large_is_refused()
    {
        _tools.Write("a.txt", new string('x', 9000));

        var outcome = _tools.Replace("a.txt", "x", new string('y', 1000), 9000);

        Assert.Contains("more than 4194304 bytes", outcome.Text, StringComparison.Ordinal);
        Assert.Equal(9000, _tools.Read("a.txt").Length);
    }

    // Null expects that nothing is found and the file left alone.
    private void AssertEdit(string file, string oldText, string newText, string? expected)
    {
        _tools.WriteBytes("a.txt", Encoding.UTF8.GetBytes(file));

        var outcome = _tools.Replace("a.txt", oldText, newText);

        Assert.Equal((expected is null, expected ?? file), (outcome.IsError, Encoding.UTF8.GetString(_tools.ReadBytes("a.txt"))));
        Assert.Equal(expected is null ? 0 : 1, outcome.Changes.Count);
    }
}
