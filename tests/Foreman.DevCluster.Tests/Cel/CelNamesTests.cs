using Foreman.DevCluster.Cel;

namespace Foreman.DevCluster.Tests.Cel;

[Trait("Kind", "14")]
public sealed class CelNamesTests
{
    [Theory]
    [InlineData("name", "name")]
    [InlineData("_a_", "_a_")]
    [InlineData("a-b", "a__dash__b")]
    [InlineData("a.b/c", "a__dot__b__slash__c")]
    [InlineData("a__b", "a__underscores__b")]
    [InlineData("___", "__underscores___")]
    [InlineData("_-", "___dash__")]
    [InlineData("namespace", "__namespace__")]
    [InlineData("if", "__if__")]
    [InlineData("-", "__dash__")]
    [InlineData("", null)]
    [InlineData("1a", null)]
    [InlineData("a b", null)]
    [InlineData("ä", null)]
    public void A_field_has_one_name_in_expressions_or_none(string field, string? identifier)
    {
        Assert.Equal(identifier, CelNames.Escape(field));
        Assert.Equal(identifier is null ? null : field, CelNames.Find(identifier ?? "none__", ["x", field]));
    }

    [Fact]
    public void Names_that_must_be_escaped_name_nothing_by_themselves()
    {
        Assert.Null(CelNames.Find("if", ["if"]));
        Assert.Null(CelNames.Find("a__b", ["a__b"]));
        Assert.Equal("other", CelNames.Find("other", ["if"]));
    }
}
