using Foreman.Kubernetes.Faults.Tests.Support;
using Foreman.Testing.Faults;

namespace Foreman.Kubernetes.Faults.Tests.Watching;

public sealed class ServerAwayTests
{
    private const int Programs = 8;
    private static readonly TimeSpan Outage = TimeSpan.FromMinutes(10);

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A02_01_A_server_that_is_away_for_ten_minutes_is_asked_seldom_and_each_asks_once_when_it_is_back(IClusterUnderTest cluster)
    {
        var clock = new ManualTimeProvider();
        await using var scene = await Scene.StartAsync(cluster, new() { Time = clock });
        await scene.CreateManyAsync(5);
        var followers = new List<Follower>();
        for (var seed = 1; seed <= Programs; seed++)
        {
            followers.Add(await scene.FollowAsync(scene.Client(), new() { Seed = seed, SilenceLimit = TimeSpan.FromHours(1) }, clock));
        }

        scene.Proxy.TakeDown();
        var (before, connections, down) = (scene.Proxy.Journal.Entries.Count, scene.Proxy.Journal.Connections.Count, clock.Elapsed);
        await PassAsync(clock, Outage, () => followers.All(f => f.Backoffs is [.., var last] && last > TimeSpan.FromSeconds(20)));
        await scene.ChurnAsync("away");
        await scene.DeleteAsync("object-001");

        // From 0.8 s doubled to 30 s, ten minutes have room for some 25 attempts of each.
        var attempts = scene.Proxy.Journal.Connections.Count - connections;
        Assert.InRange(attempts, Programs * 4, Programs * (10 + ((clock.Elapsed - down) / TimeSpan.FromSeconds(24))));
        Assert.Equal(before, scene.Proxy.Journal.Entries.Count);
        Assert.All(followers, f => Assert.InRange(f.Backoffs[^1].TotalSeconds, 20, 36));
        Assert.InRange(followers.Select(f => f.Backoffs[^1]).Distinct().Count(), Programs / 2, Programs);

        var back = clock.Elapsed;
        scene.Proxy.BringUp();
        foreach (var follower in followers)
        {
            await follower.SettlesAsync();
        }

        var after = scene.Proxy.Journal.Entries.Skip(before).ToList();
        Assert.InRange(after.Count(e => e.Call.Lists), 0, Programs);
        Assert.InRange(after.Count, Programs, Programs * (2 + ((clock.Elapsed - back) / TimeSpan.FromSeconds(240))));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A02_01_A_Lease_outlives_the_outage_in_the_same_hands(IClusterUnderTest cluster)
    {
        var clock = new ManualTimeProvider();
        await using var scene = await Scene.StartAsync(cluster, new() { Time = clock });
        using var dedicated = scene.Client().Dedicated();
        var holder = new LeaseHolder(dedicated, scene.Namespace, "sign-of-life", "host/1", new() { Time = clock, Seed = 1 });
        Assert.True((await holder.TryAcquireAsync()).Held);
        using var stop = new CancellationTokenSource();
        var running = holder.RunAsync(stop.Token);

        scene.Proxy.TakeDown();
        await PassAsync(clock, Outage);
        scene.Proxy.BringUp();

        var renewed = 0;
        holder.OnRenewed += () => Interlocked.Increment(ref renewed);
        await clock.AdvanceUntilAsync(() => Volatile.Read(ref renewed) > 0, TimeSpan.FromMilliseconds(500), TimeSpan.FromMinutes(10), "a renewal");
        Assert.False(running.IsCompleted);
        var lease = await scene.Direct.ReadAsync<V1Lease>("sign-of-life", scene.Namespace);
        Assert.Equal(("host/1", 0), (lease.Spec!.HolderIdentity, lease.Spec.LeaseTransitions));
        await stop.CancelAsync();
        Assert.Null(await running);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A02_12_An_object_that_came_again_under_its_name_meanwhile_is_another_one(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        var old = await scene.CreateAsync("phoenix");
        var history = await scene.RecordAsync();
        var follower = await scene.FollowAsync();

        scene.Proxy.TakeDown();
        await scene.DeleteAsync("phoenix");
        var risen = await scene.CreateAsync("phoenix");
        scene.Proxy.BringUp();

        await follower.SettlesAsync(history, whole: true);
        Assert.Equal(
            [(ResourceEventType.Added, old.Uid()), (ResourceEventType.Deleted, old.Uid()), (ResourceEventType.Added, risen.Uid())],
            follower.Story.Told.Where(t => t.Object.Metadata.Name == "phoenix").Select(t => (t.Type, t.Object.Uid())));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A02_12_Also_when_the_server_has_forgotten_what_happened(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        var old = await scene.CreateAsync("phoenix");
        var follower = await scene.FollowAsync();

        scene.Proxy.TakeDown();
        await scene.DeleteAsync("phoenix");
        var risen = await scene.CreateAsync("phoenix");
        scene.Proxy.Inject(new FaultRule(CallMatch.Watches() with { InitialEvents = false }, new Fault.ExpireWatch()) { Times = 1 });
        scene.Proxy.BringUp();

        await follower.SettlesAsync();
        Assert.Equal(
            [(ResourceEventType.Added, old.Uid()), (ResourceEventType.Deleted, old.Uid()), (ResourceEventType.Added, risen.Uid())],
            follower.Story.Told.Where(t => t.Object.Metadata.Name == "phoenix").Select(t => (t.Type, t.Object.Uid())));
    }

    /// <summary>Virtual time in steps, with a real moment for what each step sets going; longer where the machine is slow to follow.</summary>
    private static async Task PassAsync(ManualTimeProvider clock, TimeSpan time, Func<bool>? until = null)
    {
        var end = clock.Elapsed + time;
        await clock.AdvanceUntilAsync(
            () => clock.Elapsed >= end && (until is null || until()), TimeSpan.FromSeconds(10), TimeSpan.FromHours(10), "the outage to last");
    }
}
