using System.Text.Json.Nodes;

namespace Foreman.Api.Tests.Results;

public class ResultFieldsTests
{
    [Theory]
    [InlineData("\"a\"", "a", "a")]
    [InlineData("\"\"", "", null)]
    [InlineData("1", null, null)]
    [InlineData("true", null, null)]
    [InlineData("null", null, null)]
    [InlineData("[\"a\"]", null, null)]
    [InlineData("{\"a\":\"b\"}", null, null)]
    public void A_field_that_is_no_text_is_read_as_none(string json, string? text, string? nonEmpty)
    {
        var field = JsonNode.Parse(json);

        Assert.Equal((text, nonEmpty), (ResultFields.Text(field), ResultFields.NonEmpty(field)));
    }

    [Fact]
    public void A_text_of_this_process_is_read_as_one_that_was_parsed() => Assert.Equal("a", ResultFields.Text(new JsonObject { ["x"] = "a" }["x"]));
}
