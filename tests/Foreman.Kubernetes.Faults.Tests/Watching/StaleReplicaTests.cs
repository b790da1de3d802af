using Foreman.Kubernetes.Faults.Tests.Support;
using Foreman.Testing.Faults;

namespace Foreman.Kubernetes.Faults.Tests.Watching;

/// <summary>A server, or a replica of it, that lags behind what it has told already.</summary>
public sealed class StaleReplicaTests
{
    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A02_10_A_reader_can_wait_until_the_store_has_come_up_to_its_own_write(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.CreateManyAsync(2);
        var follower = await scene.FollowAsync();
        var caughtUp = new TaskCompletionSource();
        var lagging = scene.Proxy.Inject(CallMatch.Watches("configmaps"), new Fault.HoldEvents(caughtUp.Task));
        scene.Proxy.ResetConnections();
        await follower.PassAsync(() => lagging.Hits > 0, "a watch on the replica");

        var written = await scene.ChangeAsync("object-000", "mine");
        var waiting = follower.Reflector.WaitForAsync(written.ResourceVersion());
        Assert.False(waiting.IsCompleted);
        Assert.NotEqual(written.ResourceVersion(), follower.Reflector.Store.Get("object-000", scene.Namespace)!.ResourceVersion());

        caughtUp.SetResult();
        await follower.PassAsync(() => waiting.IsCompleted, "the store to catch up");
        await waiting;
        Assert.Equal(written.ResourceVersion(), follower.Reflector.Store.Get("object-000", scene.Namespace)!.ResourceVersion());
        await follower.SettlesAsync();
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A02_10_A_program_that_starts_against_a_lagging_replica_waits_for_its_own_last_write(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.CreateManyAsync(2);
        scene.RefuseStreamingLists();
        var past = await scene.Proxy.CaptureAsync($"/api/v1/namespaces/{scene.Namespace}/configmaps");
        var written = await scene.ChangeAsync("object-001", "last words");
        var caughtUp = new TaskCompletionSource();
        scene.Proxy.Inject(CallMatch.Lists("configmaps"), new Fault.Answer(200, past));
        scene.Proxy.Inject(CallMatch.Watches("configmaps"), new Fault.HoldEvents(caughtUp.Task));

        var follower = await scene.FollowAsync();
        var waiting = follower.Reflector.WaitForAsync(written.ResourceVersion(), scene.Namespace);
        Assert.False(waiting.IsCompleted);

        caughtUp.SetResult();
        await follower.PassAsync(() => waiting.IsCompleted, "the store to catch up");
        await waiting;
        Assert.Equal("last words", follower.Reflector.Store.Get("object-001", scene.Namespace)!.Data!["turn"]);
        await follower.SettlesAsync();
    }
}
