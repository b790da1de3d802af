using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Cli;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Workloads.Cli;

public class WorkloadCommandTests
{
    [Theory]
    [InlineData("--suspend, --resume, --cancel: give one of them", "w", "--suspend", "--cancel")]
    [InlineData("--output: `yaml` is not valid", "w", "-o", "yaml")]
    public async Task What_cant_be_is_told(string message, params string[] arguments)
    {
        var run = await CommandRunner.RunAsync(["workload", .. arguments]);

        Assert.Equal(2, run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workload_is_shown_held_resumed_and_ended_by_its_name()
    {
        await using var cluster = await EmbeddedDevCluster.StartAsync();
        var bare = await RunAsync(cluster, "w");
        await ForemanDefinitions.InstallAsync(cluster);
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
        var absent = await RunAsync(cluster, "w");
        await client.CreateAsync(
            new Workload { Metadata = new() { Name = "w", NamespaceProperty = "default" }, Spec = new() { Intent = "do it", Repo = "o/r", Issues = [42] } }, null, TestContext.Current.CancellationToken);

        Assert.Equal((1, 1), (bare.Code, absent.Code));
        Assert.Contains("install Foreman there", bare.Error, StringComparison.Ordinal);
        Assert.Contains("Workload w does not exist in namespace default", absent.Error, StringComparison.Ordinal);
        var shown = await RunAsync(cluster, "w");
        Assert.StartsWith("w: new\n  repository o/r\n  intent do it\n", shown.Out, StringComparison.Ordinal);
        Assert.Contains("--watch", shown.Out, StringComparison.Ordinal);

        var held = await RunAsync(cluster, "w", "--suspend", "-o", "json");
        Assert.True((bool)JsonNode.Parse(held.Out)!["suspended"]!);
        Assert.Contains("Workload w is suspended", held.Error, StringComparison.Ordinal);
        var resumed = await RunAsync(cluster, "w", "--resume");
        Assert.StartsWith("Workload w goes on.", resumed.Out, StringComparison.Ordinal);
        var ended = await RunAsync(cluster, "w", "--cancel");
        var twice = await RunAsync(cluster, "w", "--resume");

        Assert.Equal((0, 0, 0, 1), (held.Code, resumed.Code, ended.Code, twice.Code));
        Assert.Contains("can't be taken back", twice.Error, StringComparison.Ordinal);
        var spec = (await client.ReadAsync<Workload>("w", "default", TestContext.Current.CancellationToken)).Spec;
        Assert.Equal((false, true), (spec.Suspend, spec.Cancel));
    }

    private static Task<(int Code, string Out, string Error)> RunAsync(EmbeddedDevCluster cluster, params string[] arguments) =>
        CommandRunner.RunAsync(["workload", .. arguments, "-n", "default", "--kubeconfig", cluster.AdminKubeconfigPath]);
}
