namespace Foreman.Kubernetes.Faults.Tests.Election;

/// <summary>
/// Real processes, a real Lease and real signals. The server's own history is the judge: writes carry the number of the
/// leadership that they were made in.
/// </summary>
public abstract class ThreeContendersTests(ITestOutputHelper output)
{
    private static int Rounds => LongRun.IsOn ? 4 : 1;

    private protected async Task NoWriteLandsLateAsync(IClusterUnderTest cluster)
    {
        await using var scene = await ElectionScene.StartAsync(cluster, seed: 1);
        for (var round = 0; round < Rounds; round++)
        {
            await scene.PauseAsync();
            await scene.CutOffAsync();
            await scene.KillAsync();
        }

        await scene.CheckAsync();
        output.WriteLine(scene.ToString());
    }

    private protected static async Task ReleasedLeaseIsTakenAsync(IClusterUnderTest cluster)
    {
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
        var space = await cluster.NewNamespaceAsync("election");
        await using var history = await LogHistory.StartAsync(client, space);

        // Ten times as long as the test has patience: who leads next has not waited for the Lease to expire.
        await using var contenders = new Contenders(cluster, space, Contenders.Patience * 10);
        await contenders.StartAsync();
        await contenders.StartAsync();
        var first = await history.LaterThanAsync(0);

        contenders.Of(first).Process.Send(Signal.Terminate);

        Assert.Equal(0, await contenders.Of(first).Process.WaitForExitAsync(Contenders.Patience));
        Assert.NotEqual(first.Identity, (await history.LaterThanAsync(first.Term)).Identity);
        await history.CompleteAsync();
        Assert.Empty(history.Violations());
    }
}

public sealed class ThreeContendersOnTheDevClusterTests(ITestOutputHelper output) : ThreeContendersTests(output)
{
    [Theory]
    [DevCluster]
    public Task Paused_cut_off_or_killed_no_write_of_an_earlier_leader_lands_after_one_of_a_later(IClusterUnderTest cluster) => NoWriteLandsLateAsync(cluster);

    [Theory]
    [DevCluster]
    public Task A_leader_that_is_told_to_end_hands_over_at_once(IClusterUnderTest cluster) => ReleasedLeaseIsTakenAsync(cluster);

    /// <summary>That the tests above can fail: a leader without fence and token is found out.</summary>
    [Theory]
    [DevCluster]
    public async Task A_leader_that_writes_carelessly_after_a_pause_is_found_out(IClusterUnderTest cluster)
    {
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
        var space = await cluster.NewNamespaceAsync("election");
        await using var history = await LogHistory.StartAsync(client, space);
        await using var contenders = new Contenders(cluster, space, TimeSpan.FromSeconds(1.5));
        var careless = await contenders.StartAsync(careless: true);
        var first = await history.LaterThanAsync(0);
        await contenders.StartAsync();
        careless.Process.Send(Signal.Stop);
        await history.LaterThanAsync(first.Term);

        careless.Process.Send(Signal.Continue);

        await Eventually.TrueAsync(() => history.Violations().Count > 0, "the careless leader to be found out", Contenders.Patience);
    }
}

public sealed class ThreeContendersOnKubeApiServerTests(ITestOutputHelper output) : ThreeContendersTests(output)
{
    [Theory]
    [KubeApiServer]
    public Task Paused_cut_off_or_killed_no_write_of_an_earlier_leader_lands_after_one_of_a_later(IClusterUnderTest cluster) => NoWriteLandsLateAsync(cluster);

    [Theory]
    [KubeApiServer]
    public Task A_leader_that_is_told_to_end_hands_over_at_once(IClusterUnderTest cluster) => ReleasedLeaseIsTakenAsync(cluster);
}
