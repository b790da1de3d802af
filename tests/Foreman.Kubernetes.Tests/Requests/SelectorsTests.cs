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

    [Fact]
    public void Sets_of_values_and_absent_labels_are_conditions_too() => Assert.Equal(
        "tier in (a,b),pool notin (c),!cordoned",
        Selectors.All(Selectors.In("tier", "a", "b"), Selectors.NotIn("pool", "c"), Selectors.NotExists("cordoned")));

    [Fact]
    public void A_set_without_values_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Selectors.In("tier"));
        Assert.Throws<ArgumentException>(() => Selectors.NotIn("tier", []));
        Assert.Throws<ArgumentException>(() => Selectors.In("tier", "a,b"));
    }

    [Fact]
    public void Any_value_of_a_field_is_escaped() => Assert.Equal(
        @"spec.path=a\\b\,c\=d,spec.mode!=x\,y",
        Selectors.All(Selectors.FieldEqual("spec.path", @"a\b,c=d"), Selectors.FieldNotEqual("spec.mode", "x,y")));
}
