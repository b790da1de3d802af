using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Operator.Inspect;

namespace Foreman.Operator.Tests.Inspect;

public class QueueCommandTests
{
    [Fact]
    public async Task The_queue_is_shown_in_its_order()
    {
        await using var cluster = await InspectedCluster.StartAsync(InspectedCluster.Node("mac"));
        var empty = await cluster.RunAsync("queue");
        await cluster.CreateAsync("low");
        await cluster.CreateAsync("high", s => s with { Priority = 7 });
        await cluster.CreateAsync("odd", s => s with { RequiredCapability = new() { MinRAMGB = 900 } });

        var text = await cluster.RunAsync("queue");
        var json = JsonNode.Parse((await cluster.RunAsync("queue", "-o", "json", "-n", "default")).Out)!;
        var elsewhere = await cluster.RunAsync("queue", "-n", "other");

        Assert.Equal((0, "No task waits.\n"), (empty.Code, empty.Out));
        Assert.StartsWith("PLACE   TASK", text.Out, StringComparison.Ordinal);
        Assert.Matches(@"\n1 +default/high +7 +\d+s +- +starts on mac\n", text.Out);
        Assert.Matches(@"\n\d +default/low +0 +\d+s +- +waits +WaitingForCapacity: ", text.Out);
        Assert.Matches(@"\n\d +default/odd +0 +\d+s +- +never +NoMatchingNode: ", text.Out);
        Assert.Equal(["high", "low", "odd"], json["tasks"]!.AsArray().Select(t => (string)t!["task"]!).Order());
        Assert.Equal("No task waits.\n", elsewhere.Out);
    }

    [Fact]
    public async Task Shares_and_quotas_are_shown_and_a_file_with_errors_is_told()
    {
        await using var cluster = await InspectedCluster.StartAsync(InspectedCluster.Node("mac", slots: 4));
        await cluster.QuotasAsync("[{namespace: default, weight: 2, tokensPerWindow: 1000, windowHours: 5}, {namespace: other, maxRunning: 1}, {role: coder, maxRunning: 9}, {namespace: odd}]");
        await cluster.CreateAsync("first", s => s with { Priority = 1, Budget = new() { Tokens = 700 } });
        await cluster.CreateAsync("second", s => s with { Budget = new() { Tokens = 400 } });
        await cluster.StatusAsync<AgenticTask>("first", "default", new() { ["phase"] = "Scheduled", ["attempt"] = 1, ["assignedNode"] = "mac", ["placement"] = "Node" });

        var text = await cluster.RunAsync("queue");
        var json = JsonNode.Parse((await cluster.RunAsync("queue", "-o", "json", "-n", "default")).Out)!;
        var elsewhere = await cluster.RunAsync("queue", "--foreman-namespace", "elsewhere");
        var second = await cluster.RunAsync("explain", "second", "-n", "default");
        var explained = JsonNode.Parse((await cluster.RunAsync("explain", "second", "-n", "default", "-o", "json")).Out)!;

        Assert.Matches(@"\n1 +default/second +0 +\d+s +- +waits +WaitingForQuota: The quota of namespace default allows 1,000 tokens in 5 h: 0 are used and 700 set aside", text.Out);
        Assert.Matches(@"\n\nQUEUE[^\n]*\ndefault +2 +600 +300 +1 +1\n", text.Out);
        Assert.Matches(@"\n\nQUOTA[^\n]*\ndefault +5 +0 +700 +1,000 +- +- +- +1 +-\nother +- +- +- +- +- +- +- +0 +1\nrole coder +- +- +- +- +- +- +- +1 +9\n", text.Out);
        Assert.Contains("note: ConfigMap foreman-system/foreman-quotas has errors", text.Out, StringComparison.Ordinal);
        Assert.Equal("""[{"namespace":"default","queue":null,"role":null,"windowHours":5,"tokens":{"limit":1000,"used":0,"reserved":700},"seconds":null,"running":1,"maxRunning":null},{"namespace":null,"queue":null,"role":"coder","windowHours":null,"tokens":null,"seconds":null,"running":1,"maxRunning":9}]""", json["quotas"]!.ToJsonString());
        Assert.Equal("""[{"namespace":"default","queue":null,"weight":2,"tokenSeconds":600,"share":300,"running":1,"waiting":1}]""", json["queues"]!.ToJsonString());
        Assert.Matches(@"\n1 +default/second +0 +\d+s +- +starts on mac\n$", elsewhere.Out);
        Assert.Contains("\n  quota of namespace default: 0 of 1,000 tokens in 5 h used, 700 set aside\n  quota of role coder: 1 of 9 tasks run\n", second.Out, StringComparison.Ordinal);
        Assert.Equal(json["quotas"]!.ToJsonString(), explained["quotas"]!.ToJsonString());
    }

    [Theory]
    [InlineData(-3, "0s")]
    [InlineData(119, "119s")]
    [InlineData(120, "2m")]
    [InlineData(7199, "119m")]
    [InlineData(7200, "2h")]
    [InlineData(172800, "2d")]
    public void Ages_are_told_in_whole_units(int seconds, string expected) => Assert.Equal(expected, QueueCommand.Age(TimeSpan.FromSeconds(seconds)));
}
