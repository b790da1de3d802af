using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Cli;
using Foreman.Operator.Tests.Hosting;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Scenarios;

/// <summary>The commands for Workloads against a real operator.</summary>
public sealed class WorkloadTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory, DevCluster(ForOperators = true), KubeApiServer(ForOperators = true)]
    public async Task A_batch_of_issues_is_created_watched_looked_at_and_cancelled(IClusterUnderTest cluster)
    {
        await using var fleet = await TestOperator.StartAsync(cluster);
        var space = await cluster.NewNamespaceAsync();
        await AgentsAsync(fleet.Client, space);

        await using var watched = Start(cluster, space, "dispatch", "--issues", "42,43", "--repo", "o/r", "--queue", "--wait");
        await watched.WaitForLineAsync("step +code-43 waiting", Patience);
        watched.PressControlC();

        Assert.Equal(130, await watched.WaitForExitAsync(Patience));
        Assert.Contains($"foreman-operator workload o-r-issues-42-43 -n {space}", watched.StandardError, StringComparison.Ordinal);
        var shown = await RunAsync(cluster, space, "workload", "o-r-issues-42-43");
        Assert.Equal(0, shown.Code);
        Assert.Matches("(?s)o-r-issues-42-43: Dispatched: .*issue 42: waiting\n  code-42 +waiting.*  review-42-0 .*issue 43: waiting\n", shown.Out);
        Assert.Equal(0, (await RunAsync(cluster, space, "workload", "o-r-issues-42-43", "--suspend")).Code);
        await Eventually.TrueAsync(async () => (await TasksAsync(fleet.Client, space)).All(t => t.Spec.Suspend == true), "the tasks to be held", Patience);

        var ended = await RunAsync(cluster, space, "workload", "o-r-issues-42-43", "--cancel", "--watch", "-o", "json").WaitAsync(Patience);

        var json = JsonNode.Parse(Assert.Single(ended.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)))!;
        Assert.Equal((1, "Failed", "Cancelled", true), (ended.Code, (string?)json["phase"], (string?)json["reason"], (bool)json["cancelled"]!));
        Assert.Equal(["code-42", "review-42-0", "code-43", "review-43-0"], json["steps"]!.AsArray().Select(s => (string?)s!["name"]));
        Assert.Equal(1, (await RunAsync(cluster, space, "workload", "o-r-issues-42-43", "--suspend")).Code);
    }

    [Theory, DevCluster(ForOperators = true), KubeApiServer(ForOperators = true)]
    public async Task An_intent_from_standard_input_is_planned_looked_at_and_let_go(IClusterUnderTest cluster)
    {
        await using var fleet = await TestOperator.StartAsync(cluster);
        var space = await cluster.NewNamespaceAsync();
        await AgentsAsync(fleet.Client, space);
        string[] dispatch = ["dispatch", "--intent", "-", "--name", "lists", "--queue", "--suspend"];

        var refused = await RunAsync(cluster, space, "Write two lists.\n", dispatch);
        await fleet.Client.CreateAsync(new Agent
        {
            Metadata = new() { Name = "planner", NamespaceProperty = space },
            Spec = new() { Role = AgentRole.Planner, SystemPrompt = "You plan.", Tools = ["submit_result"] },
        });
        var waiting = RunAsync(cluster, space, "Write two lists.\n", [.. dispatch, "--wait"]);
        await Eventually.TrueAsync(async () => (await TasksAsync(fleet.Client, space)).Any(t => t.Name() == "lists-plan"), "the planner to be asked", Patience);
        await PlanAsync(fleet.Client, space, """{"plan":{"steps":[{"name":"food","kind":"freeform","agent":"coder","prompt":"Write a list.","why":"a list of food"}]}}""");

        var planned = await waiting.WaitAsync(Patience);

        Assert.Equal((1, 0), (refused.Code, planned.Code));
        Assert.Contains("has no Agent of role planner", refused.Error, StringComparison.Ordinal);
        Assert.Contains("  plan     food freeform by coder: a list of food", planned.Out, StringComparison.Ordinal);
        Assert.Contains($"foreman-operator workload lists -n {space} --kubeconfig", planned.Out, StringComparison.Ordinal);
        Assert.Equal("Write two lists.", (await fleet.Client.ReadAsync<Workload>("lists", space)).Spec.Intent);
        Assert.Single(await TasksAsync(fleet.Client, space));
        Assert.Equal(0, (await RunAsync(cluster, space, "workload", "lists", "--resume")).Code);
        await Eventually.TrueAsync(async () => (await TasksAsync(fleet.Client, space)).Any(t => t.Name() == "lists-food"), "the step to begin", Patience);
    }

    private static Task<AgenticTask> PlanAsync(IKubernetes client, string space, string extra) => client.PatchAsync<AgenticTask>(
        V1Patch.Merge(new JsonObject
        {
            ["status"] = new JsonObject
            {
                ["phase"] = "Succeeded",
                ["verdict"] = "GO",
                ["attempt"] = 1,
                ["result"] = new JsonObject { ["summary"] = "planned", ["extra"] = JsonNode.Parse(extra) },
            },
        }),
        "lists-plan",
        space,
        new PatchOptions { Subresource = "status" });

    private static async Task<IReadOnlyList<AgenticTask>> TasksAsync(IKubernetes client, string space) => (await client.ListAsync<AgenticTask>(space)).Items;

    private static async Task AgentsAsync(IKubernetes client, string space)
    {
        foreach (var (name, role) in new[] { ("coder", AgentRole.Coder), ("reviewer", AgentRole.Reviewer) })
        {
            await client.CreateAsync(new Agent
            {
                Metadata = new() { Name = name, NamespaceProperty = space },
                Spec = new() { Role = role, SystemPrompt = "You work with care.", Tools = ["read_file", "fetch_issue", "submit_result"] },
            });
        }
    }

    private static Task<(int Code, string Out, string Error)> RunAsync(IClusterUnderTest cluster, string space, params string[] arguments) =>
        CommandRunner.RunAsync([.. arguments, "-n", space, "--kubeconfig", cluster.AdminKubeconfigPath]);

    private static Task<(int Code, string Out, string Error)> RunAsync(IClusterUnderTest cluster, string space, string input, string[] arguments) =>
        CommandRunner.RunAsync(input, [.. arguments, "-n", space, "--kubeconfig", cluster.AdminKubeconfigPath]);

    private static RealProcess Start(IClusterUnderTest cluster, string space, params string[] arguments) => RealProcess.Start(new ProcessRequest
    {
        Program = ReleasedBinaries.Operator,
        Arguments = [.. arguments, "-n", space, "--kubeconfig", cluster.AdminKubeconfigPath],
    });
}
