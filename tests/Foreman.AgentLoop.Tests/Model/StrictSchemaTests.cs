using System.Text.Json;
using Foreman.AgentLoop.Model;
using Foreman.Api;
using Foreman.Tools;

namespace Foreman.AgentLoop.Tests.Model;

public sealed class StrictSchemaTests
{
    public static TheoryData<string> Tools => [.. KnownTools.Names];

    [Theory]
    [MemberData(nameof(Tools))]
    public void Each_tool_has_a_strict_schema_whose_nulls_are_read_as_absent(string name)
    {
        var tool = ToolCatalog.Of([name]).Definitions.Single(d => d.Name == name);
        var (loose, strict) = (JsonElement.Parse(tool.Parameters), JsonElement.Parse(StrictSchema.Of(tool.Parameters)!));
        var properties = strict.GetProperty("properties").EnumerateObject().ToArray();
        string[] needed = loose.TryGetProperty("required", out var required) ? [.. required.EnumerateArray().Select(n => n.GetString()!)] : [];

        Assert.False(strict.GetProperty("additionalProperties").GetBoolean());
        Assert.Equal(loose.GetProperty("properties").EnumerateObject().Select(p => p.Name), properties.Select(p => p.Name));
        Assert.Equal(properties.Select(p => p.Name), strict.GetProperty("required").EnumerateArray().Select(n => n.GetString()));
        Assert.All(properties, p => Assert.Equal(!needed.Contains(p.Name), Types(p.Value).Contains("null")));
        Assert.All(properties, p => Assert.Equal(Types(loose.GetProperty("properties").GetProperty(p.Name)), Types(p.Value).Where(t => t != "null")));

        var nulls = string.Join(',', properties.Where(p => !needed.Contains(p.Name)).Select(p => $"\"{p.Name}\":null"));
        Assert.Equal(("{}", null), (ArgumentReader.Read(tool, $"{{{nulls}}}").Json, ArgumentReader.Read(tool, $"{{{nulls}}}").Problem));
    }

    [Fact]
    public void A_plan_can_be_asked_for_strictly()
    {
        var strict = JsonElement.Parse(StrictSchema.Of(PlanSchema.Extra)!);

        var step = strict.GetProperty("properties").GetProperty("plan").GetProperty("properties").GetProperty("steps").GetProperty("items");
        Assert.Equal(PlanSchema.StepFields, step.GetProperty("required").EnumerateArray().Select(f => f.GetString()));
        Assert.All(PlanSchema.StepFields, f => Assert.Equal(!PlanSchema.RequiredFields.Contains(f), Types(step.GetProperty("properties").GetProperty(f)).Contains("null")));
    }

    [Fact]
    public void Objects_and_lists_within_are_strict_too()
    {
        const string Schema = """
            {"$schema":"x","type":"object","properties":{
              "a":{"type":"object","description":"d","properties":{"n":{"type":"integer","minimum":1,"default":3}},"required":[]},
              "b":{"type":"array","items":{"type":"object","properties":{"s":{"type":"string","enum":["x","y"]}}}},
              "c":{"type":["string","null"]},
              "d":{"type":"object"}},
             "required":["a"]}
            """;

        Assert.Equal(
            """{"type":"object","properties":{"""
            + """ "a":{"type":"object","description":"d","properties":{"n":{"type":["integer","null"],"minimum":1}},"required":["n"],"additionalProperties":false},""".Trim()
            + """ "b":{"type":["array","null"],"items":{"type":"object","properties":{"s":{"type":["string","null"],"enum":["x","y",null]}},"required":["s"],"additionalProperties":false}},""".Trim()
            + """ "c":{"type":["string","null"]},"d":{"type":["object","null"]}},"required":["a","b","c","d"],"additionalProperties":false}""".Trim(),
            StrictSchema.Of(Schema));
    }

    [Fact]
    public void A_tool_without_arguments_is_a_closed_object() =>
        Assert.Equal("""{"type":"object","properties":{},"required":[],"additionalProperties":false}""", StrictSchema.Of("""{"type":"object"}"""));

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#/$defs/x"}}}""")]
    [InlineData("""{"type":"object","properties":{"a":{"anyOf":[{"type":"string"},{"type":"integer"}]}}}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string","pattern":"^x"}}}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":true}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"object","properties":{},"additionalProperties":{"type":"string"}}}}""")]
    [InlineData("""{"type":"object","properties":{"a":{}}}""")]
    [InlineData("""{"type":"object","properties":{"a":true}}""")]
    [InlineData("""{"type":["object","null"]}""")]
    [InlineData("""{"type":"object","additionalProperties":true}""")]
    [InlineData("true")]
    public void A_schema_that_strict_servers_may_not_know_is_left_as_it_is(string schema) => Assert.Null(StrictSchema.Of(schema));

    [Fact]
    public void A_schema_of_any_depth_is_bounded()
    {
        var schema = """{"type":"string"}""";
        for (var level = 0; level < 20; level++)
        {
            schema = $$"""{"type":"array","items":{{schema}}}""";
        }

        Assert.Null(StrictSchema.Of($$$"""{"type":"object","properties":{"a":{{{schema}}}}}"""));
    }

    private static string[] Types(JsonElement schema) => schema.GetProperty("type") is { ValueKind: JsonValueKind.Array } many
        ? [.. many.EnumerateArray().Select(t => t.GetString()!)]
        : [schema.GetProperty("type").GetString()!];
}
