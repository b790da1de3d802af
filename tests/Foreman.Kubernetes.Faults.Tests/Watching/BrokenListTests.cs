using Foreman.Kubernetes.Faults.Tests.Support;
using Foreman.Testing.Faults;

namespace Foreman.Kubernetes.Faults.Tests.Watching;

/// <summary>Lists that break: the store shows nothing until one is whole.</summary>
public sealed class BrokenListTests
{
    private static readonly CallMatch Lists = CallMatch.Lists("configmaps");

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_list_that_is_cut_within_an_object_is_listed_again(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.CreateManyAsync(10, size: 200);
        scene.RefuseStreamingLists();
        var cuts = new[] { CutHow.Stream, CutHow.Connection, CutHow.Clean, CutHow.Stream, CutHow.Clean };
        for (var i = 0; i < cuts.Length; i++)
        {
            scene.Proxy.Inject(new FaultRule(Lists, new Fault.Cut(1 + (777 * i), cuts[i])) { Skip = i, Times = 1 });
        }

        await SettlesAtOnceAsync(scene, cuts.Length + 1);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_list_that_is_refused_dropped_and_delayed_is_listed_again(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.CreateManyAsync(10);
        scene.RefuseStreamingLists();
        Fault[] faults = [new Fault.Answer(500), new Fault.Reset(), new Fault.LoseAnswer(), new Fault.Answer(504), new Fault.Answer(200, "<html>not an API server</html>")];
        foreach (var (i, fault) in faults.Index())
        {
            scene.Proxy.Inject(new FaultRule(Lists, fault) { Skip = i, Times = 1 });
        }

        scene.Proxy.Inject(Lists, new Fault.Delay(TimeSpan.FromMilliseconds(50)));

        await SettlesAtOnceAsync(scene, faults.Length + 1);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_slow_list_is_waited_for(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.CreateManyAsync(10, size: 1000);
        scene.RefuseStreamingLists();
        scene.Proxy.Inject(Lists, new Fault.SlowBody(40_000));

        await SettlesAtOnceAsync(scene, 1);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_list_in_the_form_of_a_stream_that_breaks_off_is_asked_for_again(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.CreateManyAsync(10, size: 200);
        var streams = new CallMatch { InitialEvents = true };
        scene.Proxy.Inject(new FaultRule(streams, new Fault.Cut(1500)) { Times = 1 });
        scene.Proxy.Inject(new FaultRule(streams, new Fault.Cut(2500, CutHow.Clean)) { Skip = 1, Times = 1 });
        scene.Proxy.Inject(new FaultRule(streams, new Fault.ExpireWatch(3)) { Skip = 2, Times = 1 });

        await SettlesAtOnceAsync(scene, 1);
    }

    private static async Task SettlesAtOnceAsync(Scene scene, int listings)
    {
        var objects = await scene.FreshAsync();
        var follower = await scene.FollowAsync();

        await follower.SettlesAsync();
        Assert.All(follower.Story.Sizes, size => Assert.Equal(objects.Count, size));
        Assert.True(scene.Listings >= listings, scene.Proxy.Journal.ToString());
    }
}
