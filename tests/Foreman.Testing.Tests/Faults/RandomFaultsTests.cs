using Foreman.Testing.Faults;

namespace Foreman.Testing.Tests.Faults;

public sealed class RandomFaultsTests
{
    private static readonly ApiCall List = new("list", "/api/v1/configmaps", "");
    private static readonly ApiCall Watch = new("watch", "/api/v1/configmaps", "?watch=true");

    [Fact]
    public void The_same_seed_gives_each_call_the_same_fault_however_calls_interleave()
    {
        var first = Draw(7, [.. Enumerable.Repeat(List, 50), .. Enumerable.Repeat(Watch, 50)]);
        var second = Draw(7, [.. Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? Watch : List)]);

        Assert.Equal(first[List], second[List]);
        Assert.Equal(first[Watch], second[Watch]);
    }

    [Fact]
    public void Another_seed_gives_other_faults()
    {
        var calls = Enumerable.Repeat(List, 50).ToList();

        Assert.NotEqual(Draw(7, calls)[List], Draw(8, calls)[List]);
    }

    [Fact]
    public void About_the_wanted_share_of_the_calls_is_hit()
    {
        var faults = Draw(1, [.. Enumerable.Repeat(List, 1000)])[List];

        Assert.InRange(faults.Count(f => f is not null), 150, 250);
    }

    private static Dictionary<ApiCall, List<Fault?>> Draw(int seed, IReadOnlyList<ApiCall> calls)
    {
        var source = new RandomFaults(seed);
        return calls.Select(call => (call, Fault: source.Next(call))).GroupBy(x => x.call, x => x.Fault).ToDictionary(g => g.Key, g => g.ToList());
    }
}
