using Foreman.Kubernetes.Faults.Tests.Support;
using Foreman.Testing.Faults;

namespace Foreman.Kubernetes.Faults.Tests.Client;

/// <summary>A server with a latency of seconds that drops calls: the sign of life goes on.</summary>
public sealed class SlowServerTests
{
    private static readonly LeaseHolderOptions Holding = new() { Seed = 1 };

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A02_02_A_renewal_does_not_queue_behind_slow_calls(IClusterUnderTest cluster)
    {
        const int Slow = 120;
        var waits = new RecordedWaits(new());
        await using var scene = await Scene.StartAsync(cluster);
        var client = scene.Client(change: c => c with { RequestTimeout = TimeSpan.FromMinutes(10) });
        using var dedicated = client.Dedicated();
        var holder = new LeaseHolder(dedicated, scene.Namespace, "sign-of-life", "host/1", Holding with { Time = waits });
        await holder.TryAcquireAsync();
        using var slow = scene.Proxy.Inject(new CallMatch { Resource = "configmaps" }, new Fault.Delay(TimeSpan.FromHours(1)));
        using var enough = new CancellationTokenSource();
        var calls = Enumerable.Range(0, Slow).Select(_ => client.ListAsync<V1ConfigMap>(scene.Namespace, cancellationToken: enough.Token)).ToList();
        await slow.WaitAsync(100);
        using var stop = new CancellationTokenSource();
        var running = holder.RunAsync(stop.Token);

        for (var i = 0; i < 5; i++)
        {
            var pause = await waits.PassNextAsync(IsPause, "a renewal");
            Assert.InRange(pause.TotalSeconds, 9, 11);
        }

        Assert.False(running.IsCompleted);
        Assert.DoesNotContain(scene.Proxy.Journal.Of(new() { Resource = "configmaps" }), e => e.Ended);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(calls));
        await stop.CancelAsync();
        await running;
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A02_02_With_five_seconds_of_latency_and_one_call_in_five_dropped_the_Lease_is_held(IClusterUnderTest cluster)
    {
        var waits = new RecordedWaits(new());
        await using var scene = await Scene.StartAsync(cluster, new() { Time = waits });
        using var dedicated = scene.Client().Dedicated();
        var holder = new LeaseHolder(dedicated, scene.Namespace, "sign-of-life", "host/1", Holding with { Time = waits });
        await holder.TryAcquireAsync();
        var dropped = scene.Proxy.Inject(new RandomFaults(3) { Match = new() { Resource = "leases" }, Draw = (_, _) => new Fault.Reset() });
        var delayed = scene.Proxy.Inject(new CallMatch { Resource = "leases" }, new Fault.Delay(TimeSpan.FromSeconds(5)));
        using var stop = new CancellationTokenSource();
        var running = holder.RunAsync(stop.Token);

        while (waits.Clock.Elapsed < TimeSpan.FromMinutes(10))
        {
            await waits.PassNextAsync(IsPause, "the next call or pause");
            Assert.True(holder.SinceRenewal < Holding.Duration, $"not renewed for {holder.SinceRenewal}");
            Assert.False(running.IsCompleted);
        }

        Assert.True(dropped.Hits > 3, $"{dropped.Hits} dropped");
        dropped.Dispose();
        delayed.Dispose();
        scene.Proxy.TakeDown();
        await stop.CancelAsync();
        Assert.Null(await running);
    }

    /// <summary>A pause between renewals or the latency of the server, not the limit on a renewal.</summary>
    private static bool IsPause(TimeSpan wait) => wait != Holding.RenewInterval;
}
