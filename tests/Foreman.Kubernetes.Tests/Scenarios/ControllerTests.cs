using System.Collections.Concurrent;

namespace Foreman.Kubernetes.Tests.Scenarios;

/// <summary>A controller at work on a real API.</summary>
public sealed class ControllerTests
{
    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task An_object_that_is_made_is_reconciled_and_one_that_is_gone_is_a_name_without_an_object(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        var seen = new ConcurrentDictionary<string, string>();
        await client.CreateAsync(Widget.Named("before", ns, 1));
        await using var running = Start(client, ns, (context, _) =>
        {
            seen[context.Key.ToString()] = context.Entity is { } widget ? $"size {widget.Spec!.Size}" : "gone";
            return Task.FromResult(ReconcileResult.Done);
        });

        await Eventually.TrueAsync(() => seen.GetValueOrDefault($"{ns}/before") == "size 1", "the object that was there before to be reconciled");
        await client.CreateAsync(Widget.Named("after", ns, 2));
        await Eventually.TrueAsync(() => seen.GetValueOrDefault($"{ns}/after") == "size 2", "the new object to be reconciled");
        await client.PatchAsync<Widget>(V1Patch.Json(JsonPatchOperation.Replace("/spec/size", 3)), "after", ns);
        await Eventually.TrueAsync(() => seen.GetValueOrDefault($"{ns}/after") == "size 3", "the change to be reconciled");
        await client.DeleteAsync<Widget>("after", ns);
        await Eventually.TrueAsync(() => seen.GetValueOrDefault($"{ns}/after") == "gone", "the deletion to be reconciled");
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task An_owned_object_that_is_deleted_or_changed_is_restored(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        await client.CreateAsync(Widget.Named("a", ns, 5));
        await using var running = Start(client, ns, EnsureConfigAsync, o => o.Owns<V1ConfigMap>());
        await Eventually.TrueAsync(async () => await SizeAsync(client, ns) == "5", "the owned object to be made");

        await client.DeleteAsync<V1ConfigMap>("a-config", ns);
        await Eventually.TrueAsync(async () => await SizeAsync(client, ns) == "5", "the owned object to be made again");

        await client.PatchAsync<V1ConfigMap>(V1Patch.Json(JsonPatchOperation.Replace("/data/size", "6")), "a-config", ns);
        await Eventually.TrueAsync(async () => await SizeAsync(client, ns) == "5", "the owned object to be put right");
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task An_object_that_fails_three_times_succeeds_in_the_end_and_does_not_hold_up_others(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        var failures = new ConcurrentQueue<int>();
        var done = new ConcurrentDictionary<string, bool>();
        await using var running = Start(client, ns, (context, _) =>
        {
            if (context.Key.Name == "shaky")
            {
                failures.Enqueue(context.Failures);
                if (context.Failures < 3)
                {
                    throw new InvalidOperationException("not yet");
                }
            }

            done[context.Key.Name] = true;
            return Task.FromResult(ReconcileResult.Done);
        });

        await client.CreateAsync(Widget.Named("shaky", ns));
        await client.CreateAsync(Widget.Named("sound", ns));

        await Eventually.TrueAsync(() => done.ContainsKey("shaky") && done.ContainsKey("sound"), "both to succeed");
        Assert.Equal([0, 1, 2, 3], failures.Take(4));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_controller_that_stops_lets_reconciles_end_and_begins_no_other(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        var begun = new ConcurrentQueue<string>();
        var ended = new ConcurrentQueue<string>();
        await client.CreateAsync(Widget.Named("a", ns));
        await client.CreateAsync(Widget.Named("b", ns));
        await using (Start(client, ns, async (context, token) =>
        {
            begun.Enqueue(context.Key.Name);
            var cancelled = new TaskCompletionSource();
            await using var registration = token.Register(cancelled.SetResult);
            await cancelled.Task;
            await client.PatchMetadataAsync<Widget>(V1Patch.Json(JsonPatchOperation.Replace("/spec/size", 9)), context.Key.Name, ns, cancellationToken: CancellationToken.None);
            ended.Enqueue(context.Key.Name);
            return ReconcileResult.Done;
        }))
        {
            await Eventually.TrueAsync(() => !begun.IsEmpty, "a reconcile to begin");
        }

        var name = Assert.Single(begun);
        Assert.Equal([name], ended);
        Assert.Equal(9, (await client.ReadAsync<Widget>(name, ns)).Spec!.Size);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_watched_object_enqueues_the_mapped_keys(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        var texts = new ConcurrentDictionary<string, string>();
        await client.CreateAsync(Config("settings", ns, "one"));
        await using var running = Start(
            client,
            ns,
            async (context, token) =>
            {
                texts[context.Key.Name] = (await client.ReadAsync<V1ConfigMap>("settings", ns, token)).Data!["size"];
                return ReconcileResult.Done;
            },
            o => o.Watches<V1ConfigMap>(config => config.Name() == "settings" ? [new(ns, "a")] : throw new InvalidOperationException("unknown")));
        await Eventually.TrueAsync(() => texts.GetValueOrDefault("a") == "one", "the mapped name to be reconciled though there is no such object");

        await client.CreateAsync(Config("other", ns, "x"));
        await client.PatchAsync<V1ConfigMap>(V1Patch.Json(JsonPatchOperation.Replace("/data/size", "two")), "settings", ns);

        await Eventually.TrueAsync(() => texts.GetValueOrDefault("a") == "two", "the mapped name to be reconciled after a mapping that threw");
    }

    private static Running Start(
        IKubernetes client, string ns, Func<ReconcileContext<Widget>, CancellationToken, Task<ReconcileResult>> reconcile, Func<ControllerOptions<Widget>, ControllerOptions<Widget>>? configure = null)
    {
        var options = new ControllerOptions<Widget> { Namespaces = [ns], StopTimeout = TestDeadline.Default };
        return Running.Start(new Controller<Widget>(client, reconcile, configure?.Invoke(options) ?? options).RunAsync);
    }

    private static async Task<ReconcileResult> EnsureConfigAsync(ReconcileContext<Widget> context, CancellationToken token)
    {
        if (context.Entity is { } widget)
        {
            var config = Config($"{widget.Name()}-config", widget.Namespace()!, $"{widget.Spec!.Size}");
            var wanted = config with { Metadata = config.Metadata with { OwnerReferences = [widget.AsOwner(controller: true)] } };
            await context.Client.ApplyAsync(wanted, new() { FieldManager = "widgets", Force = true }, token);
        }

        return ReconcileResult.Done;
    }

    private static async Task<string?> SizeAsync(KubernetesClient client, string ns) =>
        (await client.TryReadAsync<V1ConfigMap>("a-config", ns))?.Data?["size"];

    private static V1ConfigMap Config(string name, string ns, string size) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = ns },
        Data = new Dictionary<string, string> { ["size"] = size },
    };
}
