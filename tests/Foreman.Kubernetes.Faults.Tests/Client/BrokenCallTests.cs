using System.Text.Json.Nodes;
using Foreman.Kubernetes.Faults.Tests.Support;
using Foreman.Testing.Faults;

namespace Foreman.Kubernetes.Faults.Tests.Client;

/// <summary>Each way in which a call can fail ends in the error that says so, and the client goes on.</summary>
public sealed class BrokenCallTests
{
    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_dropped_call_is_told_as_a_broken_connection(IClusterUnderTest cluster)
    {
        await using var scene = await StartAsync(cluster);
        await FailsAsync(scene, new Fault.LoseAnswer(), e => Assert.Equal(UnreachableReason.ConnectionLost, Assert.IsType<KubernetesUnreachableException>(e).Reason));
        await FailsAsync(scene, new Fault.Reset(), e => Assert.IsType<KubernetesUnreachableException>(e));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_list_that_is_cut_within_an_object_is_an_error_and_no_shorter_list(IClusterUnderTest cluster)
    {
        await using var scene = await StartAsync(cluster);
        foreach (var how in new[] { CutHow.Stream, CutHow.Connection, CutHow.Clean })
        {
            foreach (var bytes in new[] { 0, 1, 100, 1111, 2345 })
            {
                await FailsAsync(scene, new Fault.Cut(bytes, how), e => Assert.IsType<KubernetesUnreachableException>(e));
            }
        }
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_call_that_takes_longer_than_its_deadline_is_told_as_a_timeout(IClusterUnderTest cluster)
    {
        await using var scene = await StartAsync(cluster);
        await FailsAsync(scene, new Fault.Delay(TimeSpan.FromHours(1)), TimedOut, TimeSpan.FromMilliseconds(300));
        await FailsAsync(scene, new Fault.SlowBody(50), TimedOut, TimeSpan.FromMilliseconds(700));
        await FailsAsync(scene, new Fault.Cut(1000, CutHow.Freeze), TimedOut, TimeSpan.FromMilliseconds(700));

        static void TimedOut(Exception e) => Assert.Equal(UnreachableReason.Timeout, Assert.IsType<KubernetesUnreachableException>(e).Reason);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task An_error_of_the_server_is_told_with_its_code_and_reason(IClusterUnderTest cluster)
    {
        await using var scene = await StartAsync(cluster);
        foreach (var (code, reason) in new[] { (500, "InternalError"), (401, "Unauthorized"), (403, "Forbidden"), (410, "Expired"), (504, "Timeout") })
        {
            await FailsAsync(scene, new Fault.Answer(code), e => Assert.Equal((code, reason), ((int)Assert.IsType<KubernetesException>(e).StatusCode, ((KubernetesException)e).Status.Reason)));
        }
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_call_whose_body_was_not_read_is_sent_again(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        var client = scene.Client();
        foreach (var (name, code) in new (string, int?)[] { ("before", null), ("after", 415) })
        {
            var map = new V1ConfigMap { Metadata = new() { Name = name, NamespaceProperty = scene.Namespace } };
            using (var closed = scene.Proxy.Inject(new FaultRule(new() { Verb = "create" }, new Fault.CloseUnread(code)) { Times = 3 }))
            {
                Assert.Equal(name, (await client.CreateAsync(map)).Name());
                Assert.Equal(3, closed.Hits);
            }

            using (var closed = scene.Proxy.Inject(new CallMatch { Verb = "create" }, new Fault.CloseUnread(code)))
            {
                var lost = await Assert.ThrowsAsync<KubernetesUnreachableException>(() => client.CreateAsync(map));
                Assert.Equal((UnreachableReason.ConnectionLost, 4), (lost.Reason, closed.Hits));
            }
        }
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task All_verbs_work_over_HTTP_1_1(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster, new() { Http1Only = true });
        var client = scene.Client();
        var ns = scene.Namespace;

        await client.CreateAsync(new V1ConfigMap { Metadata = new() { Name = "one", NamespaceProperty = ns } });
        await client.PatchAsync<V1ConfigMap>(V1Patch.Json(JsonPatchOperation.Add("/data", new JsonObject { ["a"] = "b" })), "one", ns);
        Assert.Equal("b", (await client.ReadAsync<V1ConfigMap>("one", ns)).Data!["a"]);
        await foreach (var change in client.WatchAsync<V1ConfigMap>(ns, new() { FieldSelector = "metadata.name=one" }))
        {
            Assert.Equal("one", change.Object.Metadata.Name);
            break;
        }

        await client.DeleteAsync<V1ConfigMap>("one", ns);
        Assert.DoesNotContain((await client.ListAsync<V1ConfigMap>(ns)).Items, o => o.Metadata.Name == "one");
        Assert.All(scene.Proxy.Journal.Entries, e => Assert.Equal("HTTP/1.1", e.Protocol));
    }

    private static async Task<Scene> StartAsync(IClusterUnderTest cluster)
    {
        var scene = await Scene.StartAsync(cluster);
        await scene.CreateManyAsync(8, size: 300);
        return scene;
    }

    private static async Task FailsAsync(Scene scene, Fault fault, Action<Exception> check, TimeSpan? deadline = null)
    {
        var client = scene.Client(change: c => deadline is { } limit ? c with { RequestTimeout = limit } : c);
        using (scene.Proxy.Inject(CallMatch.Any, fault))
        {
            check(await Assert.ThrowsAnyAsync<Exception>(() => client.ListAsync<V1ConfigMap>(scene.Namespace)));
        }

        // The client goes on; only a deadline too short for an ordinary call could keep it from that.
        var next = deadline is null ? client : scene.Client();
        Assert.True((await next.ListAsync<V1ConfigMap>(scene.Namespace)).Items.Count >= 8);
    }
}
