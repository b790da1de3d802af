using System.Text.Json.Nodes;
using Foreman.Kubernetes.Faults.Tests.Support;
using Foreman.Testing.Faults;

namespace Foreman.Kubernetes.Faults.Tests.Client;

public sealed class TooManyRequestsTests
{
    private static readonly TimeSpan Asked = TimeSpan.FromSeconds(30);

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A02_07_Retry_After_is_honoured_to_the_second(IClusterUnderTest cluster)
    {
        var waits = new RecordedWaits(new());
        await using var scene = await Scene.StartAsync(cluster, new() { Time = waits.Clock });
        await scene.CreateManyAsync(2);
        foreach (var (verb, call) in Calls)
        {
            await WaitsAsync(scene, waits, call, Fault.Answer.In(429, 30), verb, "object-000");
            await WaitsAsync(scene, waits, call, Fault.Answer.In(503, 30), verb, "object-001");
        }
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A02_07_Retry_After_may_be_a_date(IClusterUnderTest cluster)
    {
        var waits = new RecordedWaits(new());
        await using var scene = await Scene.StartAsync(cluster, new() { Time = waits.Clock });
        await scene.CreateManyAsync(1);
        await WaitsAsync(scene, waits, Calls["get"], Fault.Answer.At(429, waits.GetUtcNow() + Asked), "get", "object-000");
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A02_07_While_the_server_asks_to_wait_nothing_is_listed_again_and_other_calls_wait_too(IClusterUnderTest cluster)
    {
        var waits = new RecordedWaits(new());
        await using var scene = await Scene.StartAsync(cluster, new() { Time = waits.Clock });
        await scene.CreateManyAsync(3);
        var history = await scene.RecordAsync();
        var client = scene.Client(new() { Time = waits }, c => c with { RequestTimeout = TimeSpan.FromMinutes(10) });
        var follower = await scene.FollowAsync(client, clock: waits.Clock);
        var listings = scene.Listings;
        var refused = scene.Proxy.Inject(new FaultRule(CallMatch.Watches("configmaps"), Fault.Answer.In(429, 30)) { Times = 1 });

        scene.Proxy.ResetConnections();
        await follower.PassAsync(() => refused.Hits == 1, "a watch that is refused");
        await Eventually.TrueAsync(() => waits.Asked.Contains(Asked), "the client to wait");
        var other = client.CreateAsync(new V1ConfigMap { Metadata = new() { Name = "patient", NamespaceProperty = scene.Namespace } });
        await follower.PassAsync(() => other.IsCompleted, "the other call to be answered");
        await other;
        await scene.ChurnAsync("since");

        await follower.SettlesAsync(history, whole: true);
        Assert.Equal(listings, scene.Listings);
        var last = scene.Proxy.Journal.Entries.Last(e => e.Status == 429);
        Assert.All(scene.Proxy.Journal.Entries.Skip(last.Number + 1), e => Assert.True(e.At - last.At >= Asked, $"{e.At - last.At}: {e}"));
    }

    private static Dictionary<string, Func<KubernetesClient, string, string, Task>> Calls { get; } = new()
    {
        ["get"] = (client, ns, name) => client.ReadAsync<V1ConfigMap>(name, ns),
        ["list"] = (client, ns, name) => client.ListAsync<V1ConfigMap>(ns),
        ["create"] = (client, ns, name) => client.CreateAsync(new V1ConfigMap { Metadata = new() { Name = $"{name}-2", NamespaceProperty = ns } }),
        ["patch"] = (client, ns, name) => client.PatchAsync<V1ConfigMap>(V1Patch.Merge(new JsonObject { ["data"] = new JsonObject { ["a"] = "b" } }), name, ns),
        ["watch"] = async (client, ns, name) =>
        {
            await foreach (var _ in client.WatchAsync<V1ConfigMap>(ns, new()))
            {
                return;
            }
        },
        ["delete"] = (client, ns, name) => client.DeleteAsync<V1ConfigMap>(name, ns),
    };

    private static async Task WaitsAsync(
        Scene scene, RecordedWaits waits, Func<KubernetesClient, string, string, Task> call, Fault fault, string verb, string name)
    {
        var client = scene.Client(new() { Time = waits }, c => c with { RequestTimeout = TimeSpan.FromMinutes(10) });
        var match = new CallMatch { Verb = verb };
        var before = scene.Proxy.Journal.Count(match);
        using var refused = scene.Proxy.Inject(new FaultRule(match, fault) { Times = 1 });

        var running = call(client, scene.Namespace, name);
        await waits.PassNextAsync(wait => wait == Asked, $"{verb} to wait for just as long as it was told");
        await running;

        var calls = scene.Proxy.Journal.Of(match).Skip(before).ToList();
        Assert.Equal(2, calls.Count);
        Assert.Equal(Asked, calls[1].At - calls[0].At);
    }
}
