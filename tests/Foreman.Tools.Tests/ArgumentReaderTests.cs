using System.Text.Json;

namespace Foreman.Tools.Tests;

[Trait("Kind", "5")]
public sealed class ArgumentReaderTests
{
    private static readonly ToolDefinition Tool = new("do_it", "", """
        {"type":"object","properties":{
          "path":{"type":"string"},"count":{"type":"integer"},"ratio":{"type":"number"},"deep":{"type":"boolean"},
          "extra":{"type":"object","properties":{"n":{"type":"integer"}}},"names":{"type":"array","items":{"type":"string"}},
          "either":{"type":["integer","string"]},"maybe":{"type":["string","null"]},"free":{}},
         "required":["path","count"]}
        """);

    [Theory]
    [InlineData("""{"path":{"a":[1,"x"]}}""", """{"path":"{\"a\":[1,\"x\"]}"}""")]
    [InlineData("""{"path":[1, 2]}""", """{"path":"[1, 2]"}""")]
    [InlineData("""{"path":3}""", """{"path":"3"}""")]
    [InlineData("""{"path":1.50}""", """{"path":"1.50"}""")]
    [InlineData("""{"path":true}""", """{"path":"true"}""")]
    [InlineData("""{"count":"3"}""", """{"count":3}""")]
    [InlineData("""{"count":"3.0"}""", """{"count":3}""")]
    [InlineData("""{"count":3.0}""", """{"count":3}""")]
    [InlineData("""{"count":1e3}""", """{"count":1000}""")]
    [InlineData("""{"count":" -7 "}""", """{"count":-7}""")]
    [InlineData("""{"ratio":"0.25"}""", """{"ratio":0.25}""")]
    [InlineData("""{"deep":"False"}""", """{"deep":false}""")]
    [InlineData("""{"deep":"true"}""", """{"deep":true}""")]
    [InlineData("""{"deep":"TRUE"}""", """{"deep":true}""")]
    [InlineData("""{"deep":0}""", """{"deep":false}""")]
    [InlineData("""{"deep":"1"}""", """{"deep":true}""")]
    [InlineData("""{"extra":"{\"n\":\"4\",\"m\":1}"}""", """{"extra":{"n":4,"m":1}}""")]
    [InlineData("""{"names":"[\"a\",\"b\"]"}""", """{"names":["a","b"]}""")]
    [InlineData("""{"names":["a",2,{"b":1}]}""", """{"names":["a","2","{\"b\":1}"]}""")]
    [InlineData("""{"deep":"","path":"x"}""", """{"path":"x"}""")]
    [InlineData("""{"ratio":"None","path":"x"}""", """{"path":"x"}""")]
    [InlineData("""{"path":"x","count":1,"ratio":null,"deep":null,"extra":null,"names":null,"either":null,"maybe":null}""", """{"path":"x","count":1,"maybe":null}""")]
    [InlineData("""{"extra":{"n":null}}""", """{"extra":{}}""")]
    public void A_value_becomes_what_the_schema_asks_for(string given, string expected) => Reads(expected, given);

    [Theory]
    [InlineData("""{"path":"3","count":3,"ratio":1.5,"deep":true,"extra":{"n":1},"names":["x"]}""")]
    [InlineData("""{"path":"","either":"3","maybe":null}""")]
    [InlineData("""{"count":"three"}""")]
    [InlineData("""{"count":1.5}""")]
    [InlineData("""{"count":"1.5"}""")]
    [InlineData("""{"count":""}""")]
    [InlineData("""{"count":1e400}""")]
    [InlineData("""{"deep":"maybe"}""")]
    [InlineData("""{"deep":2}""")]
    [InlineData("""{"extra":"{\"torn\":"}""")]
    [InlineData("""{"extra":[1],"names":"a"}""")]
    [InlineData("""{"free":"3","unknown":"False","path":null}""")]
    public void What_fits_or_can_not_be_coerced_stays_as_it_was_written(string given) => Reads(given, given);

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("{}")]
    public void No_arguments_are_an_empty_object(string given) => Reads("{}", given);

    [Theory]
    [InlineData(""" "{\"path\": \"a\"}" """, """{"path": "a"}""")]
    [InlineData("""[{"path":"a"}]""", """{"path":"a"}""")]
    [InlineData("""{"arguments":{"path":"a"}}""", """{"path":"a"}""")]
    [InlineData("""{"parameters":{"count":"3"}}""", """{"count":3}""")]
    [InlineData("""{"name":"do_it","arguments":"{\"path\":\"a\"}"}""", """{"path":"a"}""")]
    public void Arguments_in_a_wrapper_are_unwrapped_once(string given, string expected) => Reads(expected, given);

    [Theory]
    [InlineData(""" "\"{\\\"path\\\":\\\"a\\\"}\"" """)]
    [InlineData("""[{"path":"a"},{"path":"b"}]""")]
    [InlineData("7")]
    [InlineData("""{"path":"a"}{"path":"b"}""")]
    [InlineData("""{"path":"a""")]
    [InlineData("path=a")]
    public void What_is_no_object_is_a_problem_and_never_an_exception(string given)
    {
        var read = ArgumentReader.Read(Tool, given);

        Assert.Equal("{}", read.Json);
        Assert.NotNull(read.Problem);
    }

    [Fact]
    public void A_wrapper_that_is_an_argument_of_the_tool_is_none()
    {
        var tool = new ToolDefinition("call", "", """{"type":"object","properties":{"arguments":{"type":"object"}}}""");

        Assert.Equal("""{"arguments":{"a":1}}""", ArgumentReader.Read(tool, """{"arguments":{"a":1}}""").Json);
    }

    [Fact]
    public void Of_repeated_names_the_last_one_counts_at_every_level()
    {
        Reads("""{"path":"b"}""", """{"path":"a","path":"b"}""");
        Reads("""{"extra":{"m":{"x":2}}}""", """{"extra":{"m":{"x":1,"x":2}}}""");
        Reads("""{"free":[{"x":2}]}""", """{"free":[{"x":1,"x":2}]}""");
    }

    [Fact]
    [Trait("Kind", "2")]
    public void Half_a_pair_and_control_characters_become_valid_JSON()
    {
        var read = ArgumentReader.Read(Tool, "{\"path\": \"hi \\ud83d\", \"free\": {\"k\\ude00\": \"two\nlines\"}}");

        var root = JsonElement.Parse(read.Json);
        Assert.Equal("hi \uFFFD", root.GetProperty("path").GetString());
        Assert.Equal("two\nlines", root.GetProperty("free").GetProperty("k\uFFFD").GetString());
    }

    private static void Reads(string expected, string given)
    {
        var read = ArgumentReader.Read(Tool, given);

        Assert.Null(read.Problem);
        Assert.Equal(expected, read.Json);
    }
}
