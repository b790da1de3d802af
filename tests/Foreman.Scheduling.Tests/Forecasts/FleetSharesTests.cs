using Foreman.Api;

namespace Foreman.Scheduling.Tests.Forecasts;

public class FleetSharesTests
{
    [Fact]
    public void Queues_come_in_the_order_of_their_shares_and_quotas_with_what_is_left()
    {
        var quotas = new QuotaSet([new() { Namespace = "default", TokensPerWindow = 1000, MaxRunning = 4 }, new() { Namespace = "default", Queue = "gold", Weight = 4 }, new() { Namespace = "idle", Weight = 2 }]);
        var gold = Given.Task("g").Assigned("n") is var task ? task with { Metadata = task.Metadata with { Labels = new Dictionary<string, string> { [Labels.Queue] = "gold" } } } : null!;
        var cluster = Given.Cluster([Given.Node("n")], gold, Given.Task("r").With(s => s with { Budget = new() { Tokens = 400 } }).Assigned("n"), Given.Task("t")) with { Quotas = quotas };

        var shares = FleetShares.Of(cluster, Given.Now);

        Assert.Equal([new("idle", null, 2, 0, 0, 0), new("default", "gold", 4, 600, 0, 1), new("default", null, 1, 600, 1, 1)], shares.Queues);
        Assert.Equal([0, 150, 600], shares.Queues.Select(q => q.Share));
        Assert.Equal(new QuotaFigure(quotas.All[0], 2) { Tokens = new(1000, 0, 401) }, Assert.Single(shares.Quotas));
        Assert.Same(quotas.All[0], Assert.Single(shares.QuotasOf(gold)).Quota);
        Assert.Empty(shares.QuotasOf(gold with { Metadata = gold.Metadata with { NamespaceProperty = "other" } }));
    }
}
