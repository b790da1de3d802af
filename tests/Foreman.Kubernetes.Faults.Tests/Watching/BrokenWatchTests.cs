using Foreman.Kubernetes.Faults.Tests.Support;
using Foreman.Testing.Faults;

namespace Foreman.Kubernetes.Faults.Tests.Watching;

/// <summary>Watches that break in every way: nothing is lost, nothing is told twice, and what is known is not listed again.</summary>
public sealed class BrokenWatchTests
{
    private static readonly CallMatch Watches = CallMatch.Watches("configmaps");

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public Task A_watch_whose_connection_is_reset_goes_on_where_it_stood(IClusterUnderTest cluster) =>
        SurvivesAsync(cluster, scene => scene.Proxy.ResetConnections());

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_watch_that_is_cut_within_an_event_goes_on_where_it_stood(IClusterUnderTest cluster)
    {
        foreach (var how in new[] { CutHow.Stream, CutHow.Connection, CutHow.Clean })
        {
            // Each watch is cut some bytes later than the one before, so the cuts fall on many places of an event.
            await SurvivesAsync(cluster, scene =>
            {
                for (var i = 0; i < 5; i++)
                {
                    scene.Proxy.Inject(new FaultRule(Watches, new Fault.Cut(350 + (131 * i), how)) { Skip = i, Times = 1 });
                }

                scene.Proxy.ResetConnections();
            });
        }
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_watch_that_is_slow_to_come_loses_nothing(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        scene.Proxy.Inject(Watches, new Fault.SlowBody(30_000));
        var follower = await scene.FollowAsync();
        var history = await scene.RecordAsync();

        await scene.ChurnAsync("slow");

        await follower.SettlesAsync(history, whole: true);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_watch_that_is_refused_with_500_is_tried_again(IClusterUnderTest cluster)
    {
        await SurvivesAsync(cluster, scene =>
        {
            scene.Proxy.Inject(new FaultRule(Watches, new Fault.Answer(500)) { Times = 4 });
            scene.Proxy.ResetConnections();
        });
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Over_HTTP_1_1_a_reset_watch_goes_on_where_it_stood(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster, new() { Http1Only = true });
        await SurvivesAsync(scene, () => scene.Proxy.ResetConnections());
        Assert.All(scene.Proxy.Journal.Entries, e => Assert.Equal("HTTP/1.1", e.Protocol));
    }

    private static async Task SurvivesAsync(IClusterUnderTest cluster, Action<Scene> fault)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await SurvivesAsync(scene, () => fault(scene));
    }

    private static async Task SurvivesAsync(Scene scene, Action fault)
    {
        await scene.CreateManyAsync(3);
        var history = await scene.RecordAsync();
        var follower = await scene.FollowAsync();
        var watches = scene.Proxy.Journal.Count(Watches);
        var listings = scene.Listings;

        fault();
        await scene.ChurnAsync("before");
        await follower.SettlesAsync();
        await scene.ChurnAsync("after");

        await follower.SettlesAsync(history, whole: true);
        Assert.True(scene.Proxy.Journal.Count(Watches) > watches);
        Assert.Equal(listings, scene.Listings);
    }
}
