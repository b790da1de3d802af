using Foreman.Testing.Faults;

namespace Foreman.Kubernetes.Faults.Tests.Soak;

/// <summary>
/// Watchers, writers and faults for a while: seconds when somebody waits, a minute in CI, and as long as
/// <c>FOREMAN_TEST_SOAK_SECONDS</c> says. Runs alone, because it looks at the memory of the process.
/// </summary>
[Collection(nameof(ReflectorSoakTests))]
[CollectionDefinition(nameof(ReflectorSoakTests), DisableParallelization = true)]
public sealed class ReflectorSoakTests(ITestOutputHelper output)
{
    private const int Watchers = 20;
    private const int Writers = 4;
    private const long MemorySlack = 20_000_000;

    private static readonly TimeSpan Length = LongRun.Soak(quick: TimeSpan.FromSeconds(5), full: TimeSpan.FromSeconds(60));
    private static readonly int Objects = Length > TimeSpan.FromSeconds(30) ? 10_000 : 500;

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Whatever_goes_wrong_every_store_comes_to_be_what_the_server_holds(IClusterUnderTest cluster)
    {
        var ns = await cluster.NewNamespaceAsync("soak");
        using var direct = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
        await using var proxy = await FaultProxy.StartAsync(cluster);
        using var patience = TestDeadline.Start(TimeSpan.FromMinutes(5));
        var writers = Enumerable.Range(0, Writers).Select(i => new SoakWriter(direct, ns, i, Objects / Writers)).ToList();
        await Task.WhenAll(writers.Select(w => w.FillAsync(patience.Token)));
        await using var watchers = new SoakWatchers(proxy, ns, Watchers);
        await patience.WaitAsync(watchers.Ready, () => "the first lists");

        long early, late;
        using (var stop = new CancellationTokenSource())
        using (var faults = proxy.Inject(new RandomFaults(seed: 5) { Share = 0.3 }))
        {
            var writing = Task.WhenAll(writers.Select(w => w.WriteAsync(rate: 10, stop.Token)));
            await TroubleAsync(proxy, Length / 3);
            early = GC.GetTotalMemory(forceFullCollection: true);
            await TroubleAsync(proxy, Length * 2 / 3);
            await stop.CancelAsync();
            await writing;
            output.WriteLine($"{faults.Hits} faults");
        }

        var held = await watchers.HeldAsync(direct, ns);
        await Eventually.TrueAsync(() => watchers.Agree(held), "all stores to be what the server holds", TimeSpan.FromMinutes(5));
        late = GC.GetTotalMemory(forceFullCollection: true);
        output.WriteLine($"{writers.Sum(w => w.Written)} writes, {watchers.Events} events, {proxy.Journal.Entries.Count} calls, {early / 1e6:0.0} MB after a third, {late / 1e6:0.0} MB at the end");
        Assert.Null(watchers.Mistake);
        Assert.True(late < (early * 1.25) + MemorySlack, $"{early / 1e6:0.0} MB after a third of the time, {late / 1e6:0.0} MB at the end");
    }

    /// <summary>Besides the faults of single calls, every second or so all connections break or fall silent.</summary>
    private static async Task TroubleAsync(FaultProxy proxy, TimeSpan length)
    {
        using var end = new CancellationTokenSource(length);
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var i = 0; !end.IsCancellationRequested; i++)
        {
            try
            {
                await beat.WaitForNextTickAsync(end.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            if (i % 4 == 1)
            {
                proxy.ResetConnections();
            }
            else if (i % 4 == 3)
            {
                proxy.FreezeConnections();
            }
        }
    }
}
