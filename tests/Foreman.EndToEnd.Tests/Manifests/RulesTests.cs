using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;
using All = Foreman.Testing.Manifests;

namespace Foreman.EndToEnd.Tests.Manifests;

/// <summary>The rules that a server with CEL enforces on every writer.</summary>
public class RulesTests
{
    private const string Assigned = """{"status":{"attempt":1,"phase":"Scheduled","assignedNode":"n1","placement":"Node"}}""";

    [Theory, DevCluster, KubeApiServer]
    public async Task The_number_of_the_attempt_never_falls(IClusterUnderTest cluster)
    {
        var task = await NewTaskAsync(cluster);
        await task.StatusAsync(Assigned);
        await task.StatusAsync("""{"status":{"attempt":2}}""");

        await task.RefusesStatusAsync("""{"status":{"attempt":4}}""", "status.attempt rises by at most one per write");
        await task.RefusesStatusAsync("""{"status":{"attempt":9223372036854775807}}""", "status.attempt rises by at most one per write");
        await task.RefusesStatusAsync("""{"status":{"attempt":1}}""", "status.attempt never falls");
        await task.RefusesStatusAsync("""{"status":{"attempt":null}}""", "status.attempt never falls");
        await task.RefusesStatusAsync("""{"status":null}""", "status.attempt never falls");
        await task.StatusAsync("""{"status":{"phase":"Pending","assignedNode":null,"placement":null}}""");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_task_that_has_ended_stays_ended(IClusterUnderTest cluster)
    {
        foreach (var phase in new[] { "Succeeded", "Failed" })
        {
            var task = await NewTaskAsync(cluster);
            await task.StatusAsync(Assigned);
            await task.StatusAsync($$$"""{"status":{"phase":"{{{phase}}}"}}""");

            await task.RefusesStatusAsync("""{"status":{"phase":"Pending"}}""", "a task that has ended stays as it is");
            await task.RefusesStatusAsync("""{"status":{"phase":null}}""", "a task that has ended stays as it is");
            await task.StatusAsync("""{"status":{"transcriptRef":"foreman-transcript-greeting"}}""");
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_is_asked_can_change_until_the_task_is_assigned_and_not_afterwards(IClusterUnderTest cluster)
    {
        var task = await NewTaskAsync(cluster);
        await task.SpecAsync("""{"spec":{"payload":{"prompt":"first"},"kind":"review","agentRef":{"name":"a"}}}""");
        await task.StatusAsync(Assigned);

        await task.RefusesSpecAsync("""{"spec":{"payload":{"prompt":"second"}}}""", "spec.payload cannot be changed");
        await task.RefusesSpecAsync("""{"spec":{"payload":{"issue":7}}}""", "spec.payload cannot be changed");
        await task.RefusesSpecAsync("""{"spec":{"kind":"freeform"}}""", "spec.kind cannot be changed");
        await task.RefusesSpecAsync("""{"spec":{"agentRef":{"name":"b"}}}""", "spec.agentRef cannot be changed");
        await task.RefusesSpecAsync("""{"spec":{"agentRef":null}}""", "spec.agentRef cannot be changed");
        await task.SpecAsync("""{"spec":{"cancel":true,"suspend":true,"priority":3,"timeoutSeconds":5}}""");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_agent_cannot_be_given_to_a_task_that_started_without_one(IClusterUnderTest cluster)
    {
        var task = await NewTaskAsync(cluster);
        await task.StatusAsync(Assigned);

        await task.RefusesSpecAsync("""{"spec":{"agentRef":{"name":"b"}}}""", "spec.agentRef cannot be changed");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_payload_of_a_megabyte_does_not_exhaust_the_rules(IClusterUnderTest cluster)
    {
        var files = string.Join(", ", Enumerable.Repeat(new string('f', 2000), 300));
        var payload = $"payload:\n    slices: [{{name: s, files: [{files}]}}]\n    contract: {new string('c', 400_000)}\n";
        var task = await NewTaskAsync(cluster, All.All["task-minimal"].Replace("payload:\n", payload, StringComparison.Ordinal));
        await task.StatusAsync(Assigned);

        await task.SpecAsync("""{"spec":{"cancel":true}}""");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_prompt_of_more_than_256_KiB_is_refused(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        var space = await cluster.NewNamespaceAsync("rules");
        var yaml = All.All["task-minimal"].Replace("good morning", new string('x', 262_144), StringComparison.Ordinal);

        var run = await cluster.Kubectl.TryWithInputAsync(yaml, "create", "-n", space, "-f", "-");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("spec.payload.prompt", run.Error, StringComparison.Ordinal);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_a_ToolRequest_asks_cannot_be_changed(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        var space = await cluster.NewNamespaceAsync("rules");
        const string Yaml = """
            apiVersion: foreman.llmkube.dev/v1alpha1
            kind: ToolRequest
            metadata: {name: asked}
            spec: {taskRef: {name: greeting, uid: u}, attempt: 1, holder: host/1, node: n1, tool: bash, arguments: {command: ls}}
            """;
        (await cluster.Kubectl.TryWithInputAsync(Yaml, "create", "-n", space, "-f", "-")).Succeeded();
        var request = new Target(cluster, new(ToolRequest.Type, "asked", space));

        await request.RefusesSpecAsync("""{"spec":{"arguments":{"command":"rm -r ."}}}""", "spec cannot be changed");
        await request.RefusesSpecAsync("""{"spec":{"arguments":null}}""", "spec cannot be changed");
        await request.RefusesSpecAsync("""{"spec":{"node":"n2"}}""", "spec cannot be changed");
        await request.RefusesSpecAsync("""{"spec":{"attempt":2}}""", "spec cannot be changed");
        await request.SpecAsync("""{"metadata":{"labels":{"seen":"yes"}}}""");
        await request.StatusAsync("""{"status":{"decision":"Approved"}}""");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_host_keeps_its_name(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        await cluster.Kubectl.ApplyAsync(All.All["fleetnode"].Replace("mac-studio-3", "rules-host", StringComparison.Ordinal));
        var node = new Target(cluster, new(FleetNode.Type, "rules-host"));

        await node.RefusesSpecAsync("""{"spec":{"nodeName":"other"}}""", "spec.nodeName cannot be changed");
        await node.SpecAsync("""{"spec":{"unschedulable":true,"roles":["worker"]}}""");
        await cluster.Kubectl.RunAsync("delete", "fleetnode", "rules-host");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task When_of_a_step_needs_steps_that_it_is_about(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        var space = await cluster.NewNamespaceAsync("rules");

        var refused = await cluster.Kubectl.TryWithInputAsync(Pipeline("when: [GO]"), "create", "-n", space, "-f", "-");
        (await cluster.Kubectl.TryWithInputAsync(Pipeline("when: [GO]", "dependsOn: [a]"), "create", "-n", space, "-f", "-")).Succeeded();

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("when is about the steps of dependsOn", refused.Error, StringComparison.Ordinal);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_step_does_not_depend_on_itself(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        var space = await cluster.NewNamespaceAsync("rules");

        var refused = await cluster.Kubectl.TryWithInputAsync(Pipeline("dependsOn: [a, b]"), "create", "-n", space, "-f", "-");
        (await cluster.Kubectl.TryWithInputAsync(Pipeline("dependsOn: [a]"), "create", "-n", space, "-f", "-")).Succeeded();

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("dependsOn names the step itself", refused.Error, StringComparison.Ordinal);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_cancelled_Workload_stays_cancelled(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        var space = await cluster.NewNamespaceAsync("rules");
        (await cluster.Kubectl.TryWithInputAsync(Pipeline("priority: 1"), "create", "-n", space, "-f", "-")).Succeeded();
        var workload = new Target(cluster, new(Workload.Type, "w", space));
        await workload.SpecAsync("""{"spec":{"cancel":false}}""");
        await workload.SpecAsync("""{"spec":{"cancel":true}}""");

        await workload.RefusesSpecAsync("""{"spec":{"cancel":false}}""", "spec.cancel cannot be taken back");
        await workload.RefusesSpecAsync("""{"spec":{"cancel":null}}""", "spec.cancel cannot be taken back");
        await workload.SpecAsync("""{"spec":{"suspend":true}}""");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_pipeline_of_a_thousand_steps_does_not_exhaust_the_rules_and_one_more_is_refused(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        var space = await cluster.NewNamespaceAsync("rules");

        var refused = await CreateAsync(more: 999);
        (await CreateAsync(more: 998)).Succeeded();

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("spec.pipeline: Too many: 1001: must have at most 1000 items", refused.Error, StringComparison.Ordinal);

        Task<CommandRun> CreateAsync(int more)
        {
            var steps = string.Concat(Enumerable.Range(0, more).Select(i =>
                $"    - {{name: s{i}, kind: freeform, agentRef: {{name: c}}, payload: {{prompt: p}}, dependsOn: [a], when: [GO]}}\n"));
            return cluster.Kubectl.TryWithInputAsync(Pipeline("priority: 1") + "\n" + steps, "create", "-n", space, "-f", "-");
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_Workflow_keeps_its_steps_and_its_limit_once_it_has_begun(IClusterUnderTest cluster)
    {
        var workflow = await NewWorkflowAsync(cluster, "timeoutSeconds: 60");
        await workflow.SpecAsync("""{"spec":{"steps":[{"name":"a","kind":"freeform","payload":{"prompt":"first"}},{"name":"b","kind":"freeform","payload":{"prompt":"p"}}]}}""");
        await workflow.StatusAsync("""{"status":{"phase":"Pending"}}""");
        await workflow.SpecAsync("""{"spec":{"timeoutSeconds":90}}""");
        await workflow.StatusAsync("""{"status":{"phase":"Running"}}""");

        await workflow.RefusesSpecAsync("""{"spec":{"steps":[{"name":"a","kind":"freeform","payload":{"prompt":"second"}},{"name":"b","kind":"freeform","payload":{"prompt":"p"}}]}}""", "spec.steps cannot be changed");
        await workflow.RefusesSpecAsync("""{"spec":{"steps":[{"name":"b","kind":"freeform","payload":{"prompt":"p"}},{"name":"a","kind":"freeform","payload":{"prompt":"first"}}]}}""", "spec.steps cannot be changed");
        await workflow.RefusesSpecAsync("""{"spec":{"timeoutSeconds":120}}""", "spec.timeoutSeconds cannot be changed");
        await workflow.RefusesSpecAsync("""{"spec":{"timeoutSeconds":null}}""", "spec.timeoutSeconds cannot be changed");
        await workflow.SpecAsync("""{"spec":{"suspend":true,"cancel":true}}""");
        await workflow.RefusesSpecAsync("""{"spec":{"cancel":null}}""", "spec.cancel cannot be taken back");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_Workflow_that_has_ended_stays_ended(IClusterUnderTest cluster)
    {
        foreach (var phase in new[] { "Succeeded", "Failed" })
        {
            var workflow = await NewWorkflowAsync(cluster, "suspend: true");
            await workflow.StatusAsync($$$"""{"status":{"phase":"{{{phase}}}"}}""");

            await workflow.RefusesStatusAsync("""{"status":{"phase":"Running"}}""", "a Workflow that has ended stays as it is");
            await workflow.RefusesStatusAsync("""{"status":{"phase":null}}""", "a Workflow that has ended stays as it is");
            await workflow.StatusAsync("""{"status":{"observedGeneration":2}}""");
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task The_name_of_a_step_begins_with_a_letter(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        var space = await cluster.NewNamespaceAsync("rules");

        var refused = await cluster.Kubectl.TryWithInputAsync(Workflow("suspend: true").Replace("{name: a,", "{name: 0a,", StringComparison.Ordinal), "create", "-n", space, "-f", "-");

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("spec.steps[0].name", refused.Error, StringComparison.Ordinal);
    }

    private static async Task<Target> NewWorkflowAsync(IClusterUnderTest cluster, string field)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        var space = await cluster.NewNamespaceAsync("rules");
        (await cluster.Kubectl.TryWithInputAsync(Workflow(field), "create", "-n", space, "-f", "-")).Succeeded();
        return new Target(cluster, new(Api.Workflow.Type, "w", space));
    }

    private static string Workflow(string field) => $$$"""
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: Workflow
        metadata: {name: w}
        spec:
          {{{field}}}
          steps:
            - {name: a, kind: freeform, payload: {prompt: p}}
            - {name: b, kind: freeform, payload: {prompt: p}}
        """;

    private static string Pipeline(params string[] ofSecond) => $$$"""
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: Workload
        metadata: {name: w}
        spec:
          intent: x
          pipeline:
            - {name: a, kind: freeform, agentRef: {name: c}, payload: {prompt: p}}
            - {name: b, kind: freeform, agentRef: {name: c}, payload: {prompt: p}, {{{string.Join(", ", ofSecond)}}}}
        """;

    [Theory, DevCluster, KubeApiServer]
    public async Task Tasks_can_be_selected_by_node_placement_and_phase(IClusterUnderTest cluster)
    {
        var task = await NewTaskAsync(cluster);
        await task.StatusAsync(Assigned);

        var found = await cluster.Kubectl.RunAsync(
            "get", "at", "-A", "-o", "name", "--field-selector",
            "status.assignedNode=n1,status.placement=Node,status.phase!=Succeeded,status.phase!=Failed,metadata.namespace=" + task.Space);

        Assert.Equal("agentictask.foreman.llmkube.dev/greeting", found.Trim());
    }

    private static async Task<Target> NewTaskAsync(IClusterUnderTest cluster, string? yaml = null)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        var space = await cluster.NewNamespaceAsync("rules");
        (await cluster.Kubectl.TryWithInputAsync(yaml ?? All.All["task-minimal"], "create", "-n", space, "-f", "-")).Succeeded();
        return new Target(cluster, new(AgenticTask.Type, "greeting", space));
    }

    private sealed class Target(IClusterUnderTest cluster, ResourceKey key)
    {
        public string Space => key.Namespace ?? "";

        public Task SpecAsync(string patch) => PatchAsync(patch);

        public Task StatusAsync(string patch) => PatchAsync(patch, "status");

        public Task RefusesSpecAsync(string patch, string why) => RefusesAsync(why, () => PatchAsync(patch));

        public Task RefusesStatusAsync(string patch, string why) => RefusesAsync(why, () => PatchAsync(patch, "status"));

        private static async Task RefusesAsync(string why, Func<Task> write)
        {
            var refusal = await Assert.ThrowsAsync<KubernetesException>(write);
            Assert.True(refusal.IsInvalid, refusal.Message);
            Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
        }

        private async Task PatchAsync(string patch, string? part = null)
        {
            using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
            await client.Dynamic.PatchAsync(key, V1Patch.Merge(JsonNode.Parse(patch)!.AsObject()), new PatchOptions { Subresource = part });
        }
    }
}
