using System.Text;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Tests.Support;
using YamlDotNet.Core;

namespace Foreman.DevCluster.Tests.Json;

public sealed class YamlDecoderTests
{
    [Theory]
    [InlineData("a: 1", """{"a":1}""")]
    [InlineData("a: 1.5", """{"a":1.5}""")]
    [InlineData("a: '1'", """{"a":"1"}""")]
    [InlineData("a: true\nb: yes\nc: \"yes\"", """{"a":true,"b":true,"c":"yes"}""")]
    [InlineData("a: ~\nb:\nc: null", """{"a":null,"b":null,"c":null}""")]
    [InlineData("a: 1.2.3\nb: 1e3x", """{"a":"1.2.3","b":"1e3x"}""")]
    [InlineData("a: [x, {y: z}]", """{"a":["x",{"y":"z"}]}""")]
    [InlineData("a: 0x1F\nb: 0o17\nc: 017\nd: 0b11\ne: 1_000\nf: -0x10\ng: 08\nh: 0xG", """{"a":31,"b":15,"c":15,"d":3,"e":1000,"f":-16,"g":8,"h":"0xG"}""")]
    [InlineData("a: 9223372036854775807\nb: 9223372036854775808\nc: +", """{"a":9223372036854775807,"b":9.223372036854776E+18,"c":"+"}""")]
    [InlineData("a: |\n  one\n  two\n", """{"a":"one\ntwo\n"}""")]
    [InlineData("a: &x {b: 1}\nc: *x", """{"a":{"b":1},"c":{"b":1}}""")]
    public void Yaml_becomes_the_json_that_kubectl_would_send(string yaml, string json) =>
        Assert.Equal(json, JsonTree.ToText(Assert.Single(YamlDecoder.DecodeAll(yaml))));

    [Fact]
    public void Several_documents_are_read_and_empty_ones_left_out() =>
        Assert.Equal(["1", "2"], YamlDecoder.DecodeAll("1\n---\n---\n2\n").Select(JsonTree.ToText));

    [Theory]
    [Trait("Kind", "14")]
    [InlineData("[", 80_000)]
    [InlineData("- ", 40_000)]
    [InlineData("{a: ", 20_000)]
    [InlineData("? ", 40_000)]
    [InlineData("[", 600)]
    public void What_is_too_deep_is_no_yaml(string opening, int depth) =>
        Assert.ThrowsAny<YamlException>(() => YamlDecoder.DecodeFirst(Encoding.UTF8.GetBytes(Hostile.Times(opening, depth))));

    /// <summary>kube-apiserver takes gigabytes for the first of these: its alias check counts nodes, not bytes.</summary>
    [Theory]
    [Trait("Kind", "14")]
    [InlineData(100_000, 10_000)]
    [InlineData(1, 500_000)]
    [InlineData(10_000, 1_000)]
    public void What_aliases_repeat_counts_as_if_it_were_written(int length, int aliases)
    {
        var yaml = Encoding.UTF8.GetBytes($"a: &a \"{Hostile.Times("x", length)}\"\nb: [{Hostile.Times("*a,", aliases)}]\n");
        Assert.InRange(Hostile.Allocated(() => Assert.ThrowsAny<YamlException>(() => YamlDecoder.DecodeFirst(yaml))), 0, 600);
    }

    [Fact]
    [Trait("Kind", "14")]
    public void An_alias_of_something_deep_counts_with_its_depth()
    {
        var deep = Hostile.Times("[", 300) + Hostile.Times("]", 300);
        Assert.Single(YamlDecoder.DecodeAll($"a: &a {deep}\nb: {Hostile.Times("[", 200)}*a{Hostile.Times("]", 200)}"));
        Assert.ThrowsAny<YamlException>(() => YamlDecoder.DecodeAll($"a: &a {deep}\nb: {Hostile.Times("[", 250)}*a{Hostile.Times("]", 250)}"));
    }

    [Theory]
    [Trait("Kind", "14")]
    [InlineData("a: \"\\ud83d\"")]
    [InlineData("\"\\ude00\": 1")]
    [InlineData("a: \"\u0000\"")]
    [InlineData("a: \u0007")]
    public void What_is_no_text_is_no_yaml(string yaml) => Assert.ThrowsAny<YamlException>(() => YamlDecoder.DecodeFirst(Encoding.UTF8.GetBytes(yaml)));

    [Fact]
    [Trait("Kind", "14")]
    public void Bytes_that_are_no_utf8_are_no_yaml() => Assert.ThrowsAny<YamlException>(() => YamlDecoder.DecodeFirst([.. "a: \""u8, 0xFF, .. "\""u8]));

    [Fact]
    [Trait("Kind", "14")]
    public void A_number_of_a_million_digits_is_read_in_one_pass()
    {
        var digits = Hostile.Times("9", 1_000_000);
        Assert.InRange(Hostile.Allocated(() => YamlDecoder.DecodeAll("a: " + digits)), 0, 200);
    }

    [Fact]
    public void Keys_that_come_twice_are_named_and_the_last_one_wins()
    {
        var decoded = YamlDecoder.DecodeFirst("a: {b: 1, b: 2}"u8);
        Assert.Equal(["a.b"], decoded.Duplicates);
        Assert.Equal("""{"a":{"b":2}}""", JsonTree.ToText(decoded.Root));
    }
}
