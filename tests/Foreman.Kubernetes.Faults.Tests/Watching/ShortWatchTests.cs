using Foreman.Kubernetes.Faults.Tests.Support;
using Foreman.Testing.Faults;

namespace Foreman.Kubernetes.Faults.Tests.Watching;

public sealed class ShortWatchTests
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(2);

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A02_08_Watches_that_end_every_two_seconds_are_opened_less_and_less_often_until_one_brings_something(IClusterUnderTest cluster)
    {
        var waits = new RecordedWaits(new());
        await using var scene = await Scene.StartAsync(cluster, new() { Time = waits });
        var follower = await scene.FollowAsync(clock: waits.Clock);
        var listings = scene.Listings;
        scene.Proxy.Inject(CallMatch.Watches("configmaps"), new Fault.EndWatch(Life));
        scene.Proxy.ResetConnections();

        var backoffs = new List<double>();
        for (var i = 0; i < 8; i++)
        {
            backoffs.Add(await BackOffAsync(follower));

            // A request that goes out on a connection as it is reset fails, and is waited for like a watch that brought nothing.
            await Eventually.TrueAsync(
                () => waits.TryPassNext(wait => wait == Life) || follower.Waits.HasNext(Follower.IsBackoff), "a watch to be opened");
        }

        double[] expected = [0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30];
        Assert.All(backoffs.Zip(expected), pair => Assert.InRange(pair.First, 0.8 * pair.Second, 1.2 * pair.Second));
        Assert.NotEqual(expected, backoffs);

        await BackOffAsync(follower);
        await scene.CreateAsync("news");
        var fresh = await scene.FreshAsync();
        await Eventually.TrueAsync(() => follower.Holds(fresh), "the change to come");
        await waits.PassNextAsync(wait => wait == Life, "the watch to end");
        Assert.InRange(await BackOffAsync(follower), 0.64, 0.96);
        Assert.Equal(listings, scene.Listings);
        follower.Story.Check(fresh);
    }

    private static async Task<double> BackOffAsync(Follower follower) =>
        (await follower.Waits.PassNextAsync(Follower.IsBackoff, "the reflector to wait")).TotalSeconds;
}
