using System.Text.Json.Nodes;

namespace Foreman.Schedules.Tests.Clusters;

public sealed class JsonCoverTests
{
    [Theory]
    [InlineData("""{"a":1,"b":[{"c":"d"}]}""", """{"a":1}""", true)]
    [InlineData("""{"a":1,"b":[{"c":"d","e":null}]}""", """{"b":[{"c":"d"}]}""", true)]
    [InlineData("""{"a":1}""", """{"a":2}""", false)]
    [InlineData("""{}""", """{"a":1}""", false)]
    [InlineData("""{"b":[1,2]}""", """{"b":[1]}""", false)]
    [InlineData("""{"b":[2,1]}""", """{"b":[1,2]}""", false)]
    [InlineData("""{"b":"x"}""", """{"b":{"c":1}}""", false)]
    public void What_the_server_fills_in_is_no_difference_and_all_else_is(string stored, string wanted, bool covers) =>
        Assert.Equal(covers, JsonCover.Covers(JsonNode.Parse(stored), JsonNode.Parse(wanted)));
}
