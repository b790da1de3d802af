namespace Foreman.Scheduling.Tests.Classes;

/// <summary>Which hosts a clause is asked about, and how often.</summary>
public sealed class ClauseColumnTests
{
    private const int Hosts = 100;

    private static readonly Shortfall Short = new("too small", Temporary: false, Gap: 0.5, Reason: null);

    private readonly List<int> _asked = [];

    [Fact]
    public void Only_the_hosts_that_are_wanted_are_asked_and_each_once()
    {
        var column = Failing(host => host == 7);

        Assert.Same(Short, column.Of(7));
        Assert.Null(column.Of(8));
        Assert.Same(Short, column.Of(7));
        Assert.Equal([7, 8], _asked);
    }

    [Fact]
    public void Each_host_is_asked_once_however_it_comes_that_all_are_wanted()
    {
        var column = Failing(host => host % 10 == 0);

        for (var host = 0; host < Hosts; host += 2)
        {
            Assert.Equal(host % 10 == 0, column.Of(host) is not null);
        }

        Assert.False(column.HoldsForAll);
        Assert.All(Enumerable.Range(0, Hosts), host => Assert.Equal(host % 10 == 0, column.Of(host) is not null));
        Assert.Equal(Enumerable.Range(0, Hosts), _asked.Order());
    }

    [Fact]
    public void A_clause_that_holds_with_all_hosts_is_asked_no_more()
    {
        var column = Failing(_ => false);

        Assert.True(column.HoldsForAll);
        Assert.Null(column.Of(3));
        Assert.Equal(Hosts, _asked.Count);
    }

    private ClauseColumn Failing(Func<int, bool> fails) => new(
        host =>
        {
            _asked.Add(host);
            return fails(host) ? Short : null;
        },
        Hosts);
}
