namespace Foreman.Kubernetes.Tests;

public sealed class ApplyExtensionsTests
{
    private static readonly PatchOptions Force = new() { FieldManager = "tests", Force = true };

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Applying_creates_and_then_changes_only_what_is_determined(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;

        var created = await client.ApplyAsync(Config(ns, ("a", "1"), ("b", "1")), Force);
        await client.PatchAsync<V1ConfigMap>(V1Patch.Json(JsonPatchOperation.Add("/data/c", "theirs")), "config", ns, new() { FieldManager = "others" });
        var changed = await client.ApplyAsync(Config(ns, ("a", "2")), Force);

        Assert.Equal("1", created.Data!["b"]);
        Assert.Equal([("a", "2"), ("c", "theirs")], changed.Data!.Select(d => (d.Key, d.Value)).Order());
    }

    [Fact]
    public async Task An_object_without_a_name_is_refused()
    {
        using var client = new KubernetesClient(new() { Host = new("http://localhost:1") });

        await Assert.ThrowsAsync<ArgumentException>(() => client.ApplyAsync(new V1ConfigMap()));
    }

    private static V1ConfigMap Config(string ns, params (string Key, string Value)[] data) => new()
    {
        Metadata = new() { Name = "config", NamespaceProperty = ns },
        Data = data.ToDictionary(d => d.Key, d => d.Value),
    };
}
