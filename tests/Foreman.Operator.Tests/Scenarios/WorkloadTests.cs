using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Cli;
using Foreman.Operator.Tests.Hosting;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Scenarios;

/// <summary>The commands for Workloads against a real operator.</summary>
[Collection(nameof(OneOperator))]
public sealed class WorkloadTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory, DevCluster, KubeApiServer]
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

    private static RealProcess Start(IClusterUnderTest cluster, string space, params string[] arguments) => RealProcess.Start(new ProcessRequest
    {
        Program = ReleasedBinaries.Operator,
        Arguments = [.. arguments, "-n", space, "--kubeconfig", cluster.AdminKubeconfigPath],
    });
}
