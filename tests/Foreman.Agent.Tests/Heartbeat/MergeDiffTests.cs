using System.Text.Json.Nodes;
using Foreman.Agent.Heartbeat;

namespace Foreman.Agent.Tests.Heartbeat;

public class MergeDiffTests
{
    [Theory]
    [InlineData("""{"a":1}""", """{"a":1}""", "{}")]
    [InlineData("""{"a":1}""", """{"a":2,"b":3}""", """{"a":2,"b":3}""")]
    [InlineData("""{"a":1,"b":2}""", """{"a":1}""", """{"b":null}""")]
    [InlineData("""{"o":{"x":1,"y":2}}""", """{"o":{"x":1}}""", """{"o":{"y":null}}""")]
    [InlineData("""{"o":{"x":1}}""", """{"o":{"x":1}}""", "{}")]
    [InlineData("""{"l":[1,2]}""", """{"l":[1]}""", """{"l":[1]}""")]
    [InlineData("{}", """{"l":[]}""", """{"l":[]}""")]
    public void The_patch_holds_what_differs_and_names_what_has_gone(string before, string after, string patch) =>
        Assert.Equal(patch, MergeDiff.Between(JsonNode.Parse(before)!.AsObject(), JsonNode.Parse(after)!.AsObject()).ToJsonString());
}
