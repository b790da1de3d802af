using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;
using All = Foreman.Testing.Manifests;

namespace Foreman.EndToEnd.Tests.Manifests;

public class ManifestsTests
{
    private static readonly Dictionary<string, Func<JsonNode, JsonNode>> Kinds = new()
    {
        ["Agent"] = ThroughOurTypes<Api.Agent>,
        ["AgenticTask"] = ThroughOurTypes<AgenticTask>,
        ["AgentRelease"] = ThroughOurTypes<AgentRelease>,
        ["FleetNode"] = ThroughOurTypes<FleetNode>,
        ["ModelProfile"] = ThroughOurTypes<ModelProfile>,
        ["Workload"] = ThroughOurTypes<Workload>,
    };

    [Theory, DevCluster, KubeApiServer]
    public async Task Manifests_written_for_LLMKube_apply_strictly_and_are_kept_as_written(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        var space = await cluster.NewNamespaceAsync("manifests");
        Assert.Equal(14, All.All.Count);
        var documents = string.Join("\n---\n", All.All.Values);

        await cluster.Kubectl.ApplyAsync(documents, "--validate=strict", "-n", space);
        var listed = JsonNode.Parse((await cluster.Kubectl.TryWithInputAsync(documents, "get", "-n", space, "-o", "json", "-f", "-")).Succeeded().Output)!["items"]!.AsArray();
        await cluster.Kubectl.TryWithInputAsync(documents, "delete", "-n", space, "-f", "-");

        foreach (var (name, yaml) in All.All)
        {
            var wanted = ManifestJson.Parse(yaml);
            var kind = (string)wanted["kind"]!;
            var stored = Assert.Single(listed, o => (string)o!["kind"]! == kind && (string)o["metadata"]!["name"]! == (string)wanted["metadata"]!["name"]!)!;
            Assert.Empty(ManifestJson.Lost(wanted, stored).Select(lost => $"{name}{lost}"));
            Assert.Empty(ManifestJson.Lost(stored["spec"], Kinds[kind](stored)["spec"]).Select(lost => $"{name} read by our types: spec{lost}"));
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_a_manifest_leaves_out_gets_the_documented_default(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        var space = await cluster.NewNamespaceAsync("defaults");
        await cluster.Kubectl.ApplyAsync(All.All["agent-minimal"], "--validate=strict", "-n", space);
        await cluster.Kubectl.ApplyAsync(All.All["task-minimal"], "--validate=strict", "-n", space);

        var agent = await cluster.Kubectl.RunAsync(
            "get", "agent", "writer", "-n", space, "-o",
            "jsonpath={.spec.provider} {.spec.maxTurns} {.spec.maxRetries} {.spec.contextStrategy} {.spec.requestTimeoutSeconds} {.spec.requestTurnTimeoutSeconds} {.spec.bashTimeoutSeconds}");
        var task = await cluster.Kubectl.RunAsync(
            "get", "at", "greeting", "-n", space, "-o", "jsonpath={.spec.payload.branchStrategy} {.status.phase} {.status.attempt} {.status.attempts}");

        Assert.Equal("local 50 3 window 3600 120 30", agent);
        Assert.Equal("reset Pending 0 []", task);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_field_that_nobody_knows_is_refused_and_named(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        var space = await cluster.NewNamespaceAsync("strict");
        var yaml = All.All["task-minimal"].Replace("  kind: freeform\n", "  kind: freeform\n  priorty: 3\n", StringComparison.Ordinal);

        var run = await cluster.Kubectl.TryWithInputAsync(yaml, "apply", "--validate=strict", "-n", space, "-f", "-");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("unknown field \"spec.priorty\"", run.Error, StringComparison.Ordinal);
    }

    private static JsonNode ThroughOurTypes<T>(JsonNode stored)
        where T : class, IResource<T> =>
        JsonSerializer.SerializeToNode(stored.Deserialize(T.TypeInfo)!, T.TypeInfo)!;
}
