using System.Text.Json.Nodes;
using Foreman.Testing;
using All = Foreman.Testing.Manifests;

namespace Foreman.EndToEnd.Tests.Manifests;

/// <summary>What LLMKube's operator and agents have stored must go on being stored, as it is.</summary>
public class StatusesTests
{
    private const string Condition = """{"type":"Ready","status":"False","reason":"HeartbeatStale","message":"","lastTransitionTime":"2026-01-31T08:30:00Z","observedGeneration":2}""";

    private static readonly Dictionary<string, string> Statuses = new()
    {
        ["fleetnode"] = $$"""
            {"phase":"Draining","lastHeartbeatTime":"2026-01-31T08:30:00Z","currentTask":"default/fix-417","agentVersion":"0.9.1","os":"darwin","arch":"arm64",
             "agentKind":"metal-agent","capability":{"accelerator":"metal","totalRAMGB":192,"availableRAMGB":120,"maxContextTokens":65536,"tokensPerSecond":41,
             "installedModels":["qwen3-coder-30b"]},"updateRequest":{"targetVersion":"0.9.2","url":"https://releases.example.com/a",
             "sha256":"0b1c2d3e4f5061728394a5b6c7d8e9f00b1c2d3e4f5061728394a5b6c7d8e9f0"},"conditions":[{{Condition}}]}
            """,
        ["task-full"] = $$$"""
            {"phase":"Succeeded","verdict":"GATE-PASS","failureReason":"ConstraintViolated","assignedNode":"mac-studio-3","branch":"b","commitSHA":"c0ffee",
             "jobName":"gate-1","transcriptRef":"foreman-transcript-fix-417","claimedAt":"2026-01-31T08:30:00Z","startedAt":"2026-01-31T08:30:01Z",
             "finishedAt":"2026-01-31T08:40:00Z","result":{"schemaVersion":"foreman.v1","extra":{"anything":[1,{"deep":true}]}},"conditions":[{{{Condition}}}]}
            """,
        ["agent-full"] = $$"""{"observedGeneration":3,"conditions":[{{Condition}}]}""",
        ["workload-issues"] = $$"""
            {"phase":"Dispatched","tasks":[{"kind":"AgenticTask","name":"october-code-417","namespace":"default","uid":"u"}],"succeededTasks":1,"failedTasks":2,
             "incompleteTasks":3,"reviewIterations":1,"plannerModel":"planner-7b","conditions":[{{Condition}}]}
            """,
        ["agentrelease"] = $$"""
            {"phase":"AwaitingApproval","observedGeneration":1,"desiredVersion":"0.9.2","targetNodes":3,"updatedNodes":1,"inFlightNodes":["a"],
             "nodeStatuses":[{"name":"a","observedVersion":"0.9.1","phase":"Updating","reason":"NodeUpdateTimeout","dispatchedAt":"2026-01-31T08:30:00Z",
             "lastTransitionTime":"2026-01-31T08:30:00Z","message":"m"}],"conditions":[{{Condition}}]}
            """,
        ["modelprofile"] = $$"""{"conditions":[{{Condition}}]}""",
    };

    [Theory, DevCluster, KubeApiServer]
    public async Task The_columns_of_Workloads_are_those_of_LLMKube(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        var space = await cluster.NewNamespaceAsync("columns");
        await cluster.Kubectl.ApplyAsync(All.All["workload-issues"], "-n", space);
        var name = (string)ManifestJson.Parse(All.All["workload-issues"])["metadata"]!["name"]!;
        var repo = (string)ManifestJson.Parse(All.All["workload-issues"])["spec"]!["repo"]!;
        await cluster.Kubectl.RunAsync("patch", "wl", name, "-n", space, "--subresource=status", "--type=merge", "-p", """{"status":{"phase":"Failed","succeededTasks":5,"failedTasks":2}}""");

        var lines = (await cluster.Kubectl.RunAsync("get", "wl", "-n", space)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var (header, row) = (Words(lines[0]), Words(lines[1]));

        Assert.Equal(["NAME", "PHASE", "REPO", "TASKS", "FAILED", "AGE"], header);
        Assert.Equal([name, "Failed", repo, "5", "2"], row[..5]);

        static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Statuses_written_by_LLMKube_are_stored_as_written(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        var space = await cluster.NewNamespaceAsync("statuses");
        var manifests = Statuses.Keys.ToDictionary(name => name, OwnManifest);
        var list = string.Join('\n', manifests.Values.Select(m => m.ToJsonString()));
        await cluster.Kubectl.ApplyAsync(list, "-n", space);
        foreach (var (name, status) in Statuses)
        {
            await cluster.Kubectl.RunAsync(
                "patch", (string)manifests[name]["kind"]!, NameOf(manifests[name]), "-n", space, "--subresource=status", "--type=merge", "-p", "{\"status\":" + status + "}");
        }

        var stored = JsonNode.Parse((await cluster.Kubectl.TryWithInputAsync(list, "get", "-n", space, "-o", "json", "-f", "-")).Succeeded().Output)!["items"]!.AsArray();
        await cluster.Kubectl.TryWithInputAsync(list, "delete", "-n", space, "-f", "-");

        foreach (var (name, status) in Statuses)
        {
            var kept = Assert.Single(stored, o => (string)o!["kind"]! == (string)manifests[name]["kind"]! && NameOf(o) == NameOf(manifests[name]))!;
            Assert.Empty(ManifestJson.Lost(JsonNode.Parse(status), kept["status"]).Select(lost => $"{name}: status{lost}"));
        }
    }

    // With a name of its own: nodes, releases and profiles belong to the whole cluster, which other tests use too.
    private static JsonObject OwnManifest(string name)
    {
        var manifest = ManifestJson.Parse(All.All[name]);
        manifest["metadata"]!["name"] = "status-" + NameOf(manifest);
        return manifest;
    }

    private static string NameOf(JsonNode manifest) => (string)manifest["metadata"]!["name"]!;
}
