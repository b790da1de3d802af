using System.Text.Json;
using Foreman.Tools.Schemas;

namespace Foreman.Tools.Tests.Schemas;

public sealed class SchemaWordsTests
{
    [Theory]
    [InlineData("""{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer","minimum":2},"x":{"type":"string"}},"required":["city","days"]}""", """{"city":"text","days":2}""")]
    [InlineData("""{"type":"object","properties":{"u":{"enum":["metric","x"]},"d":{"type":"number","default":4},"l":{"type":"array","items":{"type":"boolean"}}},"required":["u","d","l"]}""", """{"u":"metric","d":4,"l":[true]}""")]
    [InlineData("""{"type":"object","properties":{"p":{"$ref":"#/$defs/p"}},"required":["p"],"$defs":{"p":{"type":"object","properties":{"q":{"type":"null"}},"required":["q"]}}}""", """{"p":{"q":null}}""")]
    [InlineData("""{"type":"object","properties":{}}""", "{}")]
    public void An_example_holds_what_must_be_there(string schema, string example)
    {
        var root = JsonElement.Parse(schema);

        var made = SchemaWords.Example(root, root);

        Assert.Equal(example, made);
        Assert.Empty(SchemaCheck.Mistakes(root, JsonElement.Parse(made)));
    }

    [Fact]
    public void An_example_of_a_schema_that_refers_to_itself_ends() =>
        Assert.Contains("…", SchemaWords.Example(JsonElement.Parse("""{"$ref":"#"}"""), JsonElement.Parse("""{"$ref":"#"}""")), StringComparison.Ordinal);

    [Theory]
    [InlineData("#/a/0/b", "7")]
    [InlineData("#/x~1y", "8")]
    [InlineData("#/a/1", null)]
    [InlineData("http://elsewhere/x", null)]
    public void A_reference_stays_within_the_document(string reference, string? expected)
    {
        var root = JsonElement.Parse("""{"a":[{"b":7}],"x/y":8}""");

        Assert.Equal(expected, SchemaWords.Resolve(root, reference)?.GetRawText());
    }
}
