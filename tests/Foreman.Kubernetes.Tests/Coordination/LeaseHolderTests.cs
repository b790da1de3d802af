namespace Foreman.Kubernetes.Tests;

public sealed class LeaseHolderTests
{
    // As often as a test can wait for, and no more often: each renewal must also end within this time.
    private static readonly TimeSpan Renewal = TimeSpan.FromMilliseconds(300);

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_second_host_is_refused_with_the_holder(IClusterUnderTest cluster)
    {
        using var client = Connect.AsAdmin(cluster);
        var ns = await cluster.NewNamespaceAsync();

        Assert.True((await Holder(client, ns, "host-1/a").TryAcquireAsync()).Held);
        var refused = await Holder(client, ns, "host-2/a").TryAcquireAsync();

        Assert.False(refused.Held);
        Assert.Equal("host-1/a", refused.Holder);
        Assert.InRange(refused.ExpiresIn!.Value.TotalSeconds, 30, 40);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_new_process_of_the_same_host_takes_over_at_once_and_the_old_one_loses_the_lease(IClusterUnderTest cluster)
    {
        using var client = Connect.AsAdmin(cluster);
        var ns = await cluster.NewNamespaceAsync();
        var old = Holder(client, ns, "host-1/a", renew: Renewal);
        Assert.True((await old.TryAcquireAsync()).Held);
        using var deadline = TestDeadline.Start();
        var running = old.RunAsync(deadline.Token);

        Assert.True((await Eventually.GetAsync(
            async () => await Holder(client, ns, "host-1/b").TryAcquireAsync() is { Held: true } held ? held : null, "the takeover")).Held);

        Assert.Equal("host-1/b", await running);
        Assert.Null(old.SinceRenewal);
        Assert.Equal("host-1/b", (await client.ReadAsync<V1Lease>("fn.node", ns)).Spec!.HolderIdentity);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_lease_is_renewed_and_released_at_the_end(IClusterUnderTest cluster)
    {
        using var client = Connect.AsAdmin(cluster);
        var ns = await cluster.NewNamespaceAsync();
        var holder = Holder(client, ns, "host-1/a", renew: Renewal);
        var renewals = 0;
        holder.OnRenewed += () => Interlocked.Increment(ref renewals);
        using var stop = new CancellationTokenSource();
        var running = holder.RunAsync(stop.Token);

        await Eventually.TrueAsync(() => Volatile.Read(ref renewals) >= 3, "three renewals");
        var held = await client.ReadAsync<V1Lease>("fn.node", ns);
        Assert.Equal(("host-1/a", 40, 0), (held.Spec!.HolderIdentity, held.Spec.LeaseDurationSeconds, held.Spec.LeaseTransitions));
        await stop.CancelAsync();

        Assert.Null(await running);
        Assert.Null((await client.ReadAsync<V1Lease>("fn.node", ns)).Spec!.HolderIdentity);
        Assert.True((await Holder(client, ns, "host-2/a").TryAcquireAsync()).Held);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_lease_that_was_deleted_is_made_again_with_its_owner(IClusterUnderTest cluster)
    {
        using var client = Connect.AsAdmin(cluster);
        var ns = await cluster.NewNamespaceAsync();
        var owner = (await client.CreateAsync(new V1ConfigMap { Metadata = new() { Name = "owner", NamespaceProperty = ns } })).AsOwner();
        var holder = Holder(client, ns, "host-1/a");
        await holder.TryAcquireAsync();
        holder.Lock.Owner = owner;
        await holder.TryAcquireAsync();
        Assert.Equal([owner], (await client.ReadAsync<V1Lease>("fn.node", ns)).Metadata.OwnerReferences!);

        await client.DeleteAsync<V1Lease>("fn.node", ns);

        Assert.True((await holder.TryAcquireAsync()).Held);
        Assert.Equal([owner], (await client.ReadAsync<V1Lease>("fn.node", ns)).Metadata.OwnerReferences!);
    }

    [Fact]
    public async Task While_the_server_is_unreachable_the_lease_is_kept()
    {
        var answers = 0;
        using var server = new ScriptedServer(_ => Interlocked.Increment(ref answers) switch
        {
            1 => new(404, """{"kind":"Status","reason":"NotFound","code":404}"""),
            2 => new(201, Stored("1")),
            < 5 => new(500, "the database is away"),
            _ => new(200, Stored("2")),
        });
        using var client = server.Client();
        var holder = Holder(client, "ns", "host-1/a", renew: Renewal);
        using var stop = new CancellationTokenSource();
        var running = holder.RunAsync(stop.Token);

        await Eventually.TrueAsync(() => Volatile.Read(ref answers) > 6 && holder.SinceRenewal is not null, "renewals after the errors");
        await stop.CancelAsync();
        Assert.Null(await running);
    }

    [Fact]
    public async Task A_lease_that_is_refused_for_want_of_rights_is_not_asked_for_every_few_seconds()
    {
        var answers = 0;
        using var server = new ScriptedServer(_ =>
        {
            Interlocked.Increment(ref answers);
            return new(403, """{"kind":"Status","reason":"Forbidden","code":403}""");
        });
        using var client = server.Client();
        var time = new ManualTimeProvider();
        var holder = new LeaseHolder(client, "ns", "fn.node", "host-1/a", new() { Time = time });
        using var stop = new CancellationTokenSource();
        var running = holder.RunAsync(stop.Token);

        await time.AdvanceUntilAsync(() => Volatile.Read(ref answers) == 2, TimeSpan.FromMilliseconds(500), TimeSpan.FromMinutes(1), "the second try");
        var second = time.Elapsed;
        await time.AdvanceUntilAsync(() => Volatile.Read(ref answers) == 3, TimeSpan.FromMilliseconds(500), TimeSpan.FromMinutes(2), "the third try");

        Assert.True(second < TimeSpan.FromSeconds(30), $"the second try came after {second}");
        Assert.True(time.Elapsed - second >= TimeSpan.FromSeconds(30), $"the third try came {time.Elapsed - second} after the second");
        await stop.CancelAsync();
        Assert.Null(await running);
    }

    [Theory]
    [InlineData("h/1", "h/2", true)]
    [InlineData("h/1", "hh/1", false)]
    [InlineData("h", "h/1", true)]
    [InlineData("h/1", "g/1", false)]
    public void The_part_before_the_slash_tells_the_host(string identity, string other, bool same) =>
        Assert.Equal(same, LeaseHolder.SameHost(identity, other));

    private static LeaseHolder Holder(IKubernetes client, string ns, string identity, TimeSpan? renew = null) => new(
        client, ns, "fn.node", identity, new() { RenewInterval = renew ?? TimeSpan.FromSeconds(10), RetryInterval = renew ?? TimeSpan.FromSeconds(2) });

    private static string Stored(string version) =>
        $$$"""{"kind":"Lease","apiVersion":"coordination.k8s.io/v1","metadata":{"name":"fn.node","namespace":"ns","resourceVersion":"{{{version}}}"},"spec":{"holderIdentity":"host-1/a"}}""";
}
