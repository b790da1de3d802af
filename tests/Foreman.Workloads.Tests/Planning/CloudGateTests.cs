using Foreman.Api;

namespace Foreman.Workloads.Tests.Planning;

public sealed class CloudGateTests
{
    [Theory]
    [InlineData("cloud", true, true, false)]
    [InlineData("cloud", false, true, true)]
    [InlineData("cloud", true, false, true)]
    [InlineData("reader", false, false, false)]
    [InlineData("nobody", false, false, false)]
    public void Only_Agents_of_cloud_providers_are_refused_and_only_where_somebody_forbids_them(string agent, bool operatorAllows, bool workloadAllows, bool refused) =>
        Assert.Equal(refused, new CloudGate(Given.Agents, operatorAllows, workloadAllows).Refusal(agent) is not null);

    [Fact]
    public void An_Agent_that_says_local_is_local()
    {
        var agents = new Dictionary<string, Agent> { ["near"] = Given.Agent("near", AgentProvider.Local) };

        Assert.Null(new CloudGate(agents, operatorAllows: false, workloadAllows: false).Refusal("near"));
    }

    [Fact]
    public void Only_reviews_are_left_out_and_what_followed_them_goes_on()
    {
        Step[] steps =
        [
            new("code", TaskKind.IssueFix, "cloud", new()),
            new("review", TaskKind.Review, "cloud", new()) { DependsOn = ["code"] },
            new("publish", TaskKind.Freeform, "writer", new()) { DependsOn = ["code", "review"] },
        ];

        var (allowed, suppressed) = new CloudGate(Given.Agents, operatorAllows: false, workloadAllows: true).Filter([.. steps]);

        Assert.Equal(["code", "publish"], allowed.Select(s => s.Name));
        Assert.Equal(["code"], allowed[1].DependsOn);
        Assert.Equal(["cloud (provider cloud-proxy; the operator runs with --allow-cloud-providers=false)"], suppressed);
    }

    [Fact]
    public void A_Workload_that_says_nothing_allows_them()
    {
        var snapshot = new WorkloadSnapshot(Given.Workload("w", Given.Batch(1))) { Agents = Given.Agents };

        Assert.Null(CloudGate.Of(snapshot).Refusal("cloud"));
        Assert.NotNull(CloudGate.Of(snapshot with { AllowCloudProviders = false }).Refusal("cloud"));
    }
}
