using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Inspect;

public class PlanCommandTests
{
    private const string Fits = """
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: AgenticTask
        metadata: {name: fits}
        spec: {kind: freeform, payload: {prompt: Say hello.}}
        """;

    [Fact]
    public async Task Tasks_are_planned_before_they_are_created_and_nothing_is_written()
    {
        await using var cluster = await InspectedCluster.StartAsync(InspectedCluster.Node("mac", ram: 64));
        using var folder = new TempFolder();
        var large = Fits.Replace("name: fits", "name: large", StringComparison.Ordinal).Replace("{kind:", "{requiredCapability: {minRAMGB: 200}, kind:", StringComparison.Ordinal);
        var host = """
            apiVersion: foreman.llmkube.dev/v1alpha1
            kind: FleetNode
            metadata: {name: new-mac}
            spec: {nodeName: new-mac}
            status:
              slots: 1
              capability:
                totalRAMGB: 512
                availableRAMGB: 500
                modelServers: [{url: "http://127.0.0.1:8080"}]
                models: [{name: qwen, server: "http://127.0.0.1:8080"}]
            """;
        await File.WriteAllTextAsync(folder["one.yaml"], Fits, TestContext.Current.CancellationToken);

        var now = await cluster.RunAsync("plan", "-f", folder["one.yaml"], "-n", "default");
        var waits = await cluster.RunAsync($"{Fits}\n---\n{Fits.Replace("name: fits", "name: later", StringComparison.Ordinal)}", ["plan", "-f", "-", "-n", "default"]);
        var never = await cluster.RunAsync(large, ["plan", "-f", "-", "-n", "default", "-o", "json"]);
        var imagined = await cluster.RunAsync($"{large}\n---\n{host}", ["plan", "-f", "-", "-n", "default"]);

        Assert.Equal((0, 10, 11, 0), (now.Code, waits.Code, never.Code, imagined.Code));
        Assert.StartsWith("default/fits: starts now on mac", now.Out, StringComparison.Ordinal);
        Assert.Contains("default/later: waits, place 2 of 2 in the queue\n  WaitingForCapacity", waits.Out, StringComparison.Ordinal);
        var json = JsonNode.Parse(never.Out)!;
        Assert.Equal(("never", "NoMatchingNode"), ((string)json["tasks"]![0]!["outcome"]!, (string)json["tasks"]![0]!["reason"]!));
        Assert.Contains("starts now on new-mac", imagined.Out, StringComparison.Ordinal);
        Assert.Empty((await cluster.Client.ListAsync<AgenticTask>(null, null, TestContext.Current.CancellationToken)).Items);
        Assert.Single((await cluster.Client.ListAsync<FleetNode>(null, null, TestContext.Current.CancellationToken)).Items);
    }

    [Fact]
    public async Task An_Agent_of_the_file_counts_and_other_kinds_play_no_part()
    {
        await using var cluster = await InspectedCluster.StartAsync(InspectedCluster.Node("mac"));
        var task = Fits.Replace("{kind:", "{agentRef: {name: talker}, kind:", StringComparison.Ordinal);
        var agent = """
            apiVersion: foreman.llmkube.dev/v1alpha1
            kind: Agent
            metadata: {name: talker}
            spec: {role: coder, systemPrompt: You talk., tools: [submit_result]}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: notes}
            """;

        var without = await cluster.RunAsync(task, ["plan", "-f", "-", "-n", "default"]);
        var with = await cluster.RunAsync($"{task}\n---\n{agent}", ["plan", "-f", "-", "-n", "default"]);

        Assert.Equal((11, 0), (without.Code, with.Code));
        Assert.Contains("AgentNotFound", without.Out, StringComparison.Ordinal);
        Assert.Contains("note: ConfigMap notes plays no part in the plan", with.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_cluster_would_refuse_is_told_and_a_name_that_is_taken_too()
    {
        await using var cluster = await InspectedCluster.StartAsync(InspectedCluster.Node("mac"));
        await cluster.CreateAsync("fits");

        var refused = await cluster.RunAsync(Fits.Replace("kind: freeform", "kind: juggle", StringComparison.Ordinal), ["plan", "-f", "-", "-n", "default"]);
        var taken = await cluster.RunAsync(Fits, ["plan", "-f", "-", "-n", "default"]);

        Assert.Equal((11, 0), (refused.Code, taken.Code));
        Assert.Contains("AgenticTask fits: the cluster would refuse it: ", refused.Out, StringComparison.Ordinal);
        Assert.Contains("note: AgenticTask fits exists already", taken.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: [", "standard input: ")]
    [InlineData("kind: Workload\nmetadata: {name: w}", "there is no AgenticTask in it")]
    [InlineData("kind: AgenticTask\nmetadata: {name: t}\nspec: {payload: 5}", "standard input: AgenticTask t: ")]
    public async Task A_file_that_is_no_manifest_is_told(string text, string message)
    {
        await using var cluster = await InspectedCluster.StartAsync();

        var run = await cluster.RunAsync(text, ["plan", "-f", "-"]);

        Assert.Equal(2, run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }
}
