using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Operator.Tests.Cli;
using Foreman.Operator.Tests.Inspect;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Simulate;

public class SimulateCommandTests
{
    private const string Fleet = """
        apiVersion: v1
        kind: List
        items:
        - apiVersion: foreman.llmkube.dev/v1alpha1
          kind: FleetNode
          metadata: {name: mac}
          spec: {nodeName: mac}
          status:
            slots: 1
            capability:
              modelServers: [{url: "http://127.0.0.1:8080"}]
              models: [{name: qwen, server: "http://127.0.0.1:8080", loaded: true}]
        """;

    [Fact]
    public async Task A_second_host_halves_the_wait()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["one.yaml"], Fleet, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder["two.yaml"], $"{Fleet}\n---\n{Fleet.Replace("mac", "second", StringComparison.Ordinal)}", TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(
            folder["tasks.jsonl"],
            [.. Enumerable.Range(0, 4).Select(i => """{"at":0,"runs":600,"task":{"metadata":{"name":"NAME"},"spec":{"kind":"freeform","payload":{"prompt":"x"}}}}""".Replace("NAME", $"t{i}", StringComparison.Ordinal))],
            TestContext.Current.CancellationToken);

        var one = await CommandRunner.RunAsync("simulate", "--fleet", folder["one.yaml"], "--tasks", folder["tasks.jsonl"]);
        var two = await CommandRunner.RunAsync("simulate", "--fleet", folder["two.yaml"], "--tasks", folder["tasks.jsonl"], "-o", "json");

        Assert.Equal((0, ""), (one.Code, one.Error));
        Assert.StartsWith("4 tasks ran on 1 of 1 host in 40 min, 0 never did\nwaits: median 10 min, 90 % within 30 min, 99 % within 30 min, longest 30 min\n", one.Out, StringComparison.Ordinal);
        Assert.Matches(@"\nmac +4 +100 % +0\n", one.Out);
        var json = JsonNode.Parse(two.Out)!;
        Assert.Equal((1200, 600), ((int)json["makespanSeconds"]!, (int)json["waits"]!["longestSeconds"]!));
    }

    [Fact]
    public async Task What_is_recorded_in_a_cluster_is_played()
    {
        await using var cluster = await InspectedCluster.StartAsync(InspectedCluster.Node("mac"));
        using var folder = new TempFolder();
        await cluster.CreateAsync("t", s => s with { Payload = new() { Prompt = "secret words" } });
        await cluster.StatusAsync<AgenticTask>("t", "default", new() { ["phase"] = "Scheduled", ["attempt"] = 1, ["assignedNode"] = "mac", ["placement"] = "Node" });
        await cluster.StatusAsync<AgenticTask>("t", "default", JsonNode.Parse("""
            {"phase":"Succeeded","verdict":"GO","attempts":[{"attempt":1,"node":"mac","outcome":"Succeeded","startedAt":"2026-01-01T00:00:00Z","endedAt":"2026-01-01T00:05:00Z"}]}
            """)!.AsObject());
        string[] files = ["--fleet", folder["fleet.yaml"], "--tasks", folder["tasks.jsonl"]];

        var record = await cluster.RunAsync(["record", .. files]);
        var twice = await cluster.RunAsync(["record", .. files]);
        var played = await CommandRunner.RunAsync(["simulate", .. files, "--model-load", "0s"]);

        Assert.Equal((0, 1, 0), (record.Code, twice.Code, played.Code));
        Assert.StartsWith("Recorded: 1 host, 0 Agents, 1 task.", record.Out, StringComparison.Ordinal);
        Assert.Contains("is there already; replace it with --force", twice.Error, StringComparison.Ordinal);
        Assert.True(played.Out.StartsWith("1 task ran on 1 of 1 host in 5 min, 0 never did", StringComparison.Ordinal), played.Out);
        Assert.DoesNotContain("secret words", await File.ReadAllTextAsync(files[3], TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--model-load: `slow` is not valid", "--model-load", "slow")]
    [InlineData("can't be read", "--tasks", "/nowhere/tasks.jsonl")]
    public async Task What_cant_be_is_told(string message, params string[] arguments)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["fleet.yaml"], Fleet, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder["tasks.jsonl"], "", TestContext.Current.CancellationToken);
        string[] tasks = arguments[0] == "--tasks" ? [] : ["--tasks", folder["tasks.jsonl"]];

        var run = await CommandRunner.RunAsync(["simulate", "--fleet", folder["fleet.yaml"], .. tasks, .. arguments]);

        Assert.Equal(2, run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }
}
