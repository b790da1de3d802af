namespace Foreman.Kubernetes.Tests;

public sealed class FinalizerTests
{
    private const string Ours = "testing.foreman.dev/ours";
    private const string Theirs = "testing.foreman.dev/theirs";

    private readonly List<string> _calls = [];
    private ReconcileResult _cleaned = ReconcileResult.Done;

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task An_object_stays_until_its_cleanup_has_succeeded(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        var widget = await client.CreateAsync(Widget.Named("a", ns));

        await RunAsync(client, widget);
        var finalized = await client.ReadAsync<Widget>("a", ns);
        Assert.Equal([Ours], finalized.Metadata.Finalizers);
        await RunAsync(client, finalized);
        await client.DeleteAsync<Widget>("a", ns);
        var going = await client.ReadAsync<Widget>("a", ns);

        _cleaned = ReconcileResult.RequeueAfter(TimeSpan.FromSeconds(5));
        Assert.Equal(_cleaned, await RunAsync(client, going));
        Assert.NotNull(await client.TryReadAsync<Widget>("a", ns));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Finalizer.RunAsync(client, Ours, going, Apply, (_, _) => throw new InvalidOperationException("busy")));
        Assert.NotNull(await client.TryReadAsync<Widget>("a", ns));

        _cleaned = ReconcileResult.Done;
        await RunAsync(client, going);
        Assert.Null(await client.TryReadAsync<Widget>("a", ns));
        Assert.Equal(["apply", "apply", "cleanup", "cleanup"], _calls);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Finalizers_of_others_stay_where_they_are_however_old_the_known_object_is(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        var known = await client.CreateAsync(Widget.Named("a", ns));
        await Finalizer.RunAsync(client, Theirs, known, Silent, Silent);

        await RunAsync(client, known);
        var both = await client.ReadAsync<Widget>("a", ns);
        Assert.Equal([Theirs, Ours], both.Metadata.Finalizers);
        await RunAsync(client, known);
        Assert.Equal([Theirs, Ours], (await client.ReadAsync<Widget>("a", ns)).Metadata.Finalizers);

        await client.DeleteAsync<Widget>("a", ns);
        var going = await client.ReadAsync<Widget>("a", ns);
        await Finalizer.RunAsync(client, Theirs, going, Silent, Silent);
        Assert.Equal([Ours], (await client.ReadAsync<Widget>("a", ns)).Metadata.Finalizers);
        await RunAsync(client, going);

        Assert.Null(await client.TryReadAsync<Widget>("a", ns));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Nothing_is_done_for_an_object_that_goes_without_the_finalizer_is_gone_or_is_another_by_now(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        var old = await client.CreateAsync(Widget.Named("a", ns));
        await client.DeleteAsync<Widget>("a", ns);
        Assert.Equal(ReconcileResult.Done, await RunAsync(client, old));

        await client.CreateAsync(Widget.Named("a", ns));
        Assert.Equal(ReconcileResult.Done, await RunAsync(client, old));
        Assert.Empty((await client.ReadAsync<Widget>("a", ns)).Metadata.Finalizers ?? []);

        await RunAsync(client, old with { Metadata = old.Metadata with { DeletionTimestamp = DateTimeOffset.UnixEpoch } });
        Assert.Empty(_calls);
    }

    private Task<ReconcileResult> RunAsync(KubernetesClient client, Widget widget) => Finalizer.RunAsync(client, Ours, widget, Apply, Cleanup);

    private Task<ReconcileResult> Apply(Widget widget, CancellationToken token)
    {
        Assert.NotEmpty(widget.Metadata.Finalizers!);
        _calls.Add("apply");
        return Task.FromResult(ReconcileResult.Done);
    }

    private Task<ReconcileResult> Cleanup(Widget widget, CancellationToken token)
    {
        _calls.Add("cleanup");
        return Task.FromResult(_cleaned);
    }

    private static Task<ReconcileResult> Silent(Widget widget, CancellationToken token) => Task.FromResult(ReconcileResult.Done);
}
