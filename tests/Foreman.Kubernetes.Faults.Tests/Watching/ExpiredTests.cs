using Foreman.Kubernetes.Faults.Tests.Support;
using Foreman.Testing.Faults;

namespace Foreman.Kubernetes.Faults.Tests.Watching;

/// <summary>410 Gone, in a watch and on a page.</summary>
public sealed class ExpiredTests
{
    private static readonly CallMatch Resumes = CallMatch.Watches("configmaps") with { InitialEvents = false };

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A02_05_After_410_in_the_stream_deletions_are_told_and_nothing_twice(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.CreateManyAsync(5);
        var history = await scene.RecordAsync();
        var follower = await scene.FollowAsync(options: new() { StreamingLists = false, Seed = 1 });
        var listings = scene.Listings;

        scene.Proxy.TakeDown();
        await scene.DeleteAsync("object-001");
        await scene.DeleteAsync("object-003");
        await scene.ChurnAsync("unseen");
        var expired = scene.Proxy.Inject(new FaultRule(Resumes, new Fault.ExpireWatch()) { Times = 1 });
        scene.Proxy.BringUp();

        await follower.SettlesAsync(history);
        Assert.Equal(1, expired.Hits);
        Assert.Equal(listings + 1, scene.Listings);
        Assert.Equal(
            ["object-001", "object-003"],
            follower.Story.Told.Where(t => t.Type == ResourceEventType.Deleted).Select(t => t.Object.Metadata.Name).Where(n => n!.StartsWith("object", StringComparison.Ordinal)).Order());
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A02_05_Watches_that_expire_again_and_again_amid_changes_lose_nothing(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.CreateManyAsync(3);
        var history = await scene.RecordAsync();
        var follower = await scene.FollowAsync();

        scene.Proxy.Inject(new FaultRule(Resumes, new Fault.ExpireWatch(2)) { Times = 3 });
        scene.Proxy.Inject(new FaultRule(Resumes, new Fault.Answer(410)) { Skip = 3, Times = 2 });
        scene.Proxy.ResetConnections();
        for (var i = 0; i < 4; i++)
        {
            await scene.ChurnAsync($"turn-{i}", rounds: 2);
            await follower.SettlesAsync();
        }

        await follower.SettlesAsync(history);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A02_06_After_410_on_a_page_the_list_begins_anew_and_is_shown_all_at_once(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.CreateManyAsync(12);
        scene.RefuseStreamingLists();
        var expired = scene.Proxy.Inject(new FaultRule(CallMatch.Lists("configmaps") with { Continued = true }, new Fault.Answer(410)) { Times = 2 });

        var follower = await scene.FollowAsync(options: new() { PageSize = 5, Seed = 1 });

        var objects = await scene.FreshAsync();
        await follower.SettlesAsync();
        Assert.Equal(2, expired.Hits);
        Assert.Equal(3, scene.Proxy.Journal.Count(CallMatch.Lists("configmaps") with { Continued = false }));
        Assert.All(follower.Story.Sizes, size => Assert.Equal(objects.Count, size));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A02_06_While_a_list_begins_anew_the_old_objects_stay(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.CreateManyAsync(12);
        scene.RefuseStreamingLists();
        var follower = await scene.FollowAsync(options: new() { PageSize = 5, Seed = 1 });
        var known = follower.Story.Told.Count;

        scene.Proxy.TakeDown();
        for (var i = 0; i < 4; i++)
        {
            await scene.DeleteAsync($"object-{i:000}");
        }

        var pages = scene.Proxy.Inject(new FaultRule(CallMatch.Lists("configmaps") with { Continued = true }, new Fault.Answer(410)) { Times = 2 });
        scene.Proxy.Inject(new FaultRule(Resumes, new Fault.ExpireWatch()) { Times = 1 });
        scene.Proxy.BringUp();

        var left = await scene.FreshAsync();
        await follower.SettlesAsync();
        Assert.Equal(2, pages.Hits);
        Assert.All(follower.Story.Sizes.Skip(known), size => Assert.Equal(left.Count, size));
    }
}
