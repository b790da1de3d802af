using System.Text.Json.Nodes;
using Foreman.Kubernetes;

namespace Foreman.Api.Tests.Policies;

/// <summary>The objects of a small fleet: hosts A and B, tasks in each state, and one object of each kind that belongs to somebody else.</summary>
internal sealed class Victims
{
    /// <summary>Label of all of them, by which collections are deleted.</summary>
    public const string Label = "scene";

    private static readonly ResourceType[] Kinds =
    [
        FleetNode.Type, AgenticTask.Type, Agent.Type, Workload.Type, AgentRelease.Type, ModelProfile.Type, RunLog.Type, ToolRequest.Type,
        V1Lease.Type, CoreV1Event.Type, V1ConfigMap.Type, V1Secret.Type, V1ServiceAccount.Type,
    ];

    private readonly PolicyScene _scene;

    private Victims(PolicyScene scene) => _scene = scene;

    /// <summary>One object of each kind that no attacker may touch.</summary>
    public List<ResourceKey> Foreign { get; } = [];

    /// <summary>UIDs of the tasks by name.</summary>
    public Dictionary<string, string> Uids { get; } = [];

    /// <summary>Name of the Job of an attempt of the task that runs as one.</summary>
    public string Job(int attempt) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"fm-{Uids["of-job"].Replace("-", "", StringComparison.Ordinal)[..10]}-{attempt}");

    public static async Task<Victims> MakeAsync(PolicyScene scene)
    {
        var victims = new Victims(scene);
        await victims.MakeNodesAsync();
        await victims.MakeTasksAsync();
        await victims.MakeOthersAsync();
        return victims;
    }

    /// <summary>Everything that is there, with its version.</summary>
    public async Task<IReadOnlyList<string>> SnapshotAsync()
    {
        var found = new List<string>();
        foreach (var type in Kinds)
        {
            foreach (var space in type.Namespaced ? (string?[])[_scene.Space, _scene.Release, _scene.HostsSpace] : [null])
            {
                var list = await _scene.Admin.Dynamic.ListMetadataAsync(type, space, type.Namespaced ? null : new ListOptions { LabelSelector = $"{Label}={_scene.Release}" });
                found.AddRange(list.Items.Select(item => $"{type.Plural} {space}/{item.Metadata.Name} {item.Metadata.Uid} {item.Metadata.ResourceVersion}"));
            }
        }

        return found;
    }

    /// <summary>Metadata of an object of the scene.</summary>
    public JsonObject Metadata(string name, string? space)
    {
        var metadata = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { [Label] = _scene.Release } };
        if (space is not null)
        {
            metadata["namespace"] = space;
        }

        return metadata;
    }

    /// <summary>A RunLog or a ToolRequest as its writer would make it.</summary>
    /// <param name="type">Which of the two.</param>
    /// <param name="task">Name of the task.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="node">The host that writes; null for none.</param>
    /// <param name="holder">Who holds the attempt.</param>
    public JsonObject OfAttempt(ResourceType type, string task, int attempt, string? node, string holder)
    {
        var metadata = Metadata(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Uids[task]}-{attempt}-0"), _scene.Space);
        metadata["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = AgenticTask.Type.ApiVersion,
            ["kind"] = AgenticTask.Type.Kind,
            ["name"] = task,
            ["uid"] = Uids[task],
        });
        var spec = new JsonObject { ["taskRef"] = new JsonObject { ["name"] = task, ["uid"] = Uids[task] }, ["attempt"] = attempt };
        if (node is not null)
        {
            spec["node"] = node;
        }

        if (type == RunLog.Type)
        {
            (spec["seq"], spec["writer"], spec["codec"], spec["data"]) = (0, holder, "jsonl", "{}\n");
        }
        else
        {
            (spec["holder"], spec["tool"]) = (holder, "bash");
        }

        return Of(type, metadata, spec);
    }

    /// <summary>An Event about a task or a host.</summary>
    public JsonObject Event(string name, (ResourceType Type, string Name) about, string component, string reporter, string? source = null)
    {
        var involved = new JsonObject { ["apiVersion"] = about.Type.ApiVersion, ["kind"] = about.Type.Kind, ["name"] = about.Name };
        if (about.Type.Namespaced)
        {
            involved["namespace"] = _scene.Space;
        }

        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Event",
            ["metadata"] = Metadata(name, about.Type.Namespaced ? _scene.Space : "default"),
            ["involvedObject"] = involved,
            ["reason"] = "ToolDenied",
            ["message"] = "told by a test",
            ["type"] = "Warning",
            ["source"] = new JsonObject { ["component"] = source ?? component, ["host"] = reporter },
            ["reportingComponent"] = component,
            ["reportingInstance"] = reporter,
        };
    }

    /// <summary>A Lease.</summary>
    public JsonObject Lease(string name, string holder, int seconds = 40) => Of(
        V1Lease.Type, Metadata(name, _scene.Release), new JsonObject { ["holderIdentity"] = holder, ["leaseDurationSeconds"] = seconds });

    /// <summary>An object of a kind.</summary>
    public static JsonObject Of(ResourceType type, JsonObject metadata, JsonObject? spec = null)
    {
        var manifest = new JsonObject { ["apiVersion"] = type.ApiVersion, ["kind"] = type.Kind, ["metadata"] = metadata };
        if (spec is not null)
        {
            manifest["spec"] = spec;
        }

        return manifest;
    }

    private async Task MakeNodesAsync()
    {
        foreach (var node in (string[])[_scene.HostA, _scene.HostB])
        {
            var manifest = PolicyScene.NodeManifest(node);
            manifest["metadata"] = Metadata(node, null);
            await _scene.MakeAsync(FleetNode.Type, manifest);
            await StatusAsync(new(FleetNode.Type, node), $$$"""
                {"phase":"Ready","instance":{"holder":"{{{node}}}-id/1"},"slots":1,"usedSlots":0,"currentTasks":[],
                "capability":{"accelerator":"none","models":[{"name":"m","server":"http://127.0.0.1:8080"}]}}
                """);
            await _scene.MakeAsync(V1Lease.Type, Lease("fn." + node, node + "-id/1"));
        }

        await _scene.MakeAsync(V1Lease.Type, Lease("foreman-operator", "operator-1"));
        Foreign.Add(new(FleetNode.Type, _scene.HostB));
        Foreign.Add(new(V1Lease.Type, "fn." + _scene.HostB, _scene.Release));
    }

    private async Task MakeTasksAsync()
    {
        await TaskAsync("pending");
        await TaskAsync("of-a", Assigned(1, _scene.HostB, "Node"), Released(1, _scene.HostB), Assigned(2, _scene.HostA, "Node"), Running(_scene.HostA + "-id/1"));
        await TaskAsync("waits-a", Assigned(1, _scene.HostA, "Node"));
        await TaskAsync("ended-a", Assigned(1, _scene.HostA, "Node"), Running(_scene.HostA + "-id/1"), """{"phase":"Succeeded","verdict":"NO-GO"}""");
        await TaskAsync("of-b", Assigned(1, _scene.HostB, "Node"), Running(_scene.HostB + "-id/1"));
        await TaskAsync("waits-b", Assigned(1, _scene.HostB, "Node"));
        await TaskAsync("of-operator", Assigned(1, _scene.HostA, "Operator"), Running("operator-1"));
        await TaskAsync("of-job");
        foreach (var attempt in (int[])[1, 2])
        {
            await StatusAsync(new(AgenticTask.Type, "of-job", _scene.Space), AssignedToJob(attempt, _scene.HostA, Job(attempt)));
            await StatusAsync(new(AgenticTask.Type, "of-job", _scene.Space), Running($"pod/uid-{attempt}"));
            if (attempt == 1)
            {
                await StatusAsync(new(AgenticTask.Type, "of-job", _scene.Space), Released(1, _scene.HostA));
            }
        }

        Foreign.Add(new(AgenticTask.Type, "of-b", _scene.Space));
    }

    private async Task MakeOthersAsync()
    {
        await ForeignAsync(RunLog.Type, OfAttempt(RunLog.Type, "of-b", 1, _scene.HostB, _scene.HostB + "-id/1"));
        await ForeignAsync(ToolRequest.Type, OfAttempt(ToolRequest.Type, "of-b", 1, _scene.HostB, _scene.HostB + "-id/1"));
        await ForeignAsync(CoreV1Event.Type, Event("of-b", (AgenticTask.Type, "of-b"), "foreman-agent", _scene.HostB));
        await ForeignAsync(Agent.Type, Of(Agent.Type, Metadata("theirs", _scene.Space), new JsonObject
        {
            ["role"] = "coder",
            ["systemPrompt"] = "You write.",
            ["tools"] = new JsonArray("read_file", "submit_result"),
        }));
        await ForeignAsync(Workload.Type, Of(Workload.Type, Metadata("theirs", _scene.Space), new JsonObject { ["intent"] = "x", ["suspend"] = true }));
        await ForeignAsync(AgentRelease.Type, Of(AgentRelease.Type, Metadata(_scene.Release, null), new JsonObject
        {
            ["agentKind"] = "foreman-agent",
            ["version"] = "0.1.0",
            ["artifacts"] = new JsonArray(new JsonObject { ["os"] = "linux", ["arch"] = "amd64", ["url"] = "https://releases.example.com/agent", ["sha256"] = new string('a', 64) }),
        }));
        await ForeignAsync(ModelProfile.Type, Of(ModelProfile.Type, Metadata(_scene.Release, null), new JsonObject { ["systemPromptAddendum"] = "Be brief." }));
        await ForeignAsync(V1ConfigMap.Type, Of(V1ConfigMap.Type, Metadata("theirs", _scene.Space)));
        await ForeignAsync(V1Secret.Type, Of(V1Secret.Type, Metadata("theirs", _scene.Space)));
        await ForeignAsync(V1ServiceAccount.Type, Of(V1ServiceAccount.Type, Metadata(_scene.HostB, _scene.HostsSpace)));
        foreach (var (account, space) in ((string, string)[])[("foreman-operator", _scene.Release), ("foreman-agent", _scene.HostsSpace)])
        {
            await _scene.MakeAsync(V1ServiceAccount.Type, Of(V1ServiceAccount.Type, Metadata(account, space)));
        }
    }

    private async Task ForeignAsync(ResourceType type, JsonObject manifest)
    {
        var made = await _scene.MakeAsync(type, manifest);
        Foreign.Add(new(type, (string)made["metadata"]!["name"]!, (string?)made["metadata"]!["namespace"]));
    }

    private async Task TaskAsync(string name, params string[] statuses)
    {
        var made = await _scene.MakeAsync(AgenticTask.Type, Of(AgenticTask.Type, Metadata(name, _scene.Space), new JsonObject
        {
            ["kind"] = "freeform",
            ["payload"] = new JsonObject { ["prompt"] = "good morning" },
        }));
        Uids[name] = (string)made["metadata"]!["uid"]!;
        foreach (var status in statuses)
        {
            await StatusAsync(new(AgenticTask.Type, name, _scene.Space), status);
        }
    }

    private Task<JsonObject> StatusAsync(ResourceKey key, string status) => _scene.Admin.Dynamic.PatchAsync(
        key, V1Patch.Merge(new JsonObject { ["status"] = JsonNode.Parse(status) }), new PatchOptions { Subresource = "status", FieldValidation = FieldValidation.Strict });

    private static string Assigned(int attempt, string node, string placement) =>
        $$$"""{"phase":"Scheduled","attempt":{{{attempt}}},"assignedNode":"{{{node}}}","placement":"{{{placement}}}","model":{"name":"m"}}""";

    private static string AssignedToJob(int attempt, string node, string job) =>
        $$$"""{"phase":"Scheduled","attempt":{{{attempt}}},"assignedNode":"{{{node}}}","placement":"Job","jobName":"{{{job}}}"}""";

    private static string Running(string holder) => $$$"""{"phase":"Running","claim":{"holder":"{{{holder}}}"}}""";

    private static string Released(int attempt, string node) =>
        $$$"""{"phase":"Pending","assignedNode":null,"placement":null,"claim":null,"attempts":[{"attempt":{{{attempt}}},"node":"{{{node}}}","outcome":"Lost"}]}""";
}
