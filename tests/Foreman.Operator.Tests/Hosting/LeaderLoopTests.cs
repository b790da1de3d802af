using System.Collections.Concurrent;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Hosting;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Hosting;

public sealed class LeaderLoopTests
{
    private const string Identity = "operator-here/1";

    [Theory, DevCluster, KubeApiServer]
    public async Task Each_leadership_has_a_fence_and_a_holder_of_its_own_and_the_last_one_releases_the_lease(IClusterUnderTest cluster)
    {
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
        var space = await cluster.NewNamespaceAsync();
        var (log, terms, ended) = (new RecordingLogger(), new ConcurrentQueue<Leadership>(), 0);
        using var stop = new CancellationTokenSource();
        var run = Loop(client, space, log).RunAsync(
            async (leadership, token) =>
            {
                terms.Enqueue(leadership);
                await Task.Delay(Timeout.InfiniteTimeSpan, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                Interlocked.Increment(ref ended);
            },
            stop.Token);
        await Eventually.TrueAsync(() => terms.Count == 1, "the first leadership");
        Assert.True(await terms.Single().MayWriteAsync(CancellationToken.None));

        await HoldAsync(client, space, "another/1");
        await Eventually.TrueAsync(() => Volatile.Read(ref ended) == 1 && log.Entries.Any(e => e.Message.StartsWith("No longer the leader", StringComparison.Ordinal)), "the process to step down");
        Assert.False(terms.Single().Lasts());
        await HoldAsync(client, space, null);
        await Eventually.TrueAsync(() => terms.Count == 2, "the second leadership");

        var (first, second) = (terms.First(), terms.Last());
        Assert.Equal((Identity, Identity + "-2"), (first.Holder, second.Holder));
        Assert.True(Holder.SameHost(first.Holder, second.Holder));
        Assert.Equal((false, true), (first.Lasts(), second.Lasts()));
        await Assert.ThrowsAsync<LeadershipLostException>(() => WriteAsync(first.Client, space, "late"));
        await WriteAsync(second.Client, space, "now");
        await stop.CancelAsync();
        await run;
        Assert.Null((await client.ReadAsync<V1Lease>("leader", space)).Spec!.HolderIdentity);
        Assert.Equal(2, ended);
    }

    [Theory, DevCluster]
    public async Task A_failure_of_the_work_ends_the_process_and_is_not_taken_for_a_lost_lead(IClusterUnderTest cluster)
    {
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
        var loop = Loop(client, await cluster.NewNamespaceAsync(), new RecordingLogger());

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => loop.RunAsync((_, _) => throw new InvalidOperationException("broken"), CancellationToken.None));

        Assert.Equal("broken", failure.Message);
    }

    private static LeaderLoop Loop(KubernetesClient client, string space, RecordingLogger log) =>
        new(client, new LeaderElector(new LeaderElectionConfig(new LeaseLock(client, space, "leader", Identity)) { RetryPeriod = TimeSpan.FromMilliseconds(200) }), Identity, log);

    private static Task<V1Lease> HoldAsync(KubernetesClient client, string space, string? holder) => client.PatchAsync<V1Lease>(
        V1Patch.Merge(new() { ["spec"] = new System.Text.Json.Nodes.JsonObject { ["holderIdentity"] = holder } }), "leader", space);

    private static Task<V1ConfigMap> WriteAsync(IKubernetes client, string space, string name) =>
        client.CreateAsync(new V1ConfigMap { Metadata = new() { Name = name, NamespaceProperty = space } });
}
