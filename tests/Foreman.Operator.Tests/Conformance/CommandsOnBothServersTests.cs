using System.Text.RegularExpressions;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Inspect;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Conformance;

/// <summary>What the commands that look at a cluster and close hosts say on the dev cluster, they say on kube-apiserver.</summary>
public partial class CommandsOnBothServersTests
{
    private const string Manifest = """
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: AgenticTask
        metadata: {name: planned}
        spec: {kind: freeform, requiredCapability: {minRAMGB: 10}, payload: {prompt: Say hello.}}
        """;

    [Fact]
    public async Task Commands_say_the_same_on_both_servers()
    {
        await using var kube = await InspectedCluster.StartOnKubeApiServerAsync(Fleet());
        await using var dev = await InspectedCluster.StartAsync(Fleet());

        var (onKube, onDev) = (await SaidAsync(kube), await SaidAsync(dev));

        Assert.Equal(onDev, onKube);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 11, 11, 0, 0, 0, 0, 0, 0, 1, 0], onKube.Select(s => s.Code));
        Assert.DoesNotContain((await kube.Client.ListAsync<AgenticTask>(null, null, TestContext.Current.CancellationToken)).Items, t => t.Name() == "planned");
    }

    private static FleetNode[] Fleet() =>
        [InspectedCluster.Node("mac", ram: 64), InspectedCluster.Node("mini", ram: 16), InspectedCluster.Node("away", ready: Conditions.False)];

    private static async Task<List<Said>> SaidAsync(InspectedCluster cluster)
    {
        using var folder = new TempFolder();
        var said = new List<Said>();
        await FillAsync(cluster);
        foreach (var arguments in (string[][])
        [
            ["nodes"],
            ["nodes", "-o", "json"],
            ["queue"],
            ["queue", "-o", "json"],
            ["explain", "large", "-n", "default"],
            ["explain", "large", "-n", "default", "-o", "json"],
            ["explain", "second", "-n", "default", "-o", "yaml"],
            ["explain", "running", "-n", "default"],
        ])
        {
            Add(arguments, await cluster.RunAsync(arguments));
        }

        await PlanAsync("{minRAMGB: 10}", "mini is free");
        await PlanAsync("{minRAMGB: 40}", "mac is taken");
        await PlanAsync("{minRAMGB: 900}", "nothing is so large");
        await PlanAsync("{minRAMGB: -1}", "the cluster refuses it");
        foreach (var arguments in (string[][])
        [
            ["cordon", "mini"],
            ["nodes"],
            ["uncordon", "mini"],
            ["drain", "mini", "--deadline", "30m", "--reason", "OS update", "-o", "json"],
            ["uncordon", "mini"],
            ["record", "--fleet", folder["fleet.jsonl"], "--tasks", folder["tasks.jsonl"]],
            ["record", "--fleet", folder["fleet.jsonl"], "--tasks", folder["tasks.jsonl"]],
        ])
        {
            Add(arguments, await cluster.RunAsync(arguments));
        }

        var drained = await cluster.RunUntilAsync(
            [("has   default/running: Scheduled on mac", () => LeaveAsync(cluster)), ("the operator has not said yet", () => cluster.SeeClosedAsync("mac"))],
            "drain", "mac", "--watch");
        Add(["drain", "mac", "--watch"], (drained.Code, drained.Out, ""));
        return said;

        async Task PlanAsync(string capability, string why) =>
            Add(["plan", why], await cluster.RunAsync(Manifest.Replace("{minRAMGB: 10}", capability, StringComparison.Ordinal), ["plan", "-f", "-", "-n", "default"]));

        void Add(string[] command, (int Code, string Out, string Error) run) => said.Add(new(
            string.Join(' ', command.Select(a => Same(a, folder))), run.Code, Same(run.Out, folder), Same(run.Error, folder)));
    }

    // A task runs on mac, two wait for it, and one fits nowhere.
    private static async Task FillAsync(InspectedCluster cluster)
    {
        await cluster.CreateAsync("running", s => s with { RequiredCapability = new() { MinRAMGB = 32 } });
        await cluster.StatusAsync<AgenticTask>("running", "default", new() { ["phase"] = "Scheduled", ["attempt"] = 1, ["assignedNode"] = "mac", ["placement"] = "Node" });
        await cluster.CreateAsync("first", s => s with { Priority = 9, RequiredCapability = new() { MinRAMGB = 32 } });
        await cluster.CreateAsync("second", s => s with { Priority = 5, RequiredCapability = new() { MinRAMGB = 32 } });
        await cluster.CreateAsync("large", s => s with { RequiredCapability = new() { MinRAMGB = 96 } });
    }

    private static Task LeaveAsync(InspectedCluster cluster) =>
        cluster.StatusAsync<AgenticTask>("running", "default", new() { ["phase"] = "Pending", ["assignedNode"] = null });

    private static string Same(string text, TempFolder folder) =>
        Age().Replace(Time().Replace(text.Replace(folder.Path, "FOLDER", StringComparison.Ordinal), "TIME"), "AGE");

    [GeneratedRegex(@"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?")]
    private static partial Regex Time();

    [GeneratedRegex(@"\b\d+ ?s\b *|(?<=""ageSeconds"": ?)\d+")]
    private static partial Regex Age();

    private sealed record Said(string Command, int Code, string Out, string Error);
}
