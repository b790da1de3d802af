using Foreman.DevCluster.Cel;
using Foreman.DevCluster.Tests.Support;

namespace Foreman.DevCluster.Tests.Cel;

/// <summary>No evaluation goes on for ever or takes all memory.</summary>
[Trait("Kind", "14")]
public sealed class CelRunTests
{
    private const string Ten = "[0,1,2,3,4,5,6,7,8,9]";

    private static string Doubled(int times) => "['0123456789']" + Hostile.Times(".map(x, x + x)", times);

    [Fact]
    public void Nested_loops_end_at_the_limit()
    {
        var text = $"{Ten}.all(a, {Ten}.all(b, {Ten}.all(c, {Ten}.all(d, {Ten}.all(e, {Ten}.all(f, {Ten}.all(g, true)))))))";
        Assert.Equal("operation cancelled: actual cost limit exceeded", Assert.Throws<CelCostException>(() => Expressions.Evaluate(text)).Message);
        Assert.Equal("true", Expressions.Evaluate($"{Ten}.all(a, {Ten}.all(b, {Ten}.all(c, true)))"));
    }

    [Fact]
    public void Errors_that_are_absorbed_cost_as_much() =>
        Assert.Throws<CelCostException>(() => Expressions.Evaluate($"{Ten}.exists(a, {Ten}.exists(b, {Ten}.exists(c, {Ten}.exists(d, {Ten}.exists(e, {Ten}.exists(f, 1 / 0 == 1))))))"));

    [Fact]
    public void Texts_that_double_end_at_the_limit() => Assert.InRange(
        Hostile.Allocated(() => Assert.Throws<CelCostException>(() => Expressions.Evaluate(Doubled(100)))),
        0,
        256);

    [Fact]
    public void Lists_that_double_end_at_the_limit() => Assert.InRange(
        Hostile.Allocated(() => Assert.Throws<CelCostException>(() => Expressions.Evaluate("[[1, 2]]" + Hostile.Times(".map(x, x + x)", 100)))),
        0,
        256);

    [Fact]
    public void Replacements_that_grow_end_at_the_limit() => Assert.InRange(
        Hostile.Allocated(() => Assert.Throws<CelCostException>(() => Expressions.Evaluate("'aaaaaaaaaa'" + Hostile.Times(".replace('a', 'aaaaaaaaaa')", 20)))),
        0,
        256);

    [Fact]
    public void Long_patterns_and_long_texts_cost() =>
        Assert.Throws<CelCostException>(() => Expressions.Evaluate("['a(b|c){900}d']" + Hostile.Times(".map(x, x + x)", 14) + ".all(x, x.matches(x))"));

    [Theory]
    [InlineData("1", 0)]
    [InlineData("self", 1)]
    [InlineData("self.number", 2)]
    [InlineData("self.number + 1", 3)]
    [InlineData("[1, 2]", 10)]
    [InlineData("{'a': 1}", 30)]
    public void Steps_cost_what_they_cost_in_the_API_server(string text, long cost) => Assert.Equal(cost, Expressions.Cost(text));

    [Fact]
    public void What_is_not_evaluated_costs_nothing() => Assert.Equal(Expressions.Cost("self.flag || true"), Expressions.Cost("self.flag || self.list.all(x, x > 0)"));
}
