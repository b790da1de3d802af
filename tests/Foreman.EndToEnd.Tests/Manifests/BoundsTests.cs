using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Manifests;

/// <summary>What the definitions refuse at once, all faults of an object in one answer, and what they let pass.</summary>
public sealed class BoundsTests
{
    private const string Prompt = "spec.systemPrompt is empty: say what the Agent is and how it works";
    private const string Temperature = "spec.temperature is a number from 0 to 2";
    private const string Tools = "spec.tools: each is one of 'bash', 'fetch_issue'";
    private const string Reasons = "spec.retryPolicy.reasons: each is one of 'AgentNotFound'";
    private const string StepReasons = "spec.pipeline: each of a step's retryPolicy.reasons is one of 'AgentNotFound'";
    private const string WorkflowReasons = "spec.steps: each of a step's retryPolicy.reasons is one of 'AgentNotFound'";
    private const string Namespaces = "spec.namespaces: each is the name of a namespace";

    private static readonly (string Kind, string Spec, string[] Told)[] Refused =
    [
        ("Agent", """{"role":"coder","tools":["submit_result"]}""", [Prompt]),
        ("Agent", """{"role":"coder","systemPrompt":"","tools":["submit_result"]}""", [Prompt]),
        ("Agent", """{"role":"coder","systemPrompt":" \t\n","tools":["submit_result"]}""", [Prompt]),
        ("Agent", """{"role":"verifier","provider":"cloud-proxy","tools":["run_gate_job","submit_result"]}""", [Prompt]),
        ("Agent", """{"role":"verifier","inferenceServiceRef":{"name":"qwen"},"tools":["run_gate_job","submit_result"]}""", [Prompt]),
        ("Agent", """{"role":"coder","systemPrompt":"You work.","tools":["submit_result","teleport"]}""", [Tools]),
        ("Agent", """{"role":"coder","systemPrompt":"You work.","tools":[""]}""", [Tools]),
        ("Agent", """{"role":"coder","systemPrompt":"You work.","tools":["submit_result"],"temperature":"2.5"}""", [Temperature]),
        ("Agent", """{"role":"coder","systemPrompt":"You work.","tools":["submit_result"],"temperature":"2.01"}""", [Temperature]),
        ("Agent", """{"role":"coder","provider":"cloud-proxy","tools":["teleport"],"temperature":"2.9","maxTurns":501}""", [Prompt, Tools, Temperature, "spec.maxTurns"]),
        ("AgenticTask", """{"kind":"freeform","payload":{"prompt":"x"},"retryPolicy":{"reasons":["Timeout","BadLuck"]}}""", [Reasons]),
        ("AgenticTask", """{"kind":"freeform","payload":{"prompt":"x"},"retryPolicy":{"reasons":["NoGo"]}}""", [Reasons]),
        (
            "AgenticTask",
            """{"kind":"freeform","timeoutSeconds":-1,"payload":{"prompt":"x","inputs":[{"path":"../a","url":"https://example.com/a"},{"path":"b"}]},"retryPolicy":{"reasons":["BadLuck"]}}""",
            [Reasons, "path is relative to the workspace and holds no ..", "each has exactly one of configMapKeyRef, url and fromTask", "spec.timeoutSeconds"]),
        ("Workload", """{"intent":"x","issues":[1],"retryPolicy":{"reasons":["BadLuck"]}}""", [Reasons]),
        (
            "Workload",
            """{"intent":"x","retryPolicy":{"reasons":["BadLuck"]},"pipeline":[{"name":"a","kind":"freeform","agentRef":{"name":"c"},"payload":{},"dependsOn":["a"],"retryPolicy":{"reasons":["NoGo","BadLuck"]}}]}""",
            [Reasons, StepReasons, "dependsOn names the step itself"]),
        ("Workflow", """{"steps":[{"name":"a","kind":"freeform","payload":{"prompt":"x"}},{"name":"b","kind":"freeform","payload":{"prompt":"x"},"retryPolicy":{"reasons":["NoGo"]}}]}""", [WorkflowReasons]),
        ("FleetNode", """{"nodeName":"bounds","namespaces":["team-a","Team_B"]}""", [Namespaces]),
        ("FleetNode", """{"nodeName":"bounds","namespaces":["a.b"]}""", [Namespaces]),
        ("FleetNode", """{"nodeName":"bounds","namespaces":[""]}""", [Namespaces]),
        ("FleetNode", $$"""{"nodeName":"bounds","namespaces":["{{new string('a', 64)}}"]}""", ["spec.namespaces[0]: Too long"]),
    ];

    private static readonly (string Kind, string Spec)[] Accepted =
    [
        ("Agent", """{"role":"verifier","tools":["run_gate_job","submit_result"]}"""),
        ("Agent", """{"role":"verifier","tools":["run_gate_job"],"systemPrompt":" "}"""),
        ("Agent", """{"role":"coder","provider":"local","tools":["read_file"]}"""),
        ("Agent", """{"role":"coder","inferenceServiceRef":{"name":""},"tools":["submit_result","bash","write_file"]}"""),
        ("Agent", """{"role":"coder","provider":"local","inferenceServiceRef":{},"tools":["submit_result","run_integrate"]}"""),
        ("Agent", """{"role":"coder","systemPrompt":"You work.","tools":["bash","fetch_issue","fetch_pull_request","grep","list_files","read_file","run_gate_job","run_integrate","run_reconcile","str_replace","submit_result","write_file"]}"""),
        ("Agent", """{"role":"coder","systemPrompt":"You work.","tools":["submit_result"],"temperature":"2"}"""),
        ("Agent", """{"role":"coder","systemPrompt":"You work.","tools":["submit_result"],"temperature":"2.00"}"""),
        ("Agent", """{"role":"coder","systemPrompt":"You work.","tools":["submit_result"],"temperature":"1.99"}"""),
        ("AgenticTask", """{"kind":"freeform","payload":{"prompt":"x"},"retryPolicy":{"reasons":["Timeout","Stalled"]}}"""),
        ("AgenticTask", """{"kind":"freeform","payload":{"prompt":"x"},"agentRef":{"name":"comes-later"},"retryPolicy":{}}"""),
        ("Workload", """{"intent":"x","issues":[1],"retryPolicy":{"reasons":["NoGo","Incomplete","GateFailed"]}}"""),
        ("Workload", """{"intent":"x","pipeline":[{"name":"a","kind":"freeform","agentRef":{"name":"c"},"payload":{},"retryPolicy":{"reasons":["Incomplete"]}}]}"""),
        ("Workflow", """{"steps":[{"name":"a","kind":"freeform","payload":{"prompt":"x"},"retryPolicy":{"reasons":["Timeout","ContainerExit"]},"container":{"image":"x"}}]}"""),
        ("FleetNode", $$"""{"nodeName":"bounds","namespaces":["a","team-a","0","{{new string('a', 63)}}"]}"""),
        ("FleetNode", """{"nodeName":"bounds","namespaces":[]}"""),
    ];

    [Theory, DevCluster, KubeApiServer]
    public async Task What_can_never_work_is_refused_with_all_its_faults_in_one_answer(IClusterUnderTest cluster)
    {
        var space = await SpaceAsync(cluster);
        using var client = Client(cluster);
        var wrong = new List<string>();

        foreach (var (kind, spec, told) in Refused)
        {
            var answer = await TryAsync(client, Manifest(kind, spec, space));
            wrong.AddRange(answer is null ? [$"{kind} {spec} was stored"] : told.Where(t => !answer.Contains(t, StringComparison.Ordinal)).Select(t => $"{kind} {spec}: {t} is not in {answer}"));
        }

        Assert.Empty(wrong);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_lies_within_the_bounds_is_stored(IClusterUnderTest cluster)
    {
        var space = await SpaceAsync(cluster);
        using var client = Client(cluster);
        var wrong = new List<string>();

        foreach (var (kind, spec) in Accepted)
        {
            if (await TryAsync(client, Manifest(kind, spec, space)) is { } answer)
            {
                wrong.Add($"{kind} {spec}: {answer}");
            }
        }

        Assert.Empty(wrong);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_change_is_held_to_the_same_bounds(IClusterUnderTest cluster)
    {
        var space = await SpaceAsync(cluster);
        using var client = Client(cluster);
        await client.Dynamic.CreateAsync(Manifest("Agent", """{"role":"coder","systemPrompt":"You work.","tools":["submit_result"]}""", space));
        var agent = new ResourceKey(Api.Agent.Type, "bounds", space);

        var refusal = await Assert.ThrowsAsync<KubernetesException>(() =>
            client.Dynamic.PatchAsync(agent, V1Patch.Merge(JsonNode.Parse("""{"spec":{"systemPrompt":null,"provider":"cloud-proxy","tools":["teleport"]}}""")!.AsObject())));

        Assert.True(refusal.IsInvalid, refusal.Message);
        Assert.Contains(Prompt, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(Tools, refusal.Message, StringComparison.Ordinal);
    }

    private static async Task<string> SpaceAsync(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        return await cluster.NewNamespaceAsync("bounds");
    }

    private static KubernetesClient Client(IClusterUnderTest cluster) =>
        new(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));

    /// <summary>Why the server would refuse it; null when it would store it.</summary>
    private static async Task<string?> TryAsync(KubernetesClient client, JsonObject manifest)
    {
        try
        {
            await client.Dynamic.CreateAsync(manifest, new WriteOptions { DryRun = true });
            return null;
        }
        catch (KubernetesException e) when (e.IsInvalid)
        {
            return e.Message;
        }
    }

    private static JsonObject Manifest(string kind, string spec, string space) => new()
    {
        ["apiVersion"] = $"{ApiGroup.Name}/{ApiGroup.Version}",
        ["kind"] = kind,
        ["metadata"] = kind == FleetNode.Type.Kind ? new JsonObject { ["name"] = "bounds" } : new JsonObject { ["name"] = "bounds", ["namespace"] = space },
        ["spec"] = JsonNode.Parse(spec),
    };
}
