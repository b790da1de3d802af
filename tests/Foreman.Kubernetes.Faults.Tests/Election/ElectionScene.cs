namespace Foreman.Kubernetes.Faults.Tests.Election;

/// <summary>Three processes that contend, and what can happen to the one that leads.</summary>
internal sealed class ElectionScene(IKubernetes client, Contenders contenders, LogHistory history, Random random) : IAsyncDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(3);

    public static async Task<ElectionScene> StartAsync(IClusterUnderTest cluster, int seed)
    {
        var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
        var space = await cluster.NewNamespaceAsync("election");
        var history = await LogHistory.StartAsync(client, space);
        var contenders = new Contenders(cluster, space, Lease);
        for (var i = 0; i < 3; i++)
        {
            await contenders.StartAsync();
        }

        return new(client, contenders, history, new Random(seed));
    }

    /// <summary>SIGSTOP in the middle of its writes, until another leads; then SIGCONT.</summary>
    public async Task PauseAsync()
    {
        var (leader, term) = await LeaderAsync();
        leader.Process.Send(Signal.Stop);
        await history.LaterThanAsync(term);
        leader.Process.Send(Signal.Continue);
        await leader.LosesAsync(term);
    }

    /// <summary>The way to the API server is blocked until another leads; then what was under way arrives.</summary>
    public async Task CutOffAsync()
    {
        var (leader, term) = await LeaderAsync();
        leader.Proxy.Freeze();
        await history.LaterThanAsync(term);
        await leader.LosesAsync(term);
        leader.Proxy.Thaw();
    }

    /// <summary>SIGKILL; a new process takes its place.</summary>
    public async Task KillAsync()
    {
        var (leader, term) = await LeaderAsync();
        leader.Process.Send(Signal.Kill);
        await contenders.StartAsync();
        await history.LaterThanAsync(term);
    }

    /// <summary>No write of a term stands after one of a later term.</summary>
    public async Task CheckAsync()
    {
        // One more write of whoever leads now, so that what came late is in the history, or never will be.
        var last = history.Last!;
        await Eventually.TrueAsync(() => history.Last != last, "another write", Contenders.Patience);
        await history.CompleteAsync();
        var violations = history.Violations();
        Assert.True(violations.Count == 0, $"{string.Join('\n', violations)}\n{contenders.Said()}");
    }

    public override string ToString()
    {
        var entries = history.Entries;
        return $"{entries.Count} writes in {entries.Select(e => e.Term).Distinct().Count()} terms; kept back by fences: "
            + $"{Count("held back")}, by the server: {Count("refused")}";
    }

    public async ValueTask DisposeAsync()
    {
        await contenders.DisposeAsync();
        await history.DisposeAsync();
        client.Dispose();
    }

    /// <summary>Who leads, caught at a random point of its writes.</summary>
    private async Task<(Contender Leader, long Term)> LeaderAsync()
    {
        var first = await history.LaterThanAsync(0);
        await history.WritesOfAsync(first.Term, 1 + random.Next(30));
        var entry = history.Last!;
        return (contenders.Of(entry), entry.Term);
    }

    private int Count(string word) => contenders.Said().Split('\n').Count(line => line.StartsWith(word, StringComparison.Ordinal));
}
