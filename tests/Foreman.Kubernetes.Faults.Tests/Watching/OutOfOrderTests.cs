using Foreman.Kubernetes.Faults.Tests.Support;
using Foreman.Testing.Faults;

namespace Foreman.Kubernetes.Faults.Tests.Watching;

/// <summary>Servers that tell history twice, in another order, or from an earlier time.</summary>
public sealed class OutOfOrderTests
{
    private static readonly CallMatch Watches = CallMatch.Watches("configmaps");

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public Task A02_11_Events_that_come_twice_are_told_once(IClusterUnderTest cluster) => SurvivesAsync(cluster, new Fault.DuplicateEvents(), whole: true);

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public Task A02_11_Events_from_the_past_change_nothing(IClusterUnderTest cluster) => SurvivesAsync(cluster, new Fault.ReplayEvents(2), whole: false);

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public Task A02_11_Events_in_another_order_never_take_an_object_back(IClusterUnderTest cluster) => SurvivesAsync(cluster, new Fault.ReorderEvents(2), whole: false);

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A02_11_A_list_from_the_past_does_not_replace_what_is_known(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.CreateManyAsync(4);
        var history = await scene.RecordAsync();
        scene.RefuseStreamingLists();
        var past = await scene.Proxy.CaptureAsync($"/api/v1/namespaces/{scene.Namespace}/configmaps");
        var follower = await scene.FollowAsync();
        await scene.ChurnAsync("since");
        await scene.DeleteAsync("object-002");
        await follower.SettlesAsync();

        var stale = scene.Proxy.Inject(new FaultRule(CallMatch.Lists("configmaps"), new Fault.Answer(200, past)) { Times = 3 });
        scene.Proxy.Inject(new FaultRule(Watches with { InitialEvents = false }, new Fault.ExpireWatch()) { Times = 1 });
        scene.Proxy.ResetConnections();
        await follower.PassAsync(() => stale.Hits == 3, "three lists from the past");
        await scene.ChurnAsync("then");

        await follower.SettlesAsync(history);
    }

    private static async Task SurvivesAsync(IClusterUnderTest cluster, Fault fault, bool whole)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.CreateManyAsync(3);
        var history = await scene.RecordAsync();
        scene.RefuseStreamingLists();
        var injected = scene.Proxy.Inject(Watches with { InitialEvents = false }, fault);
        var follower = await scene.FollowAsync();

        await scene.ChurnAsync("one");
        await follower.SettlesAsync();
        await scene.ChurnAsync("two");

        await follower.SettlesAsync(history, whole);
        Assert.True(injected.Hits > 0);
    }
}
