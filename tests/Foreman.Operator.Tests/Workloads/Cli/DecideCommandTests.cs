using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Cli;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Workloads.Cli;

public class DecideCommandTests
{
    [Theory]
    [InlineData("--step: give an ANSWER with it", "w", "--step", "code-42")]
    [InlineData("ANSWER: give 1 to 16384 characters", "w", "  ")]
    [InlineData("--output: `yaml` is not valid", "w", "-o", "yaml")]
    public async Task What_cant_be_is_told(string message, params string[] arguments)
    {
        var run = await CommandRunner.RunAsync(["decide", .. arguments]);

        Assert.Equal(2, run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Questions_are_shown_and_answered_once()
    {
        await using var cluster = await EmbeddedDevCluster.StartAsync();
        await ForemanDefinitions.InstallAsync(cluster);
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
        var absent = await RunAsync(cluster, "w");
        await client.CreateAsync(
            new Workload { Metadata = new() { Name = "w", NamespaceProperty = "default" }, Spec = new() { Intent = "do it", Repo = "o/r", Issues = [42, 43] } }, null, TestContext.Current.CancellationToken);
        var (nothing, early) = (await RunAsync(cluster, "w"), await RunAsync(cluster, "w", "Both."));
        await AskAsync(client, ("code-42", null), ("code-43", null));

        var shown = await RunAsync(cluster, "w");
        var several = await RunAsync(cluster, "w", "Both.");
        var answered = await RunAsync(cluster, "w", "Both.", "--step", "code-42");
        var same = await RunAsync(cluster, "w", "Both.", "--step", "code-42", "-o", "json");
        var other = await RunAsync(cluster, "w", "None.", "--step", "code-43");
        await AskAsync(client, ("code-42", "Both."), ("code-43", null));
        var last = await RunAsync(cluster, "w", "None.");

        Assert.Equal((1, 0, 1), (absent.Code, nothing.Code, early.Code));
        Assert.Equal("Workload w asks nothing now.\n", nothing.Out);
        Assert.Contains("asks nothing now", early.Error, StringComparison.Ordinal);
        Assert.Equal((0, 1, 0, 0, 1, 0), (shown.Code, several.Code, answered.Code, same.Code, other.Code, last.Code));
        Assert.StartsWith("Step code-42 asks:\n  Which?\n", shown.Out, StringComparison.Ordinal);
        Assert.Contains("name one with --step", several.Error, StringComparison.Ordinal);
        Assert.StartsWith("The answer is stored; step code-42 of Workload w is done again by it.", answered.Out, StringComparison.Ordinal);
        Assert.Equal("code-42", (string?)JsonNode.Parse(same.Out)!["questions"]![0]!["step"]);
        Assert.Contains("is not taken yet", other.Error, StringComparison.Ordinal);
        var decision = (await client.ReadAsync<Workload>("w", "default", TestContext.Current.CancellationToken)).Spec.Decision;
        Assert.Equal(new WorkloadAnswer { Step = "code-43", Answer = "None." }, decision);
    }

    private static async Task AskAsync(KubernetesClient client, params (string Step, string? Answer)[] questions)
    {
        var status = new WorkloadStatus { Phase = WorkloadPhase.Dispatched, Questions = [.. questions.Select(q => new WorkloadQuestion { Step = q.Step, Question = "Which?", Answer = q.Answer })] };
        var body = JsonSerializer.SerializeToNode(new Workload { Status = status }, Workload.TypeInfo)!;
        await client.PatchAsync<Workload>(
            V1Patch.Merge(new JsonObject { ["status"] = body["status"]!.DeepClone() }), "w", "default", new PatchOptions { Subresource = "status" }, TestContext.Current.CancellationToken);
    }

    private static Task<(int Code, string Out, string Error)> RunAsync(EmbeddedDevCluster cluster, params string[] arguments) =>
        CommandRunner.RunAsync(["decide", .. arguments, "-n", "default", "--kubeconfig", cluster.AdminKubeconfigPath]);
}
