using System.Text.Json.Nodes;
using Foreman.Agent.Identity;
using Foreman.Agent.Tests.Support;
using Foreman.Api;

namespace Foreman.Agent.Tests.Identity;

public sealed class HostTokenTests
{
    [Fact]
    public void A_token_says_whose_it_is_how_long_it_lives_and_what_it_ends_with()
    {
        var text = TokenText.OfHost("gpu.office", TimeSpan.FromHours(1));

        var token = HostToken.Read(text)!;

        Assert.Equal((text, "foreman-system-hosts", "gpu.office", TimeSpan.FromHours(1)), (token.Value, token.Namespace, token.Account, token.Life));
        Assert.Equal(new TokenBinding("join-1", "u-1"), token.Binding);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_900_003_600), token.ExpiresAt);
        Assert.DoesNotContain(text, token.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"sub":"admin","iat":1,"exp":2}""")]
    [InlineData("""{"sub":"system:serviceaccount:a:","iat":1,"exp":2}""")]
    [InlineData("""{"sub":"system:serviceaccount:a:b","iat":2,"exp":2}""")]
    [InlineData("""{"sub":"system:serviceaccount:a:b","iat":"1","exp":2}""")]
    [InlineData("""{"sub":"system:serviceaccount:a:b","exp":2}""")]
    [InlineData("""{"iat":1,"exp":2}""")]
    public void A_token_of_anybody_else_or_without_an_end_is_none(string claims) =>
        Assert.Null(HostToken.Read(TokenText.Of((JsonObject)JsonNode.Parse(claims)!)));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("opaque")]
    [InlineData("a.b.c")]
    [InlineData("a.*.c")]
    [InlineData("a.W10.c")]
    public void Other_text_is_no_token(string? text) => Assert.Null(HostToken.Read(text));

    [Fact]
    public void A_token_that_is_bound_to_its_account_alone_is_one()
    {
        var claims = (JsonObject)JsonNode.Parse("""{"sub":"system:serviceaccount:a:b","iat":1,"exp":2,"kubernetes.io":{"secret":{"name":"x"}}}""")!;

        Assert.Null(HostToken.Read(TokenText.Of(claims))!.Binding);
    }
}
