using System.Text.Json.Nodes;
using Foreman.Kubernetes;

namespace Foreman.Api.Tests.Policies;

/// <summary>What was once possible with the rights of one host, and what a host, a pod or the operator might try with its own objects.</summary>
internal sealed class NamedAttacks(PolicyScene scene, Victims victims)
{
    private const string EvilOwner = """{"apiVersion":"v1","kind":"ConfigMap","name":"gone","uid":"00000000-0000-0000-0000-000000000000"}""";

    private ResourceKey NodeA => new(FleetNode.Type, scene.HostA);

    private ResourceKey NodeB => new(FleetNode.Type, scene.HostB);

    private string HolderA => scene.HostA + "-id/1";

    private string HolderB => scene.HostB + "-id/1";

    public IEnumerable<Attack> All() =>
    [
        .. OfOneHost(),
        .. OnItsOwnNode(),
        .. OnItsOwnLeaseAndToken(),
        .. OnItsOwnTasks(),
        .. OnItsOwnAttempts(),
        .. OfAnAgentInThePodOfAnotherNode(),
        .. OfRuns(),
        .. OfTheOperator(),
        .. OfAFire(),
    ];

    /// <summary>The list that a real API server once let host A do.</summary>
    private IEnumerable<Attack> OfOneHost() =>
    [
        ByA("rewrites the model server of another host", "rule own-node", Attack.Status(NodeB, """{"capability":{"models":[{"name":"m","server":"http://evil.example.com"}]}}""")),
        ByA("cordons another host", "rule own-node", Attack.Merge(NodeB, """{"spec":{"unschedulable":true}}""")),
        ByA("drains another host", "rule own-node", Attack.Merge(NodeB, """{"spec":{"drain":{"reason":"x"}}}""")),
        ByA("changes the roles of another host", "rule own-node", Attack.Merge(NodeB, """{"spec":{"roles":["verifier"]}}""")),
        ByA("changes the labels of another host", "rule own-node", Attack.Merge(NodeB, """{"metadata":{"labels":{"host.foreman.llmkube.dev/agent-mode":"stub"}}}""")),
        ByA("deletes another host by a false owner reference", "rule own-node", Attack.Merge(NodeB, $$$"""{"metadata":{"ownerReferences":[{{{EvilOwner}}}]}}""")),
        ByA("claims a task of another host", "rule own-tasks", Attack.Write(TaskKey("waits-b"), TaskWrites.Claim(1, new TaskClaim { Holder = HolderA }, true, []))),
        ByA("points a task of another host to itself", "rule own-tasks", Attack.Status(TaskKey("of-b"), $$"""{"assignedNode":"{{scene.HostA}}"}""")),
        ByA("ends a task of another host as GO", "rule own-tasks", Attack.Write(TaskKey("of-b"), TaskWrites.End(1, HolderB, Completion()))),
        ByA("creates a RunLog for a task of another host", "rule own-attempts", Attack.Create(victims.OfAttempt(RunLog.Type, "waits-b", 1, scene.HostB, HolderB))),
        ByA("forges an Event of another host", "rule own-events", Attack.Create(victims.Event("forged", (AgenticTask.Type, "of-b"), "foreman-agent", scene.HostB))),
        ByA("forges an Event of the operator", "rule own-events", Attack.Create(victims.Event("forged", (AgenticTask.Type, "of-b"), "foreman-operator", "operator-1"))),
        ByA("tells an Event about another host", "rule own-events", Attack.Create(victims.Event("forged", (FleetNode.Type, scene.HostB), "foreman-agent", scene.HostA))),
        ByA("sets attempt to its maximum", "rises by at most one", Attack.Status(TaskKey("of-a"), """{"attempt":9223372036854775807}""")),
        ByA("takes the operator's Lease for 2^31 seconds", "rule own-lease", Attack.Merge(new(V1Lease.Type, "foreman-operator", scene.Release), """{"spec":{"holderIdentity":"a","leaseDurationSeconds":2147483647}}""")),
    ];

    private IEnumerable<Attack> OnItsOwnNode() =>
    [
        .. Each("node-owners", Attack.Merge, NodeA, $$$"""{"metadata":{"ownerReferences":[{{{EvilOwner}}}]}}""", """{"metadata":{"finalizers":["example.com/stay"]}}"""),
        .. Each("node-spec", Attack.Merge, NodeA, """{"spec":{"unschedulable":false}}""", """{"spec":{"roles":["verifier"]}}""", """{"spec":{"tailscaleAddr":"100.64.0.1"}}""", """{"spec":{"namespaces":["default"]}}"""),
        .. Each("node-labels", Attack.Merge, NodeA, """{"metadata":{"labels":{"foreman.llmkube.dev/site":"berlin"}}}""", """{"metadata":{"labels":{"topology.kubernetes.io/zone":"b"}}}""", """{"metadata":{"labels":{"scene":null}}}""", """{"metadata":{"annotations":{"a":"b"}}}"""),
        .. Each("node-status", Attack.Status, NodeA,
            """{"conditions":[{"type":"Ready","status":"True","reason":"R","message":"","lastTransitionTime":"2026-01-01T00:00:00Z"}]}""",
            $$$"""{"updateRequest":{"targetVersion":"9","url":"https://evil.example.com","sha256":"{{{new string('a', 64)}}}"}}""",
            """{"currentTask":"default/x"}""", """{"currentTasks":["default/x"]}""", """{"usedSlots":7}""", """{"usedSlots":null}""", """{"phase":"NotReady"}"""),
        ByA("registers under another name", "rule own-node", Attack.Create(PolicyScene.NodeManifest(scene.Release + "-c"))),
        ByA("registers as another host", "rule own-node", Attack.Create(Node(spec: $$"""{"nodeName":"{{scene.HostB}}"}"""))),
        ByA("registers with what is for people to set", "rule node-spec", Attack.Create(Node(spec: $$"""{"nodeName":"{{scene.HostA}}","unschedulable":false}"""))),
        ByA("registers with namespaces of its own choice", "rule node-spec", Attack.Create(Node(spec: $$"""{"nodeName":"{{scene.HostA}}","namespaces":["default"]}"""))),
        ByA("registers with an owner", "rule node-owners", Attack.Create(Node($$$"""{"ownerReferences":[{{{EvilOwner}}}]}"""))),
        ByA("registers with a finalizer", "rule node-owners", Attack.Create(Node("""{"finalizers":["example.com/stay"]}"""))),
        ByA("registers with a reserved label", "rule node-labels", Attack.Create(Node("""{"labels":{"foreman.llmkube.dev/workload":"w"}}"""))),
        ByA("deletes its FleetNode", "rule own-things", Attack.Delete(NodeA)),
    ];

    private IEnumerable<Attack> OnItsOwnLeaseAndToken()
    {
        var lease = new ResourceKey(V1Lease.Type, "fn." + scene.HostA, scene.Release);
        var elsewhere = victims.Lease(lease.Name, HolderA);
        elsewhere["metadata"]!["namespace"] = scene.Space;
        return
        [
            .. Each("lease-shape", Attack.Merge, lease,
                """{"spec":{"leaseDurationSeconds":2147483647}}""", """{"spec":{"leaseDurationSeconds":61}}""", """{"metadata":{"finalizers":["example.com/stay"]}}""",
                $$$"""{"metadata":{"ownerReferences":[{"apiVersion":"foreman.llmkube.dev/v1alpha1","kind":"FleetNode","name":"{{{scene.HostB}}}","uid":"u"}]}}""",
                $$$"""{"metadata":{"ownerReferences":[{{{EvilOwner}}}]}}"""),
            ByA("holds its Lease in another namespace", "rule own-lease", Attack.Create(elsewhere)),
            ByA("deletes its Lease", "rule own-things", Attack.Delete(lease)),
            ByA("asks for a token of another host", "rule own-token", Attack.Token(scene.HostB, scene.HostsSpace)),
            ByA("asks for a token of the operator", "rule own-token", Attack.Token("foreman-operator", scene.Release)),
        ];
    }

    private IEnumerable<Attack> OnItsOwnTasks() =>
    [
        .. Each("assignment", Attack.Status, TaskKey("of-a"),
            """{"attempt":3}""", """{"model":{"name":"other","url":"http://evil.example.com"}}""", """{"model":null}""", """{"jobName":"fm-x-1"}""", """{"agentGeneration":7}""",
            $$"""{"assignedNode":"{{scene.HostB}}"}""", """{"placement":"Operator"}""", """{"placement":null}""", """{"assignedNode":null}""",
            """{"phase":"Pending"}""", """{"phase":"Pending","claim":null}""", """{"phase":"Pending","claim":null,"assignedNode":null}"""),
        .. Each("phases", Attack.Status, TaskKey("of-a"), """{"phase":"Scheduled","claim":null}""", """{"phase":"Verifying"}"""),
        .. Each("claim", Attack.Status, TaskKey("of-a"), """{"claim":null}""", """{"claim":{"holder":""}}""", """{"claim":{"holder":"other-host/1"}}""", """{"claim":{"holder":"pod/uid-2"}}""", """{"phase":"Failed","claim":{"holder":"other-host/1"}}"""),
        .. Each("attempts", Attack.Status, TaskKey("of-a"),
            """{"attempts":[]}""",
            Attempts(Entry(1, scene.HostB, "Succeeded")),
            Attempts(Entry(1, scene.HostB, "Lost"), Entry(7, scene.HostA, "GivenBack")),
            Attempts(Entry(1, scene.HostB, "Lost"), Entry(2, scene.HostB, "GivenBack")),
            Attempts(Entry(1, scene.HostB, "Lost"), Entry(2, scene.HostA, "GivenBack"), Entry(2, scene.HostA, "Lost"))),
        .. Each("phases", Attack.Status, TaskKey("waits-a"), """{"phase":"Succeeded","verdict":"GO"}""", """{"phase":"Failed"}""", """{"progress":{"turn":1}}"""),
        .. Each("claim", Attack.Status, TaskKey("waits-a"), """{"phase":"Running"}""", """{"phase":"Running","claim":{"holder":"pod/uid-2"}}"""),
        .. Each("ended", Attack.Status, TaskKey("ended-a"), """{"verdict":"GO"}""", """{"transcriptRef":"other"}""", """{"result":{"summary":"other"}}"""),
        .. Each("own-tasks", Attack.Status, TaskKey("of-operator"), """{"progress":{"turn":9}}""", """{"phase":"Succeeded","verdict":"GO"}"""),
        .. Each("own-tasks", Attack.Status, TaskKey("of-job"), """{"progress":{"turn":9}}""", """{"claim":{"holder":"a/1"}}"""),
        .. Each("own-tasks", Attack.Status, TaskKey("pending"), $$"""{"phase":"Scheduled","assignedNode":"{{scene.HostA}}","placement":"Node","attempt":1}""", """{"phase":"Failed"}"""),
        .. Each("own-things", Attack.Merge, TaskKey("of-a"), """{"spec":{"cancel":true}}""", """{"metadata":{"labels":{"a":"b"}}}""", """{"metadata":{"finalizers":["example.com/stay"]}}"""),
        ByA("deletes its task", "rule own-things", Attack.Delete(TaskKey("of-a"))),
    ];

    private IEnumerable<Attack> OnItsOwnAttempts()
    {
        foreach (var type in (ResourceType[])[RunLog.Type, ToolRequest.Type])
        {
            yield return Wrong("in the name of another host", type, scene.HostB, HolderA, _ => { });
            yield return Wrong("in the name of none", type, null, HolderA, _ => { });
            yield return Wrong("as a pod", type, scene.HostA, "pod/uid-2", _ => { });
            yield return Wrong("under another name", type, scene.HostA, HolderA, made => made["metadata"]!["name"] = "other");
            yield return Wrong("for another attempt than its name says", type, scene.HostA, HolderA, made => made["spec"]!["attempt"] = 1);
            yield return Wrong("without an owner", type, scene.HostA, HolderA, made => made["metadata"]!.AsObject().Remove("ownerReferences"));
            yield return Wrong("owned by another task", type, scene.HostA, HolderA, made => made["metadata"]!["ownerReferences"]![0]!["uid"] = victims.Uids["of-b"]);
            yield return Wrong("that can't be deleted", type, scene.HostA, HolderA, made => made["metadata"]!["finalizers"] = new JsonArray("example.com/stay"));
        }
    }

    private IEnumerable<Attack> OfAnAgentInThePodOfAnotherNode()
    {
        var (agent, nameless) = (scene.Agent(scene.Release + "-n2"), scene.Host("an agent without a pod", "foreman-agent"));
        var node = scene.Release + "-n1";
        return
        [
            new("registers another node", agent, "rule own-node", Attack.Create(PolicyScene.NodeManifest(node))),
            new("registers the node of the account", agent, "rule own-node", Attack.Create(PolicyScene.NodeManifest("foreman-agent"))),
            new("writes the status of a host", agent, "rule own-node", Attack.Status(NodeA, """{"phase":"Draining"}""")),
            new("renews the Lease of another node", agent, "rule own-lease", Attack.Create(victims.Lease("fn." + node, "x/1"))),
            new("writes the task of a host", agent, "rule own-tasks", Attack.Status(TaskKey("of-a"), """{"progress":{"turn":4}}""")),
            new("asks for a token of the account that all of them share", agent, "rule own-token", Attack.Token("foreman-agent", scene.HostsSpace)),
            new("stores a RunLog of a host", agent, "rule own-attempts", Attack.Create(victims.OfAttempt(RunLog.Type, "of-a", 2, scene.HostA, HolderA))),
            new("registers", nameless, "rule identity", Attack.Create(PolicyScene.NodeManifest(node))),
            new("renews a Lease", nameless, "rule identity", Attack.Create(victims.Lease("fn." + node, "x/1"))),
        ];
    }

    private IEnumerable<Attack> OfRuns()
    {
        var (old, now) = (scene.Run(victims.Job(1), "uid-1"), scene.Run(victims.Job(2), "uid-2"));
        var twin = scene.Run(victims.Job(2), "uid-9");
        var task = TaskKey("of-job");
        return
        [
            new("goes on with a task whose attempt is another pod's", old, "rule own-tasks", Attack.Status(task, """{"progress":{"turn":3}}""")),
            new("ends a task whose attempt is another pod's", old, "rule own-tasks", Attack.Write(task, TaskWrites.End(2, "pod/uid-2", Completion()))),
            new("takes the claim", old, "rule own-tasks", Attack.Status(task, """{"claim":{"holder":"pod/uid-1"}}""")),
            new("stores a RunLog of the next attempt", old, "rule own-attempts", Attack.Create(victims.OfAttempt(RunLog.Type, "of-job", 2, null, "pod/uid-1"))),
            new("stores a RunLog as the next pod", old, "rule own-attempts", Attack.Create(victims.OfAttempt(RunLog.Type, "of-job", 1, null, "pod/uid-2"))),
            new("asks for a tool in the next attempt", old, "rule own-attempts", Attack.Create(victims.OfAttempt(ToolRequest.Type, "of-job", 2, null, "pod/uid-1"))),
            new("tells an Event as the next pod", old, "rule own-events", Attack.Create(victims.Event("forged", (AgenticTask.Type, "of-job"), "foreman-agent", victims.Job(2) + "-x7k2p"))),
            new("goes on in another pod of the same Job", twin, "rule claim", Attack.Status(task, """{"progress":{"turn":3}}""")),
            new("raises its attempt", now, "rule assignment", Attack.Status(task, """{"attempt":3}""")),
            new("points its task elsewhere", now, "rule assignment", Attack.Status(task, $$"""{"assignedNode":"{{scene.HostB}}"}""")),
            new("gives its claim away", now, "rule claim", Attack.Status(task, """{"claim":{"holder":"pod/uid-9"}}""")),
            new("rewrites its attempts", now, "rule attempts", Attack.Status(task, """{"attempts":[]}""")),
            new("stores a RunLog as a host", now, "rule own-attempts", Attack.Create(victims.OfAttempt(RunLog.Type, "of-job", 2, scene.HostA, "pod/uid-2"))),
            new("writes the task of a host", now, "rule own-tasks", Attack.Status(TaskKey("of-a"), """{"progress":{"turn":4}}""")),
            new("writes in another namespace", now, "rule own-namespace", Attack.Create(Elsewhere(victims.OfAttempt(RunLog.Type, "of-job", 2, null, "pod/uid-2")))),
            new("creates a task", now, "rule own-things", Attack.Create(NewTask(scene.Space))),
            new("deletes its task", now, "rule own-things", Attack.Delete(task)),
        ];
    }

    private IEnumerable<Attack> OfTheOperator()
    {
        var caller = scene.Operator;
        return
        [
            new("registers a host", caller, "rule nodes-of-hosts", Attack.Create(PolicyScene.NodeManifest(scene.Release + "-c"))),
            new("cordons a host", caller, "rule nodes-of-hosts", Attack.Merge(NodeA, """{"spec":{"unschedulable":true}}""")),
            new("rewrites the model server of a host", caller, "rule nodes-of-hosts", Attack.Status(NodeA, """{"capability":{"models":[]}}""")),
            new("speaks as the agent of a host", caller, "rule nodes-of-hosts", Attack.Status(NodeA, """{"instance":{"holder":"operator/1"}}""")),
            new("tells an Event that seems to come from a host", caller, "rule writers", Attack.Create(victims.Event("forged", (AgenticTask.Type, "of-b"), "foreman-operator", "operator-1", source: "foreman-agent"))),
            new("renews the Lease of a host", caller, "rule leases-of-hosts", Attack.Merge(new(V1Lease.Type, "fn." + scene.HostA, scene.Release), """{"spec":{"holderIdentity":"operator"}}""")),
            new("makes the Lease of a host", caller, "rule leases-of-hosts", Attack.Create(victims.Lease("fn." + scene.Release, "operator"))),
            new("deletes the Lease of a host", caller, "rule leases-of-hosts", Attack.Delete(new(V1Lease.Type, "fn." + scene.HostA, scene.Release))),
            new("claims a task of a host", caller, "rule holders", Attack.Write(TaskKey("waits-a"), TaskWrites.Claim(1, new TaskClaim { Holder = "operator-1" }, true, []))),
            new("ends a run of a host", caller, "rule holders", Attack.Write(TaskKey("of-a"), TaskWrites.End(2, HolderA, Completion()))),
            new("goes on with a run of a host", caller, "rule holders", Attack.Status(TaskKey("of-a"), """{"progress":{"turn":4}}""")),
            new("raises an attempt that it does not assign", caller, "rule attempt", Attack.Status(TaskKey("pending"), """{"attempt":1}""")),
            new("assigns without a new attempt", caller, "rule attempt", Attack.Status(TaskKey("pending"), $$"""{"phase":"Scheduled","assignedNode":"{{scene.HostA}}","placement":"Node"}""")),
            new("changes a task that has ended", caller, "rule ended", Attack.Status(TaskKey("ended-a"), """{"verdict":"GO"}""")),
            new("stores a RunLog as a host", caller, "rule writers", Attack.Create(victims.OfAttempt(RunLog.Type, "of-a", 2, scene.HostA, HolderA))),
            new("stores a RunLog as a pod", caller, "rule writers", Attack.Create(victims.OfAttempt(RunLog.Type, "of-job", 2, null, "pod/uid-2"))),
            new("rewrites a RunLog of a host", caller, "rule writers", Attack.Merge(new(RunLog.Type, Labels.RunLogName(victims.Uids["of-b"], 1, 0), scene.Space), """{"spec":{"node":null,"data":"{}\n{}\n"}}""")),
            new("asks for a tool as a host", caller, "rule writers", Attack.Create(victims.OfAttempt(ToolRequest.Type, "of-a", 2, scene.HostA, HolderA))),
            new("tells an Event as a host", caller, "rule writers", Attack.Create(victims.Event("forged", (AgenticTask.Type, "of-a"), "foreman-agent", scene.HostA))),
        ];
    }

    private IEnumerable<Attack> OfAFire() =>
    [
        new("creates a task in another namespace", scene.Fire, "rule own-namespace", Attack.Create(NewTask(scene.Space))),
        new("assigns a task", scene.Fire, "rule own-things", Attack.Status(TaskKey("pending"), $$"""{"phase":"Scheduled","assignedNode":"{{scene.HostA}}","placement":"Node","attempt":1}""")),
        new("ends a task", scene.Fire, "rule own-things", Attack.Write(TaskKey("of-b"), TaskWrites.End(1, HolderB, Completion()))),
        new("asks for a token of a host", scene.Fire, "rule own-things", Attack.Token(scene.HostB, scene.HostsSpace)),
    ];

    private Attack ByA(string name, string rule, Func<KubernetesClient, Task> send) => new(name, scene.A, rule, send);

    private IEnumerable<Attack> Each(string rule, Func<ResourceKey, string, Func<KubernetesClient, Task>> way, ResourceKey key, params string[] changes) =>
        changes.Select(change => ByA($"changes {key.Type.Plural} {key.Name}: {change}", "rule " + rule, way(key, change)));

    private Attack Wrong(string how, ResourceType type, string? node, string holder, Action<JsonObject> change)
    {
        var manifest = victims.OfAttempt(type, "of-a", 2, node, holder);
        change(manifest);
        return ByA($"creates a {type.Kind} {how}", "rule own-attempts", Attack.Create(manifest));
    }

    private ResourceKey TaskKey(string name) => new(AgenticTask.Type, name, scene.Space);

    private JsonObject Node(string metadata = "{}", string? spec = null)
    {
        var more = Attack.Json(metadata);
        more["name"] = scene.HostA;
        return Victims.Of(FleetNode.Type, more, Attack.Json(spec ?? $$"""{"nodeName":"{{scene.HostA}}"}"""));
    }

    private JsonObject Elsewhere(JsonObject manifest)
    {
        manifest["metadata"]!["namespace"] = scene.Release;
        return manifest;
    }

    private JsonObject NewTask(string space) => Victims.Of(
        AgenticTask.Type, victims.Metadata("new", space), Attack.Json("""{"kind":"freeform","payload":{"prompt":"x"}}"""));

    private static string Attempts(params string[] entries) => $$"""{"attempts":[{{string.Join(',', entries)}}]}""";

    private static string Entry(int attempt, string node, string outcome) => $$$"""{"attempt":{{{attempt}}},"node":"{{{node}}}","outcome":"{{{outcome}}}"}""";

    private static TaskCompletion Completion() => new() { Phase = TaskPhase.Succeeded, Verdict = Verdict.Go, FinishedAt = DateTimeOffset.UnixEpoch };
}
