namespace Foreman.Primitives.Tests;

public class ControlCharactersTests
{
    [Theory]
    [InlineData("plain ä 漢", "plain ä 漢")]
    [InlineData("a\r\nb\tc", "a\\r\\nb\\tc")]
    [InlineData("\u001b[31mred", "\\u001b[31mred")]
    [InlineData("\u0085\u009b", "\\u0085\\u009b")]
    [InlineData("a\u202eb\u2028", "a\\u202eb\\u2028")]
    public void Control_characters_are_escaped(string text, string expected) => Assert.Equal(expected, ControlCharacters.Escape(text));

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a\nb\u001bc", "a b c")]
    public void Control_characters_become_spaces(string text, string expected) => Assert.Equal(expected, ControlCharacters.Blank(text));
}
