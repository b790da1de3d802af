using System.Text.Json.Nodes;
using Foreman.Kubernetes.Faults.Tests.Support;
using Foreman.Testing.Faults;

namespace Foreman.Kubernetes.Faults.Tests.Client;

/// <summary>Writes that conflict, or whose answer is lost: never repeated blindly.</summary>
public sealed class ConflictTests
{
    private static readonly CallMatch Patches = new() { Verb = "patch", Resource = "configmaps" };

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A02_03_Of_two_who_claim_one_is_told_of_the_conflict_and_nothing_is_sent_again(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        var free = await scene.CreateAsync("job");
        var client = scene.Client();

        await scene.Direct.PatchAsync<V1ConfigMap>(Claim(free, "first"), "job", scene.Namespace);
        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.PatchAsync<V1ConfigMap>(Claim(free, "second"), "job", scene.Namespace));

        Assert.True(error.IsConflict);
        Assert.Equal(1, scene.Proxy.Journal.Count(Patches));
        Assert.Equal("first", (await client.ReadAsync<V1ConfigMap>("job", scene.Namespace)).Data!["owner"]);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A02_03_A_claim_whose_answer_is_lost_is_known_by_reading_not_by_writing_again(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        var free = await scene.CreateAsync("job");
        var client = scene.Client();
        scene.Proxy.Inject(new FaultRule(Patches, new Fault.LoseAnswer()) { Times = 1 });

        await Assert.ThrowsAsync<KubernetesUnreachableException>(() => client.PatchAsync<V1ConfigMap>(Claim(free, "me"), "job", scene.Namespace));

        Assert.Equal(1, scene.Proxy.Journal.Count(Patches));
        Assert.Equal("me", (await client.ReadAsync<V1ConfigMap>("job", scene.Namespace)).Data!["owner"]);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A02_04_A_result_that_met_a_conflict_lands_once_after_reading_again_and_never_for_another_owner(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        var claimed = await scene.Direct.PatchAsync<V1ConfigMap>(Claim(await scene.CreateAsync("job"), "me"), "job", scene.Namespace);
        var client = scene.Client();
        scene.Proxy.Inject(new FaultRule(Patches, new Fault.Answer(409)) { Times = 1 });

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.PatchAsync<V1ConfigMap>(Result("done"), "job", scene.Namespace));
        Assert.True(error.IsConflict);
        Assert.Equal(claimed.ResourceVersion(), (await client.ReadAsync<V1ConfigMap>("job", scene.Namespace)).ResourceVersion());
        await client.PatchAsync<V1ConfigMap>(Result("done"), "job", scene.Namespace);
        Assert.Equal(2, scene.Proxy.Journal.Count(Patches));

        var taken = await scene.Direct.PatchAsync<V1ConfigMap>(V1Patch.Merge(Owner("other")), "job", scene.Namespace);
        var fenced = await Assert.ThrowsAsync<KubernetesException>(() => client.PatchAsync<V1ConfigMap>(Result("late"), "job", scene.Namespace));
        Assert.True(fenced.IsTestFailed);
        Assert.Equal(taken.ResourceVersion(), (await client.ReadAsync<V1ConfigMap>("job", scene.Namespace)).ResourceVersion());
    }

    private static V1Patch Claim(V1ConfigMap seen, string owner)
    {
        var body = Owner(owner);
        body["metadata"] = new JsonObject { ["resourceVersion"] = seen.ResourceVersion() };
        return V1Patch.Merge(body);
    }

    private static JsonObject Owner(string name) => new() { ["data"] = new JsonObject { ["owner"] = name } };

    private static V1Patch Result(string result) =>
        V1Patch.Json(JsonPatchOperation.Test("/data/owner", "me"), JsonPatchOperation.Add("/data/result", result));
}
