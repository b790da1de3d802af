using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Cli;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Results;

public sealed class LogsCommandTests
{
    [Theory, KubeApiServer]
    public async Task What_has_no_logs_is_told_with_what_there_is(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
        var space = await cluster.NewNamespaceAsync("logs");
        var task = await client.CreateAsync(new AgenticTask
        {
            Metadata = new() { Name = "t", NamespaceProperty = space },
            Spec = new() { Kind = TaskKind.Freeform, Payload = new() { Prompt = "Say hello" } },
        });
        var absent = await RunAsync(cluster, "nobody", "-n", space);
        var elsewhere = await RunAsync(cluster, "t", "-n", space);
        var assignment = new TaskAssignment("a", Placement.Job, null, null) { RunsInJob = true };
        await client.PatchAsync<AgenticTask>(TaskWrites.Assign(task, assignment, []), "t", space, new PatchOptions { Subresource = "status" });

        var early = await RunAsync(cluster, "t", "-n", space, "-f");

        Assert.Equal((1, 1, 1), (absent.Code, elsewhere.Code, early.Code));
        Assert.Contains($"task nobody does not exist in namespace {space}", absent.Error, StringComparison.Ordinal);
        Assert.Contains("only tasks with placement Job have logs of containers", elsewhere.Error, StringComparison.Ordinal);
        Assert.Contains($"attempt 1 of task t has no pod, or no longer; its Job is {space}/{JobNames.Of(task.Uid(), 1)}", early.Error, StringComparison.Ordinal);
    }

    private static Task<(int Code, string Out, string Error)> RunAsync(IClusterUnderTest cluster, params string[] arguments) =>
        CommandRunner.RunAsync(["logs", .. arguments, "--kubeconfig", cluster.AdminKubeconfigPath]);
}
