namespace Foreman.Kubernetes.Tests;

public sealed class SelectorsTests
{
    [Fact]
    public void Conditions_are_joined_with_commas() => Assert.Equal(
        "status.assignedNode=mac-1,status.phase!=Failed,example.com/pool",
        Selectors.All(Selectors.Equal("status.assignedNode", "mac-1"), Selectors.NotEqual("status.phase", "Failed"), Selectors.Exists("example.com/pool")));

    [Theory]
    [InlineData("a,b=c")]
    [InlineData("a=b")]
    [InlineData("!a")]
    [InlineData("a b")]
    [InlineData("in(a)")]
    public void A_value_that_would_become_another_condition_is_refused(string value) =>
        Assert.Throws<ArgumentException>(() => Selectors.Equal("key", value));
}
