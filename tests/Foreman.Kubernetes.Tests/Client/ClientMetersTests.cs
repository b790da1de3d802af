using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Foreman.Kubernetes.Tests;

public sealed class ClientMetersTests : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Name, double Value, Dictionary<string, object?> Tags)> _seen = new();

    public ClientMetersTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == ClientMeters.Name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => See(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => See(instrument, value, tags));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task A_call_is_counted_and_timed_with_its_verb_kind_and_outcome()
    {
        const string Body = """{"metadata":{"name":"a"}}""";
        using var server = new ScriptedServer(_ => new(200, Body));
        using var client = server.Client();

        await client.PatchAsync<V1Lease>(V1Patch.Merge([]), "a", "n", new() { Subresource = "status" });

        var count = Assert.Single(Of(server, "kubernetes.client.requests"));
        Assert.Equal(1, count.Value);
        Assert.Equal(("patch", "coordination.k8s.io", "leases", "status"), (count.Tags["kubernetes.verb"], count.Tags["kubernetes.group"], count.Tags["kubernetes.resource"], count.Tags["kubernetes.subresource"]));
        Assert.Equal(("PATCH", 200, "127.0.0.1"), (count.Tags["http.request.method"], count.Tags["http.response.status_code"], count.Tags["server.address"]));
        Assert.True(Assert.Single(Of(server, "kubernetes.client.request.duration")).Value > 0);
        Assert.Equal([1, -1], Of(server, "kubernetes.client.active_requests").Select(m => m.Value));
        var io = Of(server, "kubernetes.client.io").ToDictionary(m => (string)m.Tags["network.io.direction"]!, m => m.Value);
        Assert.Equal(new Dictionary<string, double> { ["transmit"] = 2, ["receive"] = Body.Length }, io);
    }

    [Fact]
    public async Task Error_responses_and_failures_are_counted_separately()
    {
        using var server = new ScriptedServer(_ => new(404, "{}"));
        using var client = server.Client();
        using var nobody = new KubernetesClient(new KubernetesClientConfiguration { Host = new($"http://127.0.0.1:{FreePort.NextClosed()}") });

        await client.TryReadAsync<V1ConfigMap>("a", "n");
        await Assert.ThrowsAsync<KubernetesUnreachableException>(() => nobody.ReadAsync<V1ConfigMap>("a", "n"));

        Assert.Equal(404, Assert.Single(Of(server, "kubernetes.client.requests")).Tags["http.response.status_code"]);
        var failed = Assert.Single(Of(nobody.Configuration.Host, "kubernetes.client.requests"));
        Assert.Equal("HttpRequestException", failed.Tags["error.type"]);
        Assert.Equal([1, -1], Of(nobody.Configuration.Host, "kubernetes.client.active_requests").Select(m => m.Value));
    }

    [Fact]
    public async Task A_watch_is_open_until_it_ends_and_its_bytes_are_counted()
    {
        const string Line = """{"type":"ADDED","object":{"metadata":{"name":"a"}}}""" + "\n";
        using var server = new ScriptedServer(_ => new(200, Line));
        using var client = server.Client();

        await foreach (var watched in client.WatchAsync<V1ConfigMap>("n", new()))
        {
            Assert.Equal("a", watched.Object.Name());
            Assert.Equal([1], Of(server, "kubernetes.client.active_requests").Select(m => m.Value));
            Assert.Single(Of(server, "kubernetes.client.requests"));
        }

        Assert.Equal([1, -1], Of(server, "kubernetes.client.active_requests").Select(m => m.Value));
        Assert.Equal(Line.Length, Of(server, "kubernetes.client.io").Sum(m => m.Value));
        Assert.All(Of(server, "kubernetes.client.io"), m => Assert.Equal("watch", m.Tags["kubernetes.verb"]));
    }

    private IEnumerable<(string Name, double Value, Dictionary<string, object?> Tags)> Of(ScriptedServer server, string name) => Of(server.Url, name);

    /// <summary>The meter is the process's: other tests' calls go to other ports.</summary>
    private IEnumerable<(string Name, double Value, Dictionary<string, object?> Tags)> Of(Uri host, string name) =>
        _seen.Where(m => m.Name == name && (int)m.Tags["server.port"]! == host.Port);

    private void See(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _seen.Enqueue((instrument.Name, value, new Dictionary<string, object?>(tags.ToArray())));
}
