using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Tests.Inspect;

public class ExplainCommandTests
{
    [Fact]
    public async Task A_task_is_explained_host_by_host()
    {
        await using var cluster = await InspectedCluster.StartAsync(InspectedCluster.Node("mac", ram: 64), InspectedCluster.Node("mini", ram: 16), InspectedCluster.Node("away", ready: Conditions.False));
        await cluster.CreateAsync("large", s => s with { RequiredCapability = new() { MinRAMGB = 96 } });
        await cluster.CreateAsync("first", s => s with { Priority = 9, RequiredCapability = new() { MinRAMGB = 32 } });
        await cluster.CreateAsync("second", s => s with { Priority = 5, RequiredCapability = new() { MinRAMGB = 32 } });

        var large = await cluster.RunAsync("explain", "large", "-n", "default");
        var first = await cluster.RunAsync("explain", "first", "-n", "default");
        var second = JsonNode.Parse((await cluster.RunAsync("explain", "second", "-n", "default", "-o", "json")).Out)!;
        var yaml = YamlToJson.Convert((await cluster.RunAsync("explain", "second", "-n", "default", "-o", "yaml")).Out);

        Assert.Equal((0, ""), (large.Code, large.Error));
        Assert.Contains("default/large: never starts as things are\n  NoMatchingNode: 0 of 3 nodes match", large.Out, StringComparison.Ordinal);
        Assert.Matches(@"\nmac +no +[^\n]*96 GiB asked, 64 there", large.Out);
        Assert.Matches(@"\naway +no +[^\n]*its agent is silent", large.Out);
        Assert.StartsWith("default/first: starts now on mac with model qwen\n", first.Out, StringComparison.Ordinal);
        Assert.Matches(@"\nmac +yes, 1\. +[^\n]*points: 1000 for free slots[^\n]*-8 for spare memory", first.Out);
        Assert.Equal(("waits", "WaitingForCapacity", 2, 3), ((string)second["outcome"]!, (string)second["reason"]!, (int)second["position"]!, (int)second["waiting"]!));
        Assert.Equal("with all slots taken", (string)second["hosts"]![0]!["violations"]![0]!["summary"]!);
        Assert.Null(second["hosts"]![0]!["score"]);
        Assert.Equal(second.ToJsonString(), yaml.ToJsonString());
    }

    [Fact]
    public async Task A_task_that_waits_for_a_run_says_when_it_starts_by_how_long_ended_runs_took()
    {
        await using var cluster = await InspectedCluster.StartAsync(InspectedCluster.Node("mac"));
        await cluster.CreateAsync("running");
        await cluster.StatusAsync<AgenticTask>("running", "default", new() { ["phase"] = "Scheduled", ["attempt"] = 1, ["assignedNode"] = "mac", ["placement"] = "Node" });
        await cluster.CreateAsync("next");

        var unknown = await cluster.RunAsync("explain", "next", "-n", "default");
        await cluster.CreateAsync("done");
        await cluster.StatusAsync<AgenticTask>("done", "default", new()
        {
            ["phase"] = "Succeeded",
            ["verdict"] = "GO",
            ["attempt"] = 1,
            ["attempts"] = new JsonArray(new JsonObject { ["attempt"] = 1, ["node"] = "mac", ["outcome"] = "Succeeded", ["startedAt"] = "2026-01-01T00:00:00Z", ["endedAt"] = "2026-01-01T00:10:00Z" }),
        });
        var known = await cluster.RunAsync("explain", "next", "-n", "default");
        var json = JsonNode.Parse((await cluster.RunAsync("explain", "next", "-n", "default", "-o", "json")).Out)!;

        Assert.Contains("\n  When it starts is not known: no run of the built-in Agent and kind freeform in namespace default has ended yet.\n", unknown.Out, StringComparison.Ordinal);
        Assert.Contains("\n  Starts in about 10 min, in 8 of 10 cases in 10 min to 10 min (by 1 ended run).\n", known.Out, StringComparison.Ordinal);
        Assert.Equal("""{"earlySeconds":600,"likelySeconds":600,"lateSeconds":600,"runs":1}""", json["start"]!.ToJsonString());
    }

    [Fact]
    public async Task A_task_over_its_quota_says_when_the_window_has_room()
    {
        await using var cluster = await InspectedCluster.StartAsync(InspectedCluster.Node("mac"));
        var now = DateTime.UtcNow;
        await cluster.QuotasAsync("- {namespace: default, secondsPerWindow: 600, windowHours: 1}");
        await cluster.CreateAsync("used");
        await cluster.StatusAsync<AgenticTask>("used", "default", new()
        {
            ["phase"] = "Succeeded",
            ["verdict"] = "GO",
            ["attempt"] = 1,
            ["attempts"] = new JsonArray(new JsonObject { ["attempt"] = 1, ["node"] = "mac", ["outcome"] = "Succeeded", ["startedAt"] = Ago(now, 40), ["endedAt"] = Ago(now, 30) }),
        });
        await cluster.CreateAsync("next", s => s with { Budget = new() { Seconds = 300 } });

        var next = await cluster.RunAsync("explain", "next", "-n", "default");

        Assert.Equal((0, ""), (next.Code, next.Error));
        Assert.Contains("\n  WaitingForQuota: The quota of namespace default allows 600 seconds in 1 h: 600 are used", next.Out, StringComparison.Ordinal);
        Assert.Matches(@"\n  Starts in about (29|30) min, in 8 of 10 cases in \1 min to \1 min \(only the window of its quota is before it\)\.\n", next.Out);

        static string Ago(DateTime now, int minutes) => now.AddMinutes(-minutes).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task A_task_that_does_not_wait_says_where_it_is_and_one_that_is_absent_says_so()
    {
        await using var cluster = await InspectedCluster.StartAsync(InspectedCluster.Node("mac"));
        await cluster.CreateAsync("t");
        await cluster.StatusAsync<AgenticTask>("t", "default", new()
        {
            ["phase"] = "Scheduled",
            ["attempt"] = 1,
            ["assignedNode"] = "mac",
            ["placement"] = "Node",
            ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Scheduled", ["status"] = "True", ["reason"] = "FleetNodeAssigned", ["message"] = "Attempt 1 was assigned to mac.", ["lastTransitionTime"] = "2026-01-01T00:00:00Z" }),
        });

        var there = await cluster.RunAsync("explain", "t", "-n", "default");
        var absent = await cluster.RunAsync("explain", "u", "-n", "default");
        var wrong = await cluster.RunAsync("explain", "t", "-o", "xml");

        Assert.Equal((0, "default/t: Scheduled on mac\n  FleetNodeAssigned: Attempt 1 was assigned to mac.\n"), (there.Code, there.Out));
        Assert.Equal((1, 2), (absent.Code, wrong.Code));
        Assert.Contains("task u does not exist in namespace default", absent.Error, StringComparison.Ordinal);
        Assert.Contains("--output: `xml` is not valid", wrong.Error, StringComparison.Ordinal);
    }
}
