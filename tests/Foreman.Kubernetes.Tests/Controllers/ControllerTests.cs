namespace Foreman.Kubernetes.Tests;

public sealed class ControllerTests
{
    [Fact]
    public void Invalid_options_are_rejected_with_all_errors()
    {
        using var client = new KubernetesClient(new() { Host = new("http://localhost:1") });
        var options = new ControllerOptions<Widget> { Workers = 0, ResyncPeriod = TimeSpan.Zero, StopTimeout = TimeSpan.FromSeconds(-1), Backoff = new() { Base = TimeSpan.Zero } };

        var error = Assert.Throws<ArgumentException>(() => new Controller<Widget>(client, (_, _) => Task.FromResult(ReconcileResult.Done), options));

        Assert.All(["Workers", "ResyncPeriod", "StopTimeout", "waits after failures"], part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [DevCluster]
    public async Task A_controller_runs_once(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        var controller = new Controller<Widget>(client, (_, _) => Task.FromResult(ReconcileResult.Done), new() { Namespaces = [ns] });
        using var stop = new CancellationTokenSource();
        var running = controller.RunAsync(stop.Token);
        await controller.Ready;

        await Assert.ThrowsAsync<InvalidOperationException>(() => controller.RunAsync(stop.Token));
        Assert.Null(controller.LastError);
        await stop.CancelAsync();
        await running;
    }

    [Theory]
    [DevCluster]
    public async Task A_trigger_has_an_object_reconciled(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        var (trigger, seen) = (new ReconcileTrigger(), new TaskCompletionSource<ObjectKey>());
        var controller = new Controller<Widget>(
            client,
            (context, _) =>
            {
                seen.TrySetResult(context.Key);
                return Task.FromResult(ReconcileResult.Done);
            },
            new ControllerOptions<Widget> { Namespaces = [ns] }.Triggers(trigger));
        using var stop = new CancellationTokenSource();
        var running = controller.RunAsync(stop.Token);
        await controller.Ready;

        trigger.Fire(new(ns, "a"));

        using var deadline = TestDeadline.Start();
        await deadline.WaitAsync(seen.Task, () => "the reconcile");
        Assert.Equal(new ObjectKey(ns, "a"), await seen.Task);
        await stop.CancelAsync();
        await running;
    }

    [Theory]
    [DevCluster]
    public async Task A_reconcile_that_does_not_end_holds_up_the_stop_only_so_long(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        var begun = new TaskCompletionSource();
        var never = new TaskCompletionSource<ReconcileResult>();
        var controller = new Controller<Widget>(
            client,
            (_, _) =>
            {
                begun.TrySetResult();
                return never.Task;
            },
            new() { Namespaces = [ns], StopTimeout = TimeSpan.FromMilliseconds(50) });
        using var stop = new CancellationTokenSource();
        var running = controller.RunAsync(stop.Token);
        controller.Enqueue(new(ns, "a"));
        await begun.Task;

        await stop.CancelAsync();

        using var deadline = TestDeadline.Start();
        await deadline.WaitAsync(running, () => "the controller to stop");
        never.SetResult(ReconcileResult.Done);
    }

    [Theory]
    [DevCluster]
    public async Task A_resync_reconciles_all_objects_again_though_nothing_changed(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        await client.CreateAsync(Widget.Named("a", ns));
        var count = 0;
        await using var running = Running.Start(new Controller<Widget>(
            client,
            (_, _) =>
            {
                Interlocked.Increment(ref count);
                return Task.FromResult(ReconcileResult.Done);
            },
            new() { Namespaces = [ns], ResyncPeriod = TimeSpan.FromMilliseconds(20) }).RunAsync);

        await Eventually.TrueAsync(() => Volatile.Read(ref count) >= 3, "the object to be reconciled again and again");
    }

    [Theory]
    [DevCluster]
    public async Task Changes_that_the_filter_rejects_are_not_reconciled(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        var seen = new System.Collections.Concurrent.ConcurrentQueue<int?>();
        await client.CreateAsync(Widget.Named("a", ns, 1));
        var controller = new Controller<Widget>(
            client,
            (context, _) =>
            {
                seen.Enqueue(context.Entity?.Spec?.Size);
                return Task.FromResult(ReconcileResult.Done);
            },
            new() { Namespaces = [ns], Filter = EventFilters.GenerationChanged });
        await using var running = Running.Start(controller.RunAsync);
        await Eventually.TrueAsync(() => seen.Count == 1, "the first reconcile");

        var labelled = await client.PatchAsync<Widget>(V1Patch.Merge(new() { ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["labels"] = new System.Text.Json.Nodes.JsonObject { ["x"] = "y" } } }), "a", ns);
        await Eventually.TrueAsync(() => controller.Store.Get("a", ns)!.ResourceVersion() == labelled.ResourceVersion(), "the label to be seen");
        await client.PatchAsync<Widget>(V1Patch.Json(JsonPatchOperation.Replace("/spec/size", 2)), "a", ns);
        await Eventually.TrueAsync(() => seen.Contains(2), "the change of the spec to be reconciled");

        Assert.Equal([1, 2], seen);
    }
}
