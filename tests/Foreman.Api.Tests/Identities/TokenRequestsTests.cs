using System.Text.Json.Nodes;

namespace Foreman.Api.Tests.Identities;

public sealed class TokenRequestsTests
{
    [Fact]
    public void A_request_names_life_and_what_the_token_ends_with()
    {
        var spec = TokenRequests.Body(TimeSpan.FromHours(1), new TokenBinding("join-1", "u-1"))["spec"]!;

        Assert.Equal(3600, (long)spec["expirationSeconds"]!);
        Assert.Equal("""{"apiVersion":"v1","kind":"Secret","name":"join-1","uid":"u-1"}""", spec["boundObjectRef"]!.ToJsonString());
        Assert.Null(TokenRequests.Body(TimeSpan.FromHours(1), null)["spec"]!["boundObjectRef"]);
    }

    [Fact]
    public void An_answer_is_a_token_that_tells_itself_to_nobody()
    {
        var token = TokenRequests.Read(Answer("""{"token":"canary","expirationTimestamp":"2031-01-02T03:04:05Z"}"""))!;

        Assert.Equal(("canary", new DateTimeOffset(2031, 1, 2, 3, 4, 5, TimeSpan.Zero)), (token.Value, token.ExpiresAt));
        Assert.DoesNotContain("canary", token.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"token":1,"expirationTimestamp":"2031-01-02T03:04:05Z"}""")]
    [InlineData("""{"token":"t","expirationTimestamp":"soon"}""")]
    public void An_answer_without_a_token_or_its_end_is_none(string status) => Assert.Null(TokenRequests.Read(Answer(status)));

    private static JsonObject Answer(string status) => new() { ["status"] = JsonNode.Parse(status) };
}
