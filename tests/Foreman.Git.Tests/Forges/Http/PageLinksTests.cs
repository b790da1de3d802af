using Foreman.Git.Forges.Http;

namespace Foreman.Git.Tests.Forges.Http;

public class PageLinksTests
{
    [Theory]
    [InlineData("<https://a/?page=2>; rel=\"next\"", "https://a/?page=2")]
    [InlineData("<https://a/?page=9>; rel=\"last\", <https://a/?page=2>; rel=\"next\"", "https://a/?page=2")]
    [InlineData("<https://a/?x=1,2;rel=next>; rel=\"prev\", <https://a/?page=3>; title=\"t\"; rel=next", "https://a/?page=3")]
    public void The_next_page_is_named(string header, string expected) => Assert.Equal(expected, PageLinks.Next(header));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("<https://a/?page=1>; rel=\"first\"")]
    [InlineData("<https://a/?page=1")]
    [InlineData("<>; rel=\"next\"")]
    [InlineData("rel=\"next\"")]
    public void The_last_page_has_none(string? header) => Assert.True(string.IsNullOrEmpty(PageLinks.Next(header)));
}
