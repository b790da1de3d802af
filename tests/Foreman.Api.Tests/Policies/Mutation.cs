using System.Text.Json.Nodes;
using Foreman.Kubernetes;

namespace Foreman.Api.Tests.Policies;

/// <summary>The policy of hosts with one expression changed, for accounts of a namespace of its own, and a request that only the change lets pass.</summary>
/// <param name="Rule">The rule that refuses the request before.</param>
/// <param name="Text">What is changed in the policy; it stands there once.</param>
/// <param name="Changed">What stands there instead.</param>
/// <param name="Account">Host that makes the request.</param>
/// <param name="Send">Makes it, without storing anything.</param>
internal sealed record Mutation(string Rule, string Text, string Changed, string Account, Func<KubernetesClient, Task> Send)
{
    private static readonly PatchOptions DryStatus = new() { Subresource = "status", DryRun = true };

    /// <summary>Tells it from the others.</summary>
    public int Number { get; init; }

    /// <summary>For messages.</summary>
    public string Name => $"`{Text}` changed to `{Changed}`";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Mutation> All(PolicyScene scene, Victims victims)
    {
        var fresh = scene.Release + "-c";
        Mutation[] all = [.. OfNodes(scene, fresh), .. OfLeases(victims, fresh), .. OfTasks(scene, victims)];
        return [.. all.Select((mutation, index) => mutation with { Number = index + 1 })];
    }

    /// <summary>The host under the changed policy.</summary>
    public Caller CallerIn(PolicyScene scene) => Caller.Account($"host of mutation {Number}", HostsSpace(scene), Account);

    /// <summary>The host under the policy as it is.</summary>
    public Caller Unchanged(PolicyScene scene) => scene.Host("host", Account);

    /// <summary>Installs the changed policy.</summary>
    public async Task InstallAsync(PolicyScene scene)
    {
        var name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{scene.Release}.m{Number}");
        var policy = AdmissionPolicies.All["hosts"];
        Assert.Equal(2, policy.Split(Text).Length);
        string[] texts = [policy.Replace(Text, Changed, StringComparison.Ordinal), AdmissionPolicies.All["hosts-binding"]];
        await scene.GrantAsync(HostsSpace(scene));
        await scene.InstallAsync(texts.Select(text => text
            .Replace("RELEASE_NAMESPACE-hosts", HostsSpace(scene), StringComparison.Ordinal)
            .Replace("RELEASE_NAMESPACE", scene.Release, StringComparison.Ordinal)
            .Replace("RELEASE_PREFIX", name, StringComparison.Ordinal)));
    }

    private string HostsSpace(PolicyScene scene) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{scene.Release}-m{Number}-hosts");

    private static Mutation[] OfNodes(PolicyScene scene, string fresh)
    {
        var node = new ResourceKey(FleetNode.Type, scene.HostA);
        return
        [
            new("rule own-node", "object.metadata.name in variables.names && ", "", fresh, Create(PolicyScene.NodeManifest(scene.Release + "-z"))),
            new("rule node-spec", "!has(object.spec.unschedulable) && ", "", fresh, Create(Node(fresh, "{}", $$"""{"nodeName":"{{fresh}}","unschedulable":true}"""))),
            new("rule node-labels", "'foreman.llmkube.dev/agent-pool']", "'foreman.llmkube.dev/workload']", fresh, Create(Node(fresh, """{"labels":{"foreman.llmkube.dev/workload":"w"}}""", $$"""{"nodeName":"{{fresh}}"}"""))),
            new("rule node-spec", "object.spec == oldObject.spec", "true", scene.HostA, Merge(node, """{"spec":{"roles":["verifier"]}}""")),
            new("rule node-owners", "variables.owners == variables.oldOwners && ", "", scene.HostA, Merge(node, """{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"gone","uid":"u"}]}}""")),
            new("rule node-owners", "variables.owners == variables.oldOwners && variables.finalizers == variables.oldFinalizers", "variables.owners == variables.oldOwners", scene.HostA, Merge(node, """{"metadata":{"finalizers":["example.com/stay"]}}""")),
            new("rule node-labels", "variables.labels.all(k, k.startsWith('host.foreman.llmkube.dev/')", "variables.labels.all(k, k.startsWith('topology.kubernetes.io/')", scene.HostA, Merge(node, """{"metadata":{"labels":{"topology.kubernetes.io/zone":"b"}}}""")),
            new("rule node-labels", "&& variables.annotations == variables.oldAnnotations", "", scene.HostA, Merge(node, """{"metadata":{"annotations":{"a":"b"}}}""")),
            new("rule node-status", "['conditions', 'updateRequest',", "['conditions',", scene.HostA, Status(node, $$$"""{"updateRequest":{"targetVersion":"9","url":"https://example.com","sha256":"{{{new string('a', 64)}}}"}}""")),
            new("rule node-status", "['Ready', 'Draining']", "['Ready', 'NotReady']", scene.HostA, Status(node, """{"phase":"NotReady"}""")),
        ];
    }

    private static Mutation[] OfLeases(Victims victims, string fresh) =>
    [
        new("rule own-lease", "object.metadata.name == 'fn.' + n", "object.metadata.name == n", fresh, Create(victims.Lease(fresh, "x/1"))),
        new("rule lease-shape", "leaseDurationSeconds <= 60", "leaseDurationSeconds <= 61", fresh, Create(victims.Lease("fn." + fresh, "x/1", 61))),
    ];

    private static Mutation[] OfTasks(PolicyScene scene, Victims victims)
    {
        ResourceKey Key(string task) => new(AgenticTask.Type, task, scene.Space);
        var (a, b) = (scene.HostA, scene.HostB);
        return
        [
            new("rule own-tasks", "variables.oldStatus.assignedNode in variables.names", "variables.oldStatus.assignedNode != ''", a, Status(Key("of-b"), """{"progress":{"turn":1}}""")),
            new("rule own-tasks", "variables.oldStatus.placement == 'Node'", "variables.oldStatus.placement != ''", a, Status(Key("of-operator"), """{"progress":{"turn":1}}""")),
            new("rule assignment", "['attempt', 'model', 'agentGeneration', 'jobName']", "['attempt', 'model', 'agentGeneration']", a, Status(Key("of-a"), """{"jobName":"fm-x-1"}""")),
            new("rule assignment", "['assignedNode', 'placement'].all", "['assignedNode'].all", a, Status(Key("of-a"), """{"placement":"Operator"}""")),
            new("rule phases", "'Running to Running', ", "'Running to Verifying', ", a, Status(Key("of-a"), """{"phase":"Verifying"}""")),
            new("rule claim", "variables.oldPhase != 'Running' || variables.holder == variables.oldHolder", "true", a, Status(Key("of-a"), """{"claim":{"holder":"other-host/1"}}""")),
            new("rule attempts", "size(variables.oldAttempts) + 1", "size(variables.oldAttempts) + 2", a, Status(
                Key("of-a"), $$$"""{"attempts":[{"attempt":1,"node":"{{{b}}}","outcome":"Lost"},{"attempt":2,"node":"{{{a}}}","outcome":"Lost"},{"attempt":2,"node":"{{{a}}}","outcome":"GivenBack"}]}""")),
            new("rule own-attempts", "has(object.spec.node) && object.spec.node in variables.names", "has(object.spec.node)", a, Create(victims.OfAttempt(RunLog.Type, "of-a", 2, b, a + "-id/1"))),
        ];
    }

    private static Func<KubernetesClient, Task> Create(JsonObject manifest) => client => client.Dynamic.CreateAsync(manifest, new WriteOptions { DryRun = true });

    private static Func<KubernetesClient, Task> Merge(ResourceKey key, string patch) => client => client.Dynamic.PatchAsync(key, V1Patch.Merge(Attack.Json(patch)), new PatchOptions { DryRun = true });

    private static Func<KubernetesClient, Task> Status(ResourceKey key, string status) => client => client.Dynamic.PatchAsync(key, V1Patch.Merge(new JsonObject { ["status"] = Attack.Json(status) }), DryStatus);

    private static JsonObject Node(string name, string metadata, string spec)
    {
        var more = Attack.Json(metadata);
        more["name"] = name;
        return Victims.Of(FleetNode.Type, more, Attack.Json(spec));
    }
}
