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
    public async Task A_leader_that_was_paused_knows_at_once_that_it_leads_no_more(IClusterUnderTest cluster)
    {
        using var client = Connect.AsAdmin(cluster);
        var clock = new LeapingClock();
        var elector = new LeaderElector(new(Lock(client, await cluster.NewNamespaceAsync(), "a", TimeSpan.FromSeconds(15), clock)));
        using var stop = new CancellationTokenSource();
        var run = elector.RunUntilLeadershipLostAsync(stop.Token);
        await Eventually.TrueAsync(elector.IsLeader, "it to lead");

        // As after SIGSTOP and SIGCONT: time has passed, and no timer of this process has run yet.
        clock.Leap(TimeSpan.FromSeconds(10));

        Assert.False(elector.IsLeader());
        await stop.CancelAsync();
        await run;
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
