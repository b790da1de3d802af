namespace Foreman.Tools.Tests.Files;

public sealed class StrReplaceToolTests : IDisposable
{
    private readonly ToolHarness _tools = new();

    public void Dispose() => _tools.Dispose();

    [Fact]
    public void Text_that_occurs_once_is_replaced()
    {
        _tools.Write("a.txt", "one two three\n");

        var outcome = _tools.Replace("a.txt", "two", "2");

        Assert.Equal(("edited a.txt (1 replacement)", "one 2 three\n"), (outcome.Text, _tools.Read("a.txt")));
        Assert.Equal("a.txt", Assert.Single(outcome.Changes).Path);
    }

    [Fact]
    public void Text_that_occurs_more_often_than_expected_is_left_alone()
    {
        _tools.Write("a.txt", "x x x\n");

        Assert.Contains("occurs 3 times", _tools.Replace("a.txt", "x", "y").Text, StringComparison.Ordinal);
        Assert.Equal("x x x\n", _tools.Read("a.txt"));
        Assert.False(_tools.Replace("a.txt", "x", "y", 3).IsError);
        Assert.Equal("y y y\n", _tools.Read("a.txt"));
    }

    [Fact]
    public void White_space_at_line_ends_does_not_matter()
    {
        _tools.Write("a.c", "int f() {   \n  return 1;\t\n}\n");

        var outcome = _tools.Replace("a.c", "int f() {\n  return 1;\n}", "int f() {\n  return 2;\n}");

        Assert.Contains("white space at line ends", outcome.Text, StringComparison.Ordinal);
        Assert.Equal("int f() {   \n  return 2;\n}\n", _tools.Read("a.c"));
    }

    [Theory]
    [InlineData("if a:\n    b()\n", "if a:\n    c()\n", "        if a:\n            c()\n")]
    [InlineData("            if a:\n                b()\n", "            if a:\n                c()\n", "        if a:\n            c()\n")]
    public void A_uniform_difference_in_indentation_is_made_up_for(string oldText, string newText, string expected)
    {
        _tools.Write("a.py", "def f():\n        if a:\n            b()\n\nend\n");

        var outcome = _tools.Replace("a.py", oldText, newText);

        Assert.Contains("another indentation", outcome.Text, StringComparison.Ordinal);
        Assert.Equal($"def f():\n{expected}\nend\n", _tools.Read("a.py"));
    }

    [Fact]
    public void Indentation_that_differs_from_line_to_line_is_not_guessed_at()
    {
        _tools.Write("a.py", "  a\n      b\n");

        Assert.True(_tools.Replace("a.py", "a\nb", "c\nd").IsError);
        Assert.Equal("  a\n      b\n", _tools.Read("a.py"));
    }

    [Fact]
    public void A_file_with_CRLF_keeps_its_CRLF()
    {
        _tools.Write("a.txt", "one\r\ntwo\r\nthree\r\n");

        Assert.False(_tools.Replace("a.txt", "one\ntwo\n", "1\n2\n").IsError);
        Assert.Equal("1\r\n2\r\nthree\r\n", _tools.Read("a.txt"));
    }

    [Fact]
    public void A_miss_shows_the_nearest_text_and_the_second_one_the_whole_file()
    {
        _tools.Write("a.txt", string.Join('\n', Enumerable.Range(1, 30).Select(i => $"line number {i} of the file")) + "\n");

        var first = _tools.Replace("a.txt", "line number 17 of teh file", "x");
        var second = _tools.Replace("a.txt", "line number 17 of teh file", "x");

        Assert.StartsWith("error: old_string does not occur in `a.txt`", first.Text, StringComparison.Ordinal);
        Assert.Contains("17: line number 17 of the file", first.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("30: ", first.Text, StringComparison.Ordinal);
        Assert.Contains("call write_file", second.Text, StringComparison.Ordinal);
        Assert.Contains("30: line number 30 of the file", second.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_file_is_shown_in_part_only()
    {
        _tools.Write("a.txt", string.Join('\n', Enumerable.Range(1, 1000).Select(i => $"row {i}")));

        _tools.Replace("a.txt", "none", "x");
        var text = _tools.Replace("a.txt", "none", "x").Text;

        Assert.Contains("first 400 of 1000 lines", text, StringComparison.Ordinal);
        Assert.EndsWith("400: row 400", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("same", "same", "nothing would change")]
    [InlineData("", "x", "old_string is empty")]
    public void An_edit_that_means_nothing_is_refused(string oldText, string newText, string why)
    {
        _tools.Write("a.txt", "same\n");

        var outcome = _tools.Replace("a.txt", oldText, newText);

        Assert.StartsWith("error", outcome.Text, StringComparison.Ordinal);
        Assert.Contains(why, outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Kind", "11")]
    public void An_edit_that_changes_nothing_in_the_file_is_no_change()
    {
        _tools.WriteBytes("a.txt", "one\r\ntwo\r\n"u8.ToArray());

        var outcome = _tools.Replace("a.txt", "one\ntwo", "one\r\ntwo");

        Assert.StartsWith("no change: a.txt already reads so", outcome.Text, StringComparison.Ordinal);
        Assert.Equal((false, 0), (outcome.IsError, outcome.Changes.Count));
    }

    [Theory]
    [Trait("Kind", "3")]
    [InlineData("old_string")]
    [InlineData("new_string")]
    public void Texts_of_an_edit_are_bounded(string name)
    {
        _tools.Write("a.txt", "same\n");
        var texts = name == "old_string" ? (new string('x', 600_000), "y") : ("same", new string('x', 600_000));

        Assert.Contains("at most 524288 bytes each", _tools.Replace("a.txt", texts.Item1, texts.Item2).Text, StringComparison.Ordinal);
    }
}
