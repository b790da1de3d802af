namespace Foreman.Primitives.Tests.Text;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("plain", 10, "plain")]
    [InlineData("a\nb\u001b[2J\u2028", 40, "a\\u000ab\\u001b[2J\\u2028")]
    [InlineData("abcdef", 3, "abc…")]
    [InlineData("ab😀", 3, "ab😀")]
    [InlineData("user\u202etxt.exe\u2066", 40, "user\\u202etxt.exe\\u2066")]
    public void A_line_has_no_control_characters_and_a_bounded_length(string text, int max, string line) => Assert.Equal(line, Printable.Line(text, max));

    [Fact]
    public void Half_a_pair_becomes_a_replacement_character() => Assert.Equal("a\uFFFDb", Printable.Line("a" + '\uD83D' + "b"));

    [Fact]
    public void A_text_keeps_its_lines_and_tabs_and_nothing_else_that_steers_a_terminal() =>
        Assert.Equal("a\r\n\tb\\u0007\\u202e", Printable.Text("a\r\n\tb\u0007\u202e"));

    [Theory]
    [InlineData("grün", 10, "grün")]
    [InlineData("grün", 4, "grü")]
    [InlineData("grün", 3, "gr")]
    [InlineData("a😀b", 4, "a")]
    [InlineData("a😀b", 5, "a😀")]
    [InlineData("abc", 0, "")]
    public void A_cut_text_has_at_most_so_many_bytes_and_splits_no_character(string text, int maxBytes, string cut) =>
        Assert.Equal(cut, Printable.CutToBytes(text, maxBytes));

    [Theory]
    [InlineData("plain é \U0001F600")]
    [InlineData("")]
    public void Valid_text_stays_as_it_is(string text) => Assert.Equal(text, Printable.Valid(text));

    [Fact]
    public void Halves_of_pairs_become_replacement_characters()
    {
        Assert.Equal("a\uFFFDb", Printable.Valid("a" + '\uD83D' + "b"));
        Assert.Equal("\uFFFD\U0001F600\uFFFD", Printable.Valid('\uDE00' + "\U0001F600" + '\uD83D'));
    }

    [Theory]
    [InlineData("abc", 3, "abc", "abc")]
    [InlineData("abcd", 3, "abc", "abc…")]
    [InlineData("ab😀", 3, "ab", "ab…")]
    [InlineData("ab😀", 4, "ab😀", "ab😀")]
    [InlineData("😀", 1, "", "…")]
    [InlineData("a", 0, "", "…")]
    [InlineData("", 0, "", "")]
    public void No_pair_is_cut_in_two(string text, int max, string prefix, string cut)
    {
        Assert.Equal(prefix, text[..Printable.PrefixLength(text, max)]);
        Assert.Equal(cut, Printable.Cut(text, max));
    }
}
