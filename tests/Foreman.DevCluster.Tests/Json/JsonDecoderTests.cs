using System.Text;
using System.Text.Json;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Tests.Support;

namespace Foreman.DevCluster.Tests.Json;

public sealed class JsonDecoderTests
{
    [Fact]
    public void Duplicate_members_are_named_and_the_last_one_wins()
    {
        var decoded = JsonDecoder.Decode("""{"a":1,"b":[{"c":1,"c":2}],"a":3}"""u8);
        Assert.Equal(["b[0].c", "a"], decoded.Duplicates);
        Assert.Equal("""{"a":3,"b":[{"c":2}]}""", JsonTree.ToText(decoded.Root));
    }

    [Theory]
    [InlineData("9007199254740993")]
    [InlineData("-1")]
    [InlineData("0.5")]
    [InlineData("\"é<>&'\"")]
    [InlineData("null")]
    public void What_is_read_is_written_again(string json) => Assert.Equal(json, JsonTree.ToText(JsonDecoder.Decode(Encoding.UTF8.GetBytes(json)).Root));

    [Theory]
    [Trait("Kind", "14")]
    [InlineData("[", 200_000)]
    [InlineData("{\"a\":", 200_000)]
    [InlineData("[", 513)]
    public void What_is_too_deep_is_no_json(string opening, int depth) =>
        Assert.ThrowsAny<JsonException>(() => JsonDecoder.Decode(Encoding.UTF8.GetBytes(Hostile.Times(opening, depth) + "1" + Hostile.Times(opening[0] == '[' ? "]" : "}", depth))));

    [Fact]
    [Trait("Kind", "14")]
    public void A_body_of_a_million_values_is_refused_before_its_tree_is_built()
    {
        var body = Encoding.UTF8.GetBytes("[" + Hostile.Times("[],", 1_000_000) + "1]");
        Assert.InRange(Hostile.Allocated(() => Assert.ThrowsAny<JsonException>(() => JsonDecoder.Decode(body))), 0, 100);
    }

    /// <summary>Written out, the paths of these members would take 20 GB.</summary>
    [Fact]
    [Trait("Kind", "14")]
    public void Members_below_a_long_key_cost_no_more_than_others()
    {
        var members = string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"m{i}\":1"));
        var body = Encoding.UTF8.GetBytes("{\"" + Hostile.Times("k", 1_000_000) + "\":{" + members + "," + members + "}}");
        DecodedJson? decoded = null;
        Assert.InRange(Hostile.Allocated(() => decoded = JsonDecoder.Decode(body)), 0, 30);
        Assert.Single(decoded!.Duplicates);
    }

    [Theory]
    [Trait("Kind", "14")]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    public void A_number_beyond_a_double_is_no_json(string json) => Assert.ThrowsAny<JsonException>(() => JsonDecoder.Decode(Encoding.UTF8.GetBytes(json)));
}
