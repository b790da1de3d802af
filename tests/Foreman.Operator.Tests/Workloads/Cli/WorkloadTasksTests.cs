using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Workloads.Cli;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Workloads.Cli;

public class WorkloadTasksTests
{
    [Fact]
    public void A_name_that_no_label_holds_selects_nothing()
    {
        Assert.Equal("foreman.llmkube.dev/workload=w", WorkloadTasks.Selector("w"));
        Assert.Null(WorkloadTasks.Selector(new string('w', 64)));
    }

    [Fact]
    public async Task The_tasks_of_a_workload_are_read_by_their_label()
    {
        await using var cluster = await EmbeddedDevCluster.StartAsync();
        await ForemanDefinitions.InstallAsync(cluster);
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
        var cancellationToken = TestContext.Current.CancellationToken;
        var workload = WorkloadSample.Issues() with { Metadata = new() { Name = "w", NamespaceProperty = "default" } };
        foreach (var (name, label) in new[] { ("a", "w"), ("b", "v") })
        {
            await client.CreateAsync(
                new AgenticTask
                {
                    Metadata = new() { Name = name, NamespaceProperty = "default", Labels = new Dictionary<string, string> { [Labels.Workload] = label } },
                    Spec = new() { Kind = TaskKind.Freeform, Payload = new() { Prompt = "p" } },
                },
                null,
                cancellationToken);
        }

        Assert.Equal(["a"], (await WorkloadTasks.ReadAsync(client, workload, cancellationToken)).Keys);
    }
}
