using Foreman.Git.Forges;

namespace Foreman.Git.Tests.Forges.Gitea;

public class GiteaApiTests
{
    [Fact]
    public async Task Labels_are_found_on_later_pages_and_made_only_when_missing()
    {
        using var harness = new ForgeHarness(ForgeKind.Gitea);
        harness.Stored.Labels.AddRange([(1, "a"), (2, "b"), (3, "c"), (4, "d"), (5, "foreman")]);

        _ = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal() with { Labels = ["foreman", "new"] }));

        Assert.Equal(["a", "b", "c", "d", "foreman", "new"], harness.Stored.Labels.Select(l => l.Name));
        Assert.Equal(["foreman", "new"], harness.Stored.OpenPulls[0].Labels);
    }

    [Fact]
    public async Task A_closed_pull_request_of_the_branch_is_not_opened_again()
    {
        using var harness = new ForgeHarness(ForgeKind.Gitea);
        var first = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal()));
        harness.Stored.OpenPulls[0].State = "merged";

        var second = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal()));

        Assert.Equal(PublishOutcome.Opened, second.Outcome);
        Assert.NotEqual(first.Number, second.Number);
    }
}
