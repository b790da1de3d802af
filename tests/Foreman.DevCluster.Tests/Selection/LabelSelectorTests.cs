using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Selection;
using Foreman.DevCluster.Tests.Support;

namespace Foreman.DevCluster.Tests.Selection;

public sealed class LabelSelectorTests
{
    private static readonly JsonObject Labelled = new() { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["a"] = "x", ["n"] = "5" } } };

    [Theory]
    [InlineData("a=x", true)]
    [InlineData("a==x,n", true)]
    [InlineData("a!=x", false)]
    [InlineData("a in (w, x) , n notin (6)", true)]
    [InlineData("!b, a", true)]
    [InlineData("n>4,n<6", true)]
    [InlineData(" a ", true)]
    [InlineData("inn", false)]
    public void Requirements_hold_together(string selector, bool holds) => Assert.Equal(holds, LabelSelector.Parse(selector).Matches(Labelled));

    [Theory]
    [Trait("Kind", "14")]
    [InlineData("!", 200_000)]
    [InlineData("(", 200_000)]
    [InlineData(" ", 200_000)]
    [InlineData("a in (", 50_000)]
    [InlineData("-", 200_000)]
    public void What_is_no_selector_is_refused_in_one_pass(string part, int count) =>
        Assert.Equal(400, Assert.Throws<ApiException>(() => LabelSelector.Parse("a" + Hostile.Times(part, count) + "!")).Code);

    [Fact]
    [Trait("Kind", "14")]
    public void A_selector_of_a_megabyte_is_read_in_one_pass()
    {
        Assert.True(LabelSelector.Parse(string.Join(',', Enumerable.Repeat("a=x", 100_000))).Matches(Labelled));
        Assert.True(LabelSelector.Parse($"a in ({string.Join(',', Enumerable.Range(0, 100_000))},x)").Matches(Labelled));
    }
}
