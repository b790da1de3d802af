using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Operator.Tests.Inspect;

namespace Foreman.Operator.Tests.Maintenance;

public class NodeCommandsTests
{
    [Fact]
    public async Task A_host_is_cordoned_drained_and_opened_again()
    {
        await using var cluster = await InspectedCluster.StartAsync(InspectedCluster.Node("mac"));
        var before = DateTimeOffset.UtcNow;

        var cordon = await cluster.RunAsync("cordon", "mac");
        var cordoned = await SpecAsync(cluster);
        var drain = await cluster.RunAsync("drain", "mac", "--deadline", "30m", "--reason", "OS update", "-o", "json");
        var drained = await SpecAsync(cluster);
        var uncordon = await cluster.RunAsync("uncordon", "mac");
        var opened = await SpecAsync(cluster);

        Assert.Equal((0, 0, 0), (cordon.Code, drain.Code, uncordon.Code));
        Assert.StartsWith("mac takes no new tasks; those that it has go on.", cordon.Out, StringComparison.Ordinal);
        Assert.Equal((true, null), (cordoned.Unschedulable, cordoned.Drain));
        Assert.Equal("OS update", drained.Drain!.Reason);
        Assert.InRange(drained.Drain.Deadline!.Value, before.AddMinutes(30).AddSeconds(-1), DateTimeOffset.UtcNow.AddMinutes(30));
        Assert.True((bool)JsonNode.Parse(drain.Out)!["draining"]!);
        Assert.Equal((null, null), (opened.Unschedulable, opened.Drain));
    }

    [Fact]
    public async Task A_drain_is_watched_until_the_host_has_no_task()
    {
        await using var cluster = await InspectedCluster.StartAsync(InspectedCluster.Node("mac"));
        await cluster.CreateAsync("t");
        await cluster.StatusAsync<AgenticTask>("t", "default", new() { ["phase"] = "Scheduled", ["attempt"] = 1, ["assignedNode"] = "mac", ["placement"] = "Node" });

        var run = await cluster.RunUntilAsync(
            "has   default/t: Scheduled on mac",
            async () =>
            {
                await cluster.StatusAsync<AgenticTask>("t", "default", new() { ["phase"] = "Pending", ["assignedNode"] = null });
                await cluster.SeeClosedAsync("mac");
            },
            "drain", "mac", "--watch");

        Assert.Equal(0, run.Code);
        Assert.Contains("finish, however long they take", run.Out, StringComparison.Ordinal);
        Assert.Contains("has   default/t: Scheduled on mac\nleft  default/t: Pending", run.Out, StringComparison.Ordinal);
        Assert.NotNull((await SpecAsync(cluster)).Drain);
        Assert.EndsWith("mac has no task any more.\n", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "FleetNode box does not exist", "cordon", "box")]
    [InlineData(2, "--deadline: `soon` is not valid", "drain", "mac", "--deadline", "soon")]
    [InlineData(2, "--deadline: `-5m` is not valid", "drain", "mac", "--deadline=-5m")]
    public async Task What_cant_be_is_told(int code, string message, params string[] arguments)
    {
        await using var cluster = await InspectedCluster.StartAsync(InspectedCluster.Node("mac"));

        var run = await cluster.RunAsync(arguments);

        Assert.Equal(code, run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Equal((null, null), ((await SpecAsync(cluster)).Unschedulable, (await SpecAsync(cluster)).Drain));
    }

    [Fact]
    public async Task A_drain_that_is_taken_back_ends_the_wait()
    {
        await using var cluster = await InspectedCluster.StartAsync(InspectedCluster.Node("mac"));
        await cluster.CreateAsync("t");
        await cluster.StatusAsync<AgenticTask>("t", "default", new() { ["phase"] = "Scheduled", ["attempt"] = 1, ["assignedNode"] = "mac", ["placement"] = "Node" });

        var run = await cluster.RunUntilAsync("has   default/t", () => cluster.RunAsync("uncordon", "mac"), "drain", "mac", "--watch");

        Assert.Equal(1, run.Code);
        Assert.Contains("is no longer drained: somebody took it back", run.Out, StringComparison.Ordinal);
    }

    private static async Task<FleetNodeSpec> SpecAsync(InspectedCluster cluster) =>
        (await cluster.Client.ReadAsync<FleetNode>("mac", null, TestContext.Current.CancellationToken)).Spec;
}
