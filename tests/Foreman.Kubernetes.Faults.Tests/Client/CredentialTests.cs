using Foreman.Kubernetes.Faults.Tests.Support;
using Foreman.Testing.Faults;

namespace Foreman.Kubernetes.Faults.Tests.Client;

public sealed class CredentialTests
{
    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A02_13_A_token_that_is_refused_is_read_again_from_its_file_and_nothing_restarts(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        using var folder = new TempFolder();
        var file = folder.Write("token", "first");
        scene.Proxy.Accept("first");
        scene.Proxy.Accept("second");
        await scene.CreateManyAsync(3);
        var history = await scene.RecordAsync();
        var follower = await scene.FollowAsync(scene.Client(change: c => c with { AccessToken = null, TokenFile = file }));
        var listings = scene.Listings;

        folder.Write("token", "second");
        var refused = scene.Proxy.Inject(new CallMatch { Token = "first" }, new Fault.Answer(401));
        scene.Proxy.ResetConnections();
        await scene.ChurnAsync("since");

        await follower.SettlesAsync(history, whole: true);
        Assert.Equal(1, refused.Hits);
        Assert.True(scene.Proxy.Journal.Count(new() { Token = "second" }) > 0);
        Assert.Equal(listings, scene.Listings);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A02_13_A_token_is_renewed_before_it_is_refused_and_an_open_watch_goes_on(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        var clock = new ManualTimeProvider();
        using var folder = new TempFolder();
        var file = folder.Write("token", "first");
        scene.Proxy.Accept("first");
        scene.Proxy.Accept("second");
        var client = scene.Client(new() { Time = clock }, c => c with { AccessToken = null, TokenFile = file });
        var follower = await scene.FollowAsync(client);
        await scene.CreateAsync("seen");
        await follower.SettlesAsync();

        folder.Write("token", "second");
        clock.Advance(TimeSpan.FromSeconds(61));
        await client.ListAsync<V1ConfigMap>(scene.Namespace);
        var calls = scene.Proxy.Journal.Entries.Count;
        await scene.ChurnAsync("since");

        Assert.Equal(1, scene.Proxy.Journal.Count(new() { Token = "second" }));
        var fresh = await scene.FreshAsync();
        await Eventually.TrueAsync(() => follower.Holds(fresh), "the watch to go on");
        Assert.Equal(calls, scene.Proxy.Journal.Entries.Count);
        Assert.DoesNotContain(scene.Proxy.Journal.Entries, e => e.Status == 401);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A02_14_A_Lease_that_is_refused_is_asked_for_every_half_minute_and_held_again_when_allowed(IClusterUnderTest cluster)
    {
        foreach (var code in new[] { 401, 403 })
        {
            var waits = new RecordedWaits(new());
            await using var scene = await Scene.StartAsync(cluster);
            using var dedicated = scene.Client().Dedicated();
            var options = new LeaseHolderOptions { Time = waits, Seed = 1 };
            var holder = new LeaseHolder(dedicated, scene.Namespace, "sign-of-life", "host/1", options);
            await holder.TryAcquireAsync();
            var refused = scene.Proxy.Inject(CallMatch.Any, new Fault.Answer(code));
            using var stop = new CancellationTokenSource();
            var running = holder.RunAsync(stop.Token);

            var pauses = new List<TimeSpan>();
            for (var i = 0; i < 5; i++)
            {
                pauses.Add(await waits.PassNextAsync(wait => wait != options.RenewInterval, "a pause"));
            }

            Assert.All(pauses.Skip(1), pause => Assert.True(pause >= TimeSpan.FromSeconds(30), $"{pause}"));
            refused.Dispose();
            await waits.Clock.AdvanceUntilAsync(() => holder.SinceRenewal < TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), "the Lease to be held again");
            Assert.False(running.IsCompleted);
            await stop.CancelAsync();
            await running;
        }
    }
}
