using Foreman.Api;

namespace Foreman.Workloads.Tests.Planning;

public sealed class StepGraphTests
{
    [Fact]
    public void The_lengths_of_paths_count_what_follows()
    {
        var lengths = Graph("a:", "b:a", "c:b", "d:a", "e:c,d").PathLengths();

        Assert.Equal("a4 b3 c2 d2 e1", string.Join(' ', lengths.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => l.Key + l.Value)));
    }

    [Fact]
    public void No_step_comes_before_one_that_it_follows()
    {
        var order = Graph("e:c,d", "c:b", "b:a", "d:a", "a:").Ordered().Select(s => s.Name).ToList();

        Assert.Equal(5, order.Count);
        Assert.All(["a<b", "b<c", "c<e", "d<e", "a<d"], pair => Assert.True(order.IndexOf(pair[..1]) < order.IndexOf(pair[2..]), $"{pair} in {string.Join(' ', order)}"));
    }

    [Fact]
    public void Ancestors_are_all_that_must_come_before() =>
        Assert.Equal(["a", "b", "c"], Graph("a:", "b:a", "c:b", "d:a", "e:c").Ancestors("e").Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("b", "b")]
    [InlineData("0", "a")]
    [InlineData("1", "b")]
    [InlineData("3", "2")]
    [InlineData("2", "2")]
    [InlineData("4", null)]
    [InlineData("-1", null)]
    [InlineData("+1", null)]
    [InlineData(" 1", null)]
    [InlineData("99999999999", null)]
    [InlineData("", null)]
    public void A_name_goes_before_a_number(string text, string? expected) => Assert.Equal(expected, Graph("a:", "b:", "c:", "2:").Resolve(text));

    [Fact]
    public void Names_outside_count_for_nothing()
    {
        var graph = Graph("a:outside", "b:a,outside");

        Assert.Null(graph.Cycle());
        Assert.Equal(["a"], graph.Ancestors("b"));
    }

    [Fact]
    public void A_long_chain_needs_no_deep_stack()
    {
        string[] chain = [.. Enumerable.Range(0, 100_000).Select(i => i == 0 ? "s0:" : $"s{i}:s{i - 1}")];

        Assert.Null(Graph(chain).Cycle());
        Assert.Equal(100_000, Graph([.. Enumerable.Reverse(chain)]).PathLengths()["s0"]);
        Assert.Equal(100_001, Graph(["s0:s99999", .. chain[1..]]).Cycle()!.Count);
    }

    private static StepGraph Graph(params string[] steps) => new(steps.Select(s => s.Split(':')).Select(s =>
        new Step(s[0], TaskKind.Freeform, "writer", new()) { DependsOn = [.. s[1].Split(',', StringSplitOptions.RemoveEmptyEntries)] }));
}
