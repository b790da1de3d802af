using Foreman.DevCluster.Cel;

namespace Foreman.DevCluster.Tests.Cel;

[Trait("Kind", "14")]
public sealed class CelNamesTests
{
    [Theory]
    [InlineData("name", "name")]
    [InlineData("_a_", "_a_")]
    [InlineData("a__dash__b", "a-b")]
    [InlineData("a__dot__b__slash__c", "a.b/c")]
    [InlineData("a__underscores__b", "a__b")]
    [InlineData("__namespace__", "namespace")]
    [InlineData("__if__", "if")]
    [InlineData("__dash__", "-")]
    [InlineData("if", null)]
    [InlineData("a__b", null)]
    [InlineData("__name__", null)]
    [InlineData("____", null)]
    public void A_name_stands_for_one_field_or_none(string identifier, string? name) => Assert.Equal(name, CelNames.Unescape(identifier));
}
