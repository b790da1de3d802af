using Foreman.Testing.Kubelet;

namespace Foreman.Testing.Tests.Kubelet;

[Trait("Kind", "15")]
public sealed class ExpansionTests
{
    [Theory]
    [InlineData("$(A)", "1")]
    [InlineData("-$(A)-$(B)-", "-1--")]
    [InlineData("$$(A)", "$(A)")]
    [InlineData("$$$(A)", "$1")]
    [InlineData("$(NONE) $(A", "$(NONE) $(A")]
    [InlineData("$A costs 5$", "$A costs 5$")]
    [InlineData("$(ls $(A))", "$(ls 1)")]
    public void Known_names_are_replaced_and_nothing_else(string text, string expected) =>
        Assert.Equal(expected, Expansion.Expand(text, new Dictionary<string, string> { ["A"] = "1", ["B"] = "" }));
}
