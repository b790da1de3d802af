using System.Globalization;
using Foreman.Testing;

namespace Foreman.Kubernetes.Bench;

/// <summary>
/// Calls a second, with the library and by hand, in turns on one API server: each round gives one ratio, and the median of the
/// ratios is what counts, so that a busy moment of the machine spoils one round and not the comparison.
/// </summary>
internal sealed class CallRates(string space, string others, TimeProvider time, CancellationToken stop)
{
    private const int Workers = 4;
    private const int Writes = 200;
    private const int Lists = 40;
    private const int Listed = 200;

    private readonly string _text = new('x', 1024);
    private int _round;

    /// <summary>Measures on kube-apiserver, or on the dev cluster where there is none.</summary>
    public static async Task<IReadOnlyList<Finding>> MeasureAsync(int rounds, CancellationToken stop)
    {
        if (KubeApiServer.SkipReason is not null)
        {
            await using var embedded = await EmbeddedDevCluster.StartAsync();
            return await OnAsync(embedded, rounds, stop);
        }

        await using var real = await KubeApiServer.StartAsync();
        return await OnAsync(real, rounds, stop);
    }

    private static async Task<IReadOnlyList<Finding>> OnAsync(IClusterUnderTest cluster, int rounds, CancellationToken stop)
    {
        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath);
        var space = await cluster.NewNamespaceAsync("bench");
        using var library = new LibraryCalls(new KubernetesClient(configuration), space);
        using var bare = new BareCalls(configuration, space);
        var rates = new CallRates(space, await cluster.NewNamespaceAsync("bench"), TimeProvider.System, stop);
        await rates.FillAsync(library);
        await rates.RoundAsync(library);
        await rates.RoundAsync(bare);
        var (ours, theirs) = (new List<Rates>(), new List<Rates>());
        for (var i = 0; i < rounds; i++)
        {
            // Who goes first changes, so that neither always meets the other's garbage.
            var oursFirst = i % 2 == 0;
            var first = await rates.RoundAsync(oursFirst ? library : bare);
            var second = await rates.RoundAsync(oursFirst ? bare : library);
            ours.Add(oursFirst ? first : second);
            theirs.Add(oursFirst ? second : first);
        }

        return
        [
            .. Compare($"creates ({cluster.Name})", ours, theirs, r => r.Creates),
            .. Compare($"patches ({cluster.Name})", ours, theirs, r => r.Patches),
            .. Compare($"lists of {Listed} ({cluster.Name})", ours, theirs, r => r.Lists),
        ];
    }

    private static IEnumerable<Finding> Compare(string what, List<Rates> ours, List<Rates> theirs, Func<Rates, double> rate)
    {
        yield return Finding.AtLeast($"{what}: of the rate by hand", 100 * Series.Median(ours.Zip(theirs, (o, t) => rate(o) / rate(t))), "%", 95);
        yield return new($"{what}: with the library", Series.Median(ours.Select(rate)), "/s");
        yield return new($"{what}: by hand", Series.Median(theirs.Select(rate)), "/s");
    }

    private Task FillAsync(LibraryCalls calls) =>
        Task.WhenAll(Enumerable.Range(0, Listed).Select(i => calls.CreateAsync(Object(space, $"listed-{i}"), stop)));

    private async Task<Rates> RoundAsync(IApiCalls calls)
    {
        var round = (_round++).ToString(CultureInfo.InvariantCulture);
        var lists = await RateAsync(Lists, async _ => _ = await calls.ListAsync(stop));
        var patches = await RateAsync(Writes, i => calls.PatchAsync($"listed-{i % Listed}", $"{round}-{i}", stop));

        // Into a namespace of their own, so that the lists stay as long as they are.
        var creates = await RateAsync(Writes, i => calls.CreateAsync(Object(others, $"new-{round}-{i}"), stop));
        return new(creates, patches, lists);
    }

    private async Task<double> RateAsync(int count, Func<int, Task> call)
    {
        GC.Collect();
        var next = -1;
        var started = time.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(async _ =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < count;)
            {
                await call(i);
            }
        }));
        return count / time.GetElapsedTime(started).TotalSeconds;
    }

    private V1ConfigMap Object(string ns, string name) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = ns, Labels = new Dictionary<string, string> { ["bench"] = "yes" } },
        Data = new Dictionary<string, string> { ["text"] = _text },
    };

    private sealed record Rates(double Creates, double Patches, double Lists);
}
