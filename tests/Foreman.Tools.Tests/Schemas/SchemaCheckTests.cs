using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Foreman.Testing;
using Foreman.Tools.Schemas;
using Json.Schema;

namespace Foreman.Tools.Tests.Schemas;

public sealed class SchemaCheckTests
{
    private const string Weather = """
        {"type":"object","properties":{
          "city":{"type":"string","description":"name of the city"},
          "days":{"type":"integer","minimum":1,"maximum":10},
          "units":{"enum":["metric","imperial"]},
          "where":{"type":"array","items":{"type":"object","properties":{"lat":{"type":"number"}},"required":["lat"]}}},
         "required":["city"],"additionalProperties":false}
        """;

    [Theory]
    [InlineData("""{"city":"Rome","days":3,"units":"metric","where":[{"lat":1.5}]}""")]
    [InlineData("""{"city":"Rome","days":3.0}""")]
    public void Arguments_that_fit_have_no_mistakes(string arguments) => Assert.Empty(Mistakes(Weather, arguments));

    [Theory]
    [InlineData("{}", "argument `city` is missing, expected a string (name of the city)")]
    [InlineData("""{"city":7}""", "argument `city` is 7, expected a string (name of the city)")]
    [InlineData("""{"city":"Rome","days":11}""", "argument `days` is 11, expected a whole number from 1 to 10")]
    [InlineData("""{"city":"Rome","days":1.5}""", "argument `days` is 1.5, expected a whole number from 1 to 10")]
    [InlineData("""{"city":"Rome","units":"kelvin"}""", "argument `units` is \"kelvin\", expected one of \"metric\", \"imperial\"")]
    [InlineData("""{"city":"Rome","where":[{"lat":1},{"lon":2}]}""", "argument `where[1].lat` is missing, expected a number")]
    [InlineData("""{"city":"Rome","citty":"Rome"}""", "argument `citty` does not exist; did you mean `city`? (there it takes city, days, units, where)")]
    [InlineData("""{"city":"Rome","x":"Rome"}""", "argument `x` does not exist (there it takes city, days, units, where)")]
    public void A_mistake_says_which_argument_and_what_is_expected(string arguments, string expected) =>
        Assert.Equal([expected], Mistakes(Weather, arguments));

    [Fact]
    public void Of_several_forms_the_nearest_one_is_explained()
    {
        const string Schema = """
            {"type":"object","properties":{"target":{"anyOf":[
              {"type":"object","properties":{"path":{"type":"string"},"line":{"type":"integer"}},"required":["path","line"]},
              {"type":"string"}]}}}
            """;

        Assert.Empty(Mistakes(Schema, """{"target":"a.txt"}"""));
        Assert.Equal(["argument `target` is 5, expected an object or a string"], Mistakes(Schema, """{"target":5}"""));
        Assert.Contains("argument `target.line` is missing, expected a whole number", Mistakes(Schema, """{"target":{"path":"a"}}"""));
    }

    [Fact]
    public void References_within_the_schema_are_followed()
    {
        const string Schema = """{"type":"object","properties":{"p":{"$ref":"#/$defs/point"}},"$defs":{"point":{"type":"object","required":["x"],"properties":{"x":{"type":"number"},"next":{"$ref":"#/$defs/point"}}}}}""";

        Assert.Empty(Mistakes(Schema, """{"p":{"x":1,"next":{"x":2}}}"""));
        Assert.Equal(["argument `p.next.x` is missing, expected a number"], Mistakes(Schema, """{"p":{"x":1,"next":{}}}"""));
    }

    [Theory]
    [InlineData("""{"$ref":"#"}""")]
    [InlineData("""{"$ref":"#/$defs/x","$defs":{"x":{"anyOf":[{"$ref":"#/$defs/y"}]},"y":{"allOf":[{"$ref":"#/$defs/x"},{"$ref":"#/$defs/x"}]}}}""")]
    public void References_in_a_circle_end(string schema) => Assert.Empty(Mistakes(schema, "{}"));

    [Fact]
    public void References_that_multiply_end()
    {
        var levels = string.Join(',', Enumerable.Range(0, 40).Select(i => $$"""
            "d{{i}}":{"allOf":[{"$ref":"#/$defs/d{{i + 1}}"},{"$ref":"#/$defs/d{{i + 1}}"}]}
            """));

        Assert.Empty(Mistakes("""{"$ref":"#/$defs/d0","$defs":{LEVELS,"d40":{"type":"object"}}}""".Replace("LEVELS", levels, StringComparison.Ordinal), "{}"));
    }

    [Fact]
    public void A_pattern_that_backtracks_is_matched_in_linear_time()
    {
        var arguments = $$"""{"a":"{{new string('a', 50_000)}}!"}""";

        Assert.Single(Mistakes("""{"type":"object","properties":{"a":{"type":"string","pattern":"^(a+)+$"}}}""", arguments));
    }

    [Fact]
    public void A_pattern_that_can_not_be_matched_in_linear_time_is_left_to_the_server() =>
        Assert.Empty(Mistakes("""{"properties":{"a":{"pattern":"^(?=b)(a)\\1$"}}}""", """{"a":"x"}"""));

    [Fact]
    public void What_is_said_can_not_steer_a_terminal_and_is_short()
    {
        var mistake = Assert.Single(Mistakes(Weather, $$"""{"city":"Rome","\u001b[31m{{new string('x', 5000)}}":1}"""));

        Assert.DoesNotContain('\u001b', mistake);
        Assert.InRange(mistake.Length, 1, 400);
    }

    [Fact]
    public void At_most_five_mistakes_are_said()
    {
        var wanted = string.Join(',', Enumerable.Range(0, 30).Select(i => $"\"p{i}\""));

        Assert.Equal(SchemaCheck.MaxMistakes, Mistakes($$"""{"type":"object","required":[{{wanted}}]}""", "{}").Count);
    }

    [Fact]
    public void No_more_mistakes_are_looked_for_than_are_said()
    {
        var properties = string.Join(',', Enumerable.Range(0, 1500).Select(i => $"\"name{i:D5}\":true"));
        var members = string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"nome{i:D6}\":1"));

        Assert.Equal(SchemaCheck.MaxMistakes, Mistakes($$$"""{"type":"object","properties":{{{{properties}}}},"additionalProperties":false}""", $$"""{{{members}}}""").Count);
    }

    [Fact]
    public void A_pattern_is_read_once_however_often_it_is_matched()
    {
        var patterns = string.Join(',', Enumerable.Range(0, 30).Select(i => $"\"^(?:[a-z]{{1,60}}{i}|x{{1,60}}y){{1,9}}$\":true"));
        var items = string.Join(',', Enumerable.Repeat("""{"xxy":1}""", 4000));

        var schema = """{"properties":{"list":{"items":{"patternProperties":{""" + patterns + """},"additionalProperties":false}}}}""";

        Assert.Empty(Mistakes(schema, $$"""{"list":[{{items}}]}"""));
    }

    [Fact]
    public void It_agrees_with_a_second_implementation()
    {
        var case_ = from schema in Schemas(2) from value in Values(2) select (schema, value);
        Prop.ForAll(case_.ToArbitrary(), c =>
        {
            var second = JsonSchema.FromText(c.schema).Evaluate(JsonElement.Parse(c.value)).IsValid;
            var first = Mistakes(c.schema, c.value).Count == 0;
            return first == second;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(LongRun.Seeds(quick: 500, full: 2000)));
    }

    private static IReadOnlyList<string> Mistakes(string schema, string arguments) =>
        SchemaCheck.Mistakes(JsonElement.Parse(schema), JsonElement.Parse(arguments));

    private static Gen<string> Values(int depth)
    {
        var plain = Gen.Elements("null", "true", "false", "0", "1", "2.5", "-3", "1.0", "\"\"", "\"a\"", "\"bb\"", "\"metric\"");
        if (depth == 0)
        {
            return plain;
        }

        var inner = Values(depth - 1);
        var list = inner.ListOf(2).Select(items => $"[{string.Join(',', items)}]");
        var obj = from names in Gen.Elements("a", "b", "c").ListOf(2)
                  from values in inner.ListOf(2)
                  select $"{{{string.Join(',', names.Zip(values).DistinctBy(p => p.First).Select(p => $"\"{p.First}\":{p.Second}"))}}}";
        return Gen.OneOf(plain, list, obj);
    }

    private static Gen<string> Schemas(int depth)
    {
        var plain = Gen.Elements(
            "true", "{}", """{"type":"string"}""", """{"type":"integer"}""", """{"type":["number","null"]}""", """{"type":"boolean"}""", """{"enum":["a",1,null]}""",
            """{"const":1}""", """{"minimum":1,"maximum":2}""", """{"exclusiveMinimum":0}""", """{"minLength":1,"maxLength":1}""", """{"pattern":"^a"}""", """{"multipleOf":2}""",
            """{"type":"array","minItems":1,"uniqueItems":true}""", """{"type":"object","required":["a"]}""", """{"maxProperties":1}""", """{"dependentRequired":{"a":["b"]}}""");
        if (depth == 0)
        {
            return plain;
        }

        var s = Schemas(depth - 1);
        return Gen.OneOf(
            plain,
            s.ListOf(2).Select(two => $$$"""{"properties":{"a":{{{two[0]}}},"b":{{{two[1]}}}}}"""),
            s.ListOf(2).Select(two => $$$"""{"type":"object","properties":{"a":{{{two[0]}}}},"required":["a"],"additionalProperties":{{{two[1]}}}}"""),
            s.Select(one => $$$"""{"properties":{"a":{{{one}}}},"additionalProperties":false}"""),
            s.Select(one => $$$"""{"items":{{{one}}}}"""),
            s.ListOf(2).Select(two => $$$"""{"prefixItems":[{{{two[0]}}}],"items":{{{two[1]}}}}"""),
            s.ListOf(2).Select(two => $$$"""{"anyOf":[{{{two[0]}}},{{{two[1]}}}]}"""),
            s.ListOf(2).Select(two => $$$"""{"oneOf":[{{{two[0]}}},{{{two[1]}}}]}"""),
            s.ListOf(2).Select(two => $$$"""{"allOf":[{{{two[0]}}},{{{two[1]}}}]}"""),
            s.Select(one => $$$"""{"not":{{{one}}}}"""),
            s.ListOf(3).Select(three => $$$"""{"if":{{{three[0]}}},"then":{{{three[1]}}},"else":{{{three[2]}}}}"""),
            s.Select(one => $$$"""{"patternProperties":{"^a":{{{one}}}}}"""));
    }
}
