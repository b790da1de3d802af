using Foreman.DevCluster.Json;

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
}
