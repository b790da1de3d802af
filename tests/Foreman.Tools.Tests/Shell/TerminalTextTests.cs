using System.Text;
using Foreman.Tools.Shell;

namespace Foreman.Tools.Tests.Shell;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("plain\ttext\n", "plain\ttext\n")]
    [InlineData("\u001b[1;31mred\u001b[0m", "red")]
    [InlineData("\u001b]0;title\u0007x\u001b]8;;http://a\u001b\\link", "xlink")]
    [InlineData("10 %\r50 %\r100 %\nnext\r\n", "100 %\nnext\n")]
    [InlineData("a\r\r\nb", "a\nb")]
    [InlineData("ab\b\bcd", "cd")]
    [InlineData("bell\u0007 null\0 c1\u009b", "bell null c1")]
    [InlineData("cut \u001b[", "cut ")]
    [InlineData("cut \u001b", "cut ")]
    [InlineData("cut \u001b]0;never ends", "cut ")]
    public void Only_text_is_left(string written, string text) => Assert.Equal(text, TerminalText.Of(Encoding.UTF8.GetBytes(written)));

    [Fact]
    public void What_is_no_text_is_replaced() => Assert.Equal("a\ufffdb", TerminalText.Of([(byte)'a', 0xff, (byte)'b']));
}
