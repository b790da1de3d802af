using System.Text.Json.Nodes;

namespace Foreman.Kubernetes.Tests;

public sealed class DynamicClientTests
{
    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Applying_a_manifest_creates_the_object_and_then_changes_it(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster, new() { FieldManager = "tests" });
        using var _ = client;

        var created = await client.Dynamic.ApplyAsync(Manifest(ns, size: 1));
        var changed = await client.Dynamic.ApplyAsync(Manifest(ns, size: 2));

        Assert.Equal((string?)created["metadata"]!["uid"], (string?)changed["metadata"]!["uid"]);
        Assert.Equal(2, (await client.ReadAsync<Widget>("applied", ns)).Spec!.Size);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_kind_that_is_not_served_is_named_in_the_error(IClusterUnderTest cluster)
    {
        using var client = Connect.AsAdmin(cluster);

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.Dynamic.ResolveAsync("nowhere.example.com/v1", "Gadget"));

        Assert.True(error.IsNotFound);
        Assert.Contains("Gadget in nowhere.example.com/v1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task The_plural_and_the_scope_of_a_kind_are_asked_of_the_server(IClusterUnderTest cluster)
    {
        using var client = Connect.AsAdmin(cluster);

        Assert.Equal(V1Lease.Type, await client.Dynamic.ResolveAsync("coordination.k8s.io/v1", "Lease"));
        Assert.Equal(new ResourceType("", "v1", "Namespace", "namespaces", Namespaced: false), await client.Dynamic.ResolveAsync("v1", "Namespace"));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Any_path_of_the_server_can_be_read(IClusterUnderTest cluster)
    {
        using var client = Connect.AsAdmin(cluster);

        Assert.Equal("1", (string?)(await client.Dynamic.GetAsync("/version"))["major"]);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Objects_are_created_read_listed_and_deleted_without_a_type(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;

        await client.Dynamic.CreateAsync(Manifest(ns, size: 3));
        var read = await client.Dynamic.TryReadAsync(Widget.Type, "applied", ns);
        var list = await client.Dynamic.ListAsync(Widget.Type, ns);
        await client.Dynamic.DeleteAsync(new(Widget.Type, "applied", ns));

        Assert.Equal(3, (int?)read!["spec"]!["size"]);
        Assert.Single((JsonArray)list["items"]!);
        Assert.Null(await client.Dynamic.TryReadAsync(Widget.Type, "applied", ns));
    }

    [Theory]
    [KubeApiServer]
    public async Task A_token_is_asked_of_a_service_account(IClusterUnderTest cluster)
    {
        using var client = Connect.AsAdmin(cluster);
        var ns = await cluster.NewNamespaceAsync();
        await client.CreateAsync(new V1ServiceAccount { Metadata = new() { Name = "host", NamespaceProperty = ns } });

        var answer = await client.Dynamic.CreateSubresourceAsync(
            new(V1ServiceAccount.Type, "host", ns),
            "token",
            new JsonObject { ["apiVersion"] = "authentication.k8s.io/v1", ["kind"] = "TokenRequest", ["spec"] = new JsonObject { ["expirationSeconds"] = 600 } });

        Assert.NotEmpty((string)answer["status"]!["token"]!);
    }

    private static JsonObject Manifest(string ns, int size) => new()
    {
        ["apiVersion"] = "testing.foreman.dev/v1",
        ["kind"] = "Widget",
        ["metadata"] = new JsonObject { ["name"] = "applied", ["namespace"] = ns },
        ["spec"] = new JsonObject { ["size"] = size },
    };
}
