using Foreman.AgentLoop.Model;

namespace Foreman.AgentLoop.Tests.Model;

[Trait("Kind", "10")]
public sealed class HtmlWordsTests
{
    [Theory]
    [InlineData("<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center></body></html>", "502 Bad Gateway 502 Bad Gateway nginx")]
    [InlineData("<!DOCTYPE html><style>p { color: red }</style><script>if (a < b) {}</script><p>Sign in", "Sign in")]
    [InlineData("<unclosed", "")]
    [InlineData("<script>never closed", "")]
    [InlineData("words", "words")]
    public void Only_the_words_of_a_page_are_kept(string html, string words) => Assert.Equal(words, HtmlWords.Of(html));
}
