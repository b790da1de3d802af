using YamlDotNet.Core;

namespace Foreman.Kubernetes.Tests.Configuration;

public sealed class YamlToJsonTests
{
    [Fact]
    public void Plain_values_get_their_types_and_quoted_ones_stay_texts() => Assert.Equal(
        """{"a":1,"b":1.5,"c":true,"d":null,"e":"1","f":"v1","g":[-2,"x"]}""",
        YamlToJson.Convert("{a: 1, b: 1.5, c: true, d: ~, e: '1', f: v1, g: [-2, x]}").ToJsonString());

    [Theory]
    [InlineData("- a list")]
    [InlineData("a: 1\n---\nb: 2")]
    [InlineData("a: [1")]
    public void What_is_not_one_mapping_is_refused(string yaml) => Assert.ThrowsAny<YamlException>(() => YamlToJson.Convert(yaml));

    [Fact]
    public void Every_document_of_a_text_is_read_and_empty_ones_are_left_out() => Assert.Equal(
        ["""{"a":1}""", """{"b":2}"""],
        YamlToJson.ConvertAll("# first\na: 1\n---\n---\nb: 2\n---\n# nothing\n").Select(d => d.ToJsonString()));

    [Theory]
    [InlineData("- 1\n- {a: b}", """[1,{"a":"b"}]""")]
    [InlineData("a: 1", """{"a":1}""")]
    [InlineData("# nothing\n", "null")]
    [InlineData("~", "null")]
    public void One_document_of_any_kind_is_read(string yaml, string json) => Assert.Equal(json, YamlToJson.ConvertValue(yaml)?.ToJsonString() ?? "null");

    [Fact]
    public void Several_documents_are_no_value() => Assert.ThrowsAny<YamlException>(() => YamlToJson.ConvertValue("a\n---\nb\n"));

    [Fact]
    public void A_document_that_is_no_mapping_is_refused() => Assert.ThrowsAny<YamlException>(() => YamlToJson.ConvertAll("a: 1\n---\n- b\n"));

    [Fact]
    public void Lines_of_values_are_those_of_the_deepest_step_that_is_there() => Assert.Equal(
        [1L, 1L, 3L, 4L, 4L, 2L],
        YamlToJson.LinesOf("a:\n  - b: 1\n    c: 2\n  - {d: 3}\n", [[], ["a"], ["a", "[0]", "c"], ["a", "[1]", "d"], ["a", "[1]", "x"], ["a", "[0]"]]).AsEnumerable());
}
