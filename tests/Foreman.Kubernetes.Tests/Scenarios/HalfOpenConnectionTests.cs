namespace Foreman.Kubernetes.Tests.Scenarios;

public sealed class HalfOpenConnectionTests
{
    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_watch_whose_connection_has_gone_silent_breaks_after_two_keep_alives(IClusterUnderTest cluster)
    {
        var (direct, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = direct;
        using var proxy = new FreezingProxy(direct.Configuration.Host);
        using var client = new KubernetesClient(direct.Configuration with
        {
            Host = new($"https://127.0.0.1:{proxy.Port}"),
            KeepAlive = TimeSpan.FromSeconds(1),
        });
        using var deadline = TestDeadline.Start();
        var opened = new TaskCompletionSource();
        await using var events = client
            .WatchAsync<Widget>(ns, new() { OnOpened = () => opened.TrySetResult() }, deadline.Token)
            .GetAsyncEnumerator(CancellationToken.None);
        var following = FollowAsync(events);
        await opened.Task.WaitAsync(deadline.Token);

        proxy.Freeze();

        var error = await Assert.ThrowsAsync<KubernetesUnreachableException>(() => following);
        Assert.Equal(UnreachableReason.ConnectionLost, error.Reason);
    }

    private static async Task FollowAsync(IAsyncEnumerator<WatchEvent<Widget>> events)
    {
        while (await events.MoveNextAsync())
        {
            Assert.Equal(WatchEventType.Bookmark, events.Current.Type);
        }
    }
}
