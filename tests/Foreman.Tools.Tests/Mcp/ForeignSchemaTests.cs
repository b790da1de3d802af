using System.Text.Json;
using Foreman.Tools.Mcp;

namespace Foreman.Tools.Tests.Mcp;

public sealed class ForeignSchemaTests
{
    [Fact]
    public void What_grammars_of_model_servers_fail_on_is_not_shown()
    {
        var shown = Shown("""
            {"$schema":"x","type":"object","properties":{"url":{"type":"string","format":"uri","pattern":"^h","default":"d"},
            "pattern":{"type":"string","description":"a\u001b[2Jb"},"format":{"enum":["pattern"]}},"required":["url"],"additionalProperties":false}
            """);

        Assert.Equal(
            """{"type":"object","properties":{"url":{"type":"string","default":"d"},"pattern":{"type":"string","description":"a\\u001b[2Jb"},"format":{"enum":["pattern"]}},"required":["url"],"additionalProperties":false}""",
            shown);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"properties":null}""")]
    public void A_tool_without_arguments_has_both_members_that_model_servers_ask_for(string schema) =>
        Assert.Equal("""{"type":"object","properties":{}}""", Shown(schema));

    [Theory]
    [InlineData("[]", "is no object")]
    [InlineData("""{"type":"string"}""", "no object")]
    [InlineData("""{"properties":{"a":{"$ref":"http://elsewhere/schema.json"}}}""", "refers to another document")]
    [InlineData("""{"properties":{"a\u202eb":{}}}""", "could steer a terminal")]
    public void A_schema_that_can_not_be_used_is_refused(string schema, string why) =>
        Assert.Contains(why, ForeignSchema.Read(JsonElement.Parse(schema)).Refusal, StringComparison.Ordinal);

    [Fact]
    public void A_large_or_deep_schema_is_refused()
    {
        var large = $$"""{"type":"object","description":"{{new string('x', ForeignSchema.MaxBytes)}}"}""";
        var deep = string.Concat(Enumerable.Repeat("{\"items\":", 30)) + "{}" + new string('}', 30);

        Assert.Contains("larger than", ForeignSchema.Read(JsonElement.Parse(large)).Refusal, StringComparison.Ordinal);
        Assert.Contains("nested deeper", ForeignSchema.Read(JsonElement.Parse(deep)).Refusal, StringComparison.Ordinal);
    }

    private static string? Shown(string schema) => ForeignSchema.Read(JsonElement.Parse(schema)).Shown;
}
