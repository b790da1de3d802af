namespace Foreman.Kubernetes.Tests;

public sealed class LeaderElectorTests
{
    [Theory]
    [InlineData(15, 15, 2)]
    [InlineData(15, 2, 2)]
    [InlineData(15, 10, 0)]
    [InlineData(10, 12, 2)]
    public void Durations_that_would_allow_two_leaders_are_refused(int lease, int renew, int retry)
    {
        using var client = Nowhere();
        var config = new LeaderElectionConfig(Lock(client, "ns", "a", TimeSpan.FromSeconds(lease)))
        {
            RenewDeadline = TimeSpan.FromSeconds(renew),
            RetryPeriod = TimeSpan.FromSeconds(retry),
        };

        Assert.Throws<ArgumentException>(() => new LeaderElector(config));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task One_leads_and_the_next_takes_over_when_it_stops(IClusterUnderTest cluster)
    {
        using var client = Connect.AsAdmin(cluster);
        var ns = await cluster.NewNamespaceAsync();
        var (first, second) = (Elector(client, ns, "a"), Elector(client, ns, "b"));
        using var stopFirst = new CancellationTokenSource();
        using var stopSecond = new CancellationTokenSource();
        var firstRun = first.RunUntilLeadershipLostAsync(stopFirst.Token);
        await Eventually.TrueAsync(first.IsLeader, "the first to lead");
        var secondRun = second.RunUntilLeadershipLostAsync(stopSecond.Token);
        await Eventually.TrueAsync(() => second.GetLeader() == "a", "the second to see who leads");
        Assert.False(second.IsLeader());

        await stopFirst.CancelAsync();
        await firstRun;
        Assert.False(first.IsLeader());

        await Eventually.TrueAsync(second.IsLeader, "the second to lead");
        await stopSecond.CancelAsync();
        await secondRun;
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task The_lease_is_held_until_the_work_has_wound_down(IClusterUnderTest cluster)
    {
        using var client = Connect.AsAdmin(cluster);
        var ns = await cluster.NewNamespaceAsync();
        var elector = Elector(client, ns, "a");
        var stopping = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        using var stop = new CancellationTokenSource();
        var run = elector.RunAsync(
            async token =>
            {
                await using var registration = token.Register(stopping.SetResult);
                await finish.Task;
            },
            stop.Token);
        await Eventually.TrueAsync(elector.IsLeader, "it to lead");

        await stop.CancelAsync();
        await stopping.Task;
        Assert.True(elector.IsLeader());
        Assert.Equal("a", (await client.ReadAsync<V1Lease>("leader", ns)).Spec!.HolderIdentity);
        finish.SetResult();
        await run;

        Assert.Null((await client.ReadAsync<V1Lease>("leader", ns)).Spec!.HolderIdentity);
    }

    [Fact]
    public async Task A_leader_that_cannot_renew_stops_before_the_lease_can_be_taken()
    {
        var time = new ManualTimeProvider();
        var away = false;
        using var server = new ScriptedServer(request => (Volatile.Read(ref away), request.HttpMethod) switch
        {
            (true, _) => new(500, "the database is away"),
            (_, "GET") => new(404, """{"kind":"Status","reason":"NotFound","code":404}"""),
            _ => new(200, """{"metadata":{"name":"leader","resourceVersion":"1"},"spec":{"holderIdentity":"a"}}"""),
        });
        using var client = server.Client();
        var elector = new LeaderElector(new(Lock(client, "ns", "a", TimeSpan.FromSeconds(15), time)));
        var events = new List<string>();
        elector.OnStartedLeading += () => events.Add("started");
        elector.OnStoppedLeading += () => events.Add("stopped");
        elector.OnNewLeader += leader => events.Add($"leader {leader}");
        var run = elector.RunUntilLeadershipLostAsync();
        await time.AdvanceUntilAsync(elector.IsLeader, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), "it to lead");
        Volatile.Write(ref away, true);
        var lostSince = time.Elapsed;

        await time.AdvanceUntilAsync(() => run.IsCompleted, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), "it to stop leading");
        await run;

        Assert.InRange(time.Elapsed - lostSince, TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(14));
        Assert.Equal(["leader a", "started", "stopped"], events);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_paused_leader_has_lost_the_leadership_at_once(IClusterUnderTest cluster)
    {
        using var client = Connect.AsAdmin(cluster);
        var clock = new LeapingClock();
        var elector = new LeaderElector(new(Lock(client, await cluster.NewNamespaceAsync(), "a", TimeSpan.FromSeconds(15), clock)));
        using var stop = new CancellationTokenSource();
        var run = elector.RunUntilLeadershipLostAsync(stop.Token);
        await Eventually.TrueAsync(elector.IsLeader, "it to lead");

        var fence = elector.GetFence();
        Assert.True(fence.IsOpen);

        // As after SIGSTOP and SIGCONT: time has passed, and no timer of this process has run yet.
        clock.Leap(TimeSpan.FromSeconds(10));

        Assert.False(elector.IsLeader());
        Assert.False(fence.IsOpen);
        Assert.Throws<LeadershipLostException>(fence.ThrowIfClosed);
        Assert.Throws<LeadershipLostException>(() => elector.GetFence());
        await stop.CancelAsync();
        await run;
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_lease_under_which_a_write_may_still_land_is_not_released(IClusterUnderTest cluster)
    {
        using var client = Connect.AsAdmin(cluster);
        var ns = await cluster.NewNamespaceAsync();
        var elector = Elector(client, ns, "a");

        await elector.RunAsync(_ =>
        {
            elector.GetFence().OnUnanswered();
            return Task.CompletedTask;
        });

        Assert.False(elector.IsLeader());
        Assert.Equal("a", (await client.ReadAsync<V1Lease>("leader", ns)).Spec!.HolderIdentity);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Each_leadership_has_a_higher_term_and_a_fence_of_its_own(IClusterUnderTest cluster)
    {
        using var client = Connect.AsAdmin(cluster);
        var ns = await cluster.NewNamespaceAsync();
        var elector = Elector(client, ns, "a");
        var fences = new List<LeaderFence>();

        for (var i = 0; i < 2; i++)
        {
            await elector.RunAsync(_ =>
            {
                fences.Add(elector.GetFence());
                throw new LeadershipLostException("the work has noticed it first");
            });
            await client.DeleteAsync<V1Lease>("leader", ns);
        }

        Assert.False(fences[0].IsOpen);
        Assert.True(fences[1].Term > fences[0].Term, $"{fences[1].Term} after {fences[0].Term}");
    }

    [Fact]
    public async Task A_leader_that_has_lost_the_lease_and_does_not_end_is_unhealthy()
    {
        var time = new ManualTimeProvider();
        var away = false;
        using var server = new ScriptedServer(request => (Volatile.Read(ref away), request.HttpMethod) switch
        {
            (true, _) => new(500, "the database is away"),
            (_, "GET") => new(404, """{"kind":"Status","reason":"NotFound","code":404}"""),
            _ => new(200, """{"metadata":{"name":"leader","resourceVersion":"1"},"spec":{"holderIdentity":"a"}}"""),
        });
        using var client = server.Client();
        var elector = new LeaderElector(new(Lock(client, "ns", "a", TimeSpan.FromSeconds(15), time)));
        var ends = new TaskCompletionSource();
        var run = elector.RunAsync(_ => ends.Task);
        await time.AdvanceUntilAsync(elector.IsLeader, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), "it to lead");
        Volatile.Write(ref away, true);
        await time.AdvanceUntilAsync(() => !elector.IsLeader(), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), "it to lose the lead");

        Assert.Null(elector.CheckHealth());
        await time.AdvanceUntilAsync(() => elector.CheckHealth() is not null, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60), "its health to tell");
        ends.SetResult();
        await run;

        Assert.Null(elector.CheckHealth());
    }

    private sealed class LeapingClock : TimeProvider
    {
        private long _leapt;

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _leapt);

        public void Leap(TimeSpan by) => Interlocked.Add(ref _leapt, (long)(by.TotalSeconds * TimestampFrequency));
    }

    private static LeaderElector Elector(IKubernetes client, string ns, string identity) => new(new(Lock(client, ns, identity, TimeSpan.FromSeconds(15)))
    {
        RetryPeriod = TimeSpan.FromMilliseconds(50),
    });

    private static LeaseLock Lock(IKubernetes client, string ns, string identity, TimeSpan duration, TimeProvider? time = null) =>
        new(client, ns, "leader", identity, new() { Duration = duration, Time = time ?? TimeProvider.System });

    private static KubernetesClient Nowhere() => new(new KubernetesClientConfiguration { Host = new("http://127.0.0.1:1/") });
}
