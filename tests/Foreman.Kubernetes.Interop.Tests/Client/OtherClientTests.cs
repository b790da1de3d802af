using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using k8s;

namespace Foreman.Kubernetes.Interop.Tests.Client;

/// <summary>KubernetesClient, which shares no code with us, reads what we write and writes what we read.</summary>
public sealed class OtherClientTests
{
    [Theory, DevCluster, KubeApiServer, K3s]
    public async Task A_task_that_we_create_reads_the_same_there(IClusterUnderTest cluster)
    {
        using var both = await BothClients.OpenAsync(cluster);
        var created = await both.Ours.CreateAsync(BothClients.NewTask("one", both.Space));
        var there = await both.TheirsReadsAsync("one");
        var ours = JsonSerializer.SerializeToNode(created, AgenticTask.TypeInfo)!.AsObject();
        Assert.Equal("say \"tea\" – näch 1 ☕", (string?)there["spec"]!["payload"]!["prompt"]);
        Assert.True(JsonNode.DeepEquals(ours["spec"], there["spec"]), $"{ours["spec"]}\n{there["spec"]}");
        Assert.Equal(created.Uid(), (string?)there["metadata"]!["uid"]);
    }

    [Theory, DevCluster, KubeApiServer, K3s]
    public async Task A_task_that_they_create_reads_the_same_here(IClusterUnderTest cluster)
    {
        using var both = await BothClients.OpenAsync(cluster);
        var body = JsonSerializer.Deserialize<JsonElement>("""
            {"apiVersion":"foreman.llmkube.dev/v1alpha1","kind":"AgenticTask","metadata":{"name":"one","labels":{"team":"a"}},
             "spec":{"kind":"freeform","priority":7,"payload":{"prompt":"tea"}}}
            """);
        await both.Theirs.CustomObjects.CreateNamespacedCustomObjectAsync(body, ApiGroup.Name, ApiGroup.Version, both.Space, "agentictasks");
        var task = await both.Ours.ReadAsync<AgenticTask>("one", both.Space);
        Assert.Equal((TaskKind.Freeform, 7, "tea", "a"), (task.Spec.Kind, task.Spec.Priority ?? 0, task.Spec.Payload.Prompt, task.GetLabel("team")));
        Assert.Equal(TaskPhase.Pending, task.PhaseOrPending());
    }

    [Theory, DevCluster, KubeApiServer, K3s]
    public async Task Our_status_patches_and_their_spec_patches_meet_on_one_object(IClusterUnderTest cluster)
    {
        using var both = await BothClients.OpenAsync(cluster);
        var task = await both.Ours.CreateAsync(BothClients.NewTask("one", both.Space));
        var assignment = new TaskAssignment("studio", Placement.Node, new PromisedModel { Name = "m", Url = "http://127.0.0.1:1", ContextTokens = 4096 }, null);
        await both.Ours.PatchAsync<AgenticTask>(TaskWrites.Assign(task, assignment, []), "one", both.Space, new() { Subresource = "status" });
        var status = (await both.TheirsReadsAsync("one"))["status"]!;
        Assert.Equal(("Scheduled", 1, "studio", 4096), ((string?)status["phase"], (int)status["attempt"]!, (string?)status["assignedNode"], (int)status["model"]!["contextTokens"]!));

        var cancel = new k8s.Models.V1Patch("""{"spec":{"cancel":true}}""", k8s.Models.V1Patch.PatchType.MergePatch);
        await both.Theirs.CustomObjects.PatchNamespacedCustomObjectAsync(cancel, ApiGroup.Name, ApiGroup.Version, both.Space, "agentictasks", "one");
        Assert.True((await both.Ours.ReadAsync<AgenticTask>("one", both.Space)).Spec.Cancel);

        // The fence holds against every client: a second assignment of the same attempt is refused.
        var stale = new k8s.Models.V1Patch("""[{"op":"test","path":"/status/attempt","value":0},{"op":"replace","path":"/status/attempt","value":1}]""", k8s.Models.V1Patch.PatchType.JsonPatch);
        var refusal = await Assert.ThrowsAsync<k8s.Autorest.HttpOperationException>(
            () => both.Theirs.CustomObjects.PatchNamespacedCustomObjectStatusAsync(stale, ApiGroup.Name, ApiGroup.Version, both.Space, "agentictasks", "one"));
        Assert.Equal(422, (int)refusal.Response.StatusCode);
    }

    [Theory, DevCluster, KubeApiServer, K3s]
    public async Task They_follow_what_we_write(IClusterUnderTest cluster)
    {
        using var both = await BothClients.OpenAsync(cluster);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var client = new GenericClient(both.Theirs, ApiGroup.Name, ApiGroup.Version, "agentictasks", disposeClient: false);
        await both.Ours.CreateAsync(BothClients.NewTask("one", both.Space));
        await using var events = client.WatchNamespacedAsync<TheirTask>(both.Space, cancel: stop.Token).GetAsyncEnumerator(stop.Token);
        async Task<string> NextAsync()
        {
            Assert.True(await events.MoveNextAsync());
            var (type, item) = events.Current;
            return $"{type} {item.Metadata.Name} {item.Spec["payload"]!["prompt"]}";
        }

        Assert.Equal("Added one say \"tea\" – näch 1 ☕", await NextAsync());
        await both.Ours.PatchAsync<AgenticTask>(V1Patch.Merge(JsonNode.Parse("""{"spec":{"payload":{"prompt":"tea"}}}""")!.AsObject()), "one", both.Space);
        Assert.Equal("Modified one tea", await NextAsync());
        await both.Ours.DeleteAsync<AgenticTask>("one", both.Space);
        Assert.Equal("Deleted one tea", await NextAsync());
    }

    [Theory, DevCluster, KubeApiServer, K3s]
    public async Task Our_lease_keeps_their_elector_out(IClusterUnderTest cluster)
    {
        using var both = await BothClients.OpenAsync(cluster);
        var ours = new LeaseLock(both.Ours, both.Space, "leader", "ours");
        Assert.True((await ours.TryAcquireOrRenewAsync()).Held);
        var lease = await both.Theirs.CoordinationV1.ReadNamespacedLeaseAsync("leader", both.Space);
        Assert.Equal("ours", lease.Spec.HolderIdentity);
        Assert.Equal((int)ours.Duration.TotalSeconds, lease.Spec.LeaseDurationSeconds);
        Assert.NotNull(lease.Spec.RenewTime);

        using var stop = new CancellationTokenSource();
        using var elector = TheirElector(both);
        var observed = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        elector.OnNewLeader += name => observed.TrySetResult(name);
        var running = elector.RunUntilLeadershipLostAsync(stop.Token);
        Assert.Equal("ours", await observed.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.False(elector.IsLeader());
        await StopAsync(stop, running);
    }

    [Theory, DevCluster, KubeApiServer, K3s]
    public async Task Their_lease_keeps_us_out_until_it_expires(IClusterUnderTest cluster)
    {
        using var both = await BothClients.OpenAsync(cluster);
        using var stop = new CancellationTokenSource();
        using var elector = TheirElector(both);
        var running = elector.RunUntilLeadershipLostAsync(stop.Token);
        await Eventually.TrueAsync(elector.IsLeader, "their elector to lead");
        var ours = new LeaseLock(both.Ours, both.Space, "leader", "ours", new LeaseLockOptions { Duration = TimeSpan.FromSeconds(2) });
        Assert.False((await ours.TryAcquireOrRenewAsync()).Held);

        await StopAsync(stop, running);
        await Eventually.TrueAsync(async () => (await ours.TryAcquireOrRenewAsync()).Held, "our turn");
        Assert.Equal("ours", (await both.Theirs.CoordinationV1.ReadNamespacedLeaseAsync("leader", both.Space)).Spec.HolderIdentity);
    }

    // Whether their elector throws when it is told to stop depends on where it stands just then.
    private static async Task StopAsync(CancellationTokenSource stop, Task running)
    {
        await stop.CancelAsync();
        await running.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        Assert.False(running.IsFaulted, running.Exception?.ToString());
    }

    private static k8s.LeaderElection.LeaderElector TheirElector(BothClients both) => new(new k8s.LeaderElection.LeaderElectionConfig(
        new k8s.LeaderElection.ResourceLock.LeaseLock(both.Theirs, both.Space, "leader", "theirs"))
    {
        LeaseDuration = TimeSpan.FromSeconds(2),
        RenewDeadline = TimeSpan.FromSeconds(1),
        RetryPeriod = TimeSpan.FromMilliseconds(200),
    });
}

/// <summary>The least that their generic client needs to know of a kind.</summary>
internal sealed class TheirTask : IKubernetesObject<k8s.Models.V1ObjectMeta>
{
    [System.Text.Json.Serialization.JsonPropertyName("apiVersion")]
    public string ApiVersion { get; set; } = "";

    [System.Text.Json.Serialization.JsonPropertyName("kind")]
    public string Kind { get; set; } = "";

    [System.Text.Json.Serialization.JsonPropertyName("metadata")]
    public k8s.Models.V1ObjectMeta Metadata { get; set; } = new();

    [System.Text.Json.Serialization.JsonPropertyName("spec")]
    public JsonObject Spec { get; set; } = [];
}
