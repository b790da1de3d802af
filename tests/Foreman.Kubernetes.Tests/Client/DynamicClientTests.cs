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
    public async Task The_plural_and_the_scope_of_a_kind_come_from_discovery(IClusterUnderTest cluster)
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
    public async Task A_token_of_a_service_account_is_requested(IClusterUnderTest cluster)
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

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_manifest_replaces_the_object_that_it_names(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        var created = await client.Dynamic.CreateAsync(Manifest(ns, size: 1));
        created["spec"]!["size"] = 5;

        await client.Dynamic.ReplaceAsync(created);
        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.Dynamic.ReplaceAsync(created));

        Assert.Equal(5, (await client.ReadAsync<Widget>("applied", ns)).Spec!.Size);
        Assert.True(error.IsConflict);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Objects_are_read_listed_and_watched_as_metadata_alone(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        await client.CreateAsync(Widget.Named("a", ns));

        var read = await client.ReadMetadataAsync<Widget>("a", ns);
        var list = await client.ListMetadataAsync<Widget>(ns);

        Assert.Equal(("PartialObjectMetadata", "a"), (read.Kind, read.Name()));
        Assert.Equal("PartialObjectMetadataList", list.Kind);
        Assert.Equal(read.Uid(), Assert.Single(list.Items).Uid());
        await client.DeleteAsync<Widget>("a", ns);
        using var deadline = TestDeadline.Start();
        var options = new WatchOptions { ResourceVersion = list.Metadata.ResourceVersion, AllowWatchBookmarks = false };
        await foreach (var (type, metadata) in client.WatchMetadataAsync<Widget>(ns, options, deadline.Token))
        {
            Assert.Equal((WatchEventType.Deleted, "PartialObjectMetadata", read.Uid()), (type, metadata.Kind, metadata.Uid()));
            break;
        }
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Objects_are_listed_as_the_table_that_kubectl_shows(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        await client.CreateAsync(Widget.Named("a", ns));

        var table = await client.ListTableAsync<Widget>(ns);

        Assert.Equal(["Name", "Age"], table.ColumnDefinitions.Select(c => c.Name));
        Assert.Equal("name", table.ColumnDefinitions[0].Format);
        var row = Assert.Single(table.Rows);
        Assert.Equal("a", row.Cells[0].GetString());
        Assert.Equal("a", row.Object!.Name());
        Assert.NotEmpty(table.Metadata.ResourceVersion!);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Objects_of_any_kind_are_watched(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        var list = await client.Dynamic.ListAsync(Widget.Type, ns);
        await client.CreateAsync(Widget.Named("a", ns, size: 3));

        using var deadline = TestDeadline.Start();
        var options = new WatchOptions { ResourceVersion = (string)list["metadata"]!["resourceVersion"]!, AllowWatchBookmarks = false };
        await foreach (var (type, widget) in client.Dynamic.WatchAsync(Widget.Type, ns, options, deadline.Token))
        {
            Assert.Equal((WatchEventType.Added, 3), (type, (int?)widget["spec"]!["size"]));
            break;
        }
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_watch_can_begin_with_all_that_there_is_and_says_when_that_is_over(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        await client.CreateAsync(Widget.Named("a", ns));
        await client.CreateAsync(Widget.Named("b", ns));

        var seen = new List<string>();
        using var deadline = TestDeadline.Start();
        await foreach (var watched in client.WatchAsync<Widget>(ns, new() { SendInitialEvents = true }, deadline.Token))
        {
            if (watched.IsInitialEventsEnd())
            {
                break;
            }

            seen.Add(watched.Object.Name());
        }

        Assert.Equal(["a", "b"], seen.Order());
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_selection_of_objects_is_deleted_in_one_call(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        foreach (var (name, pool) in new[] { ("a", "red"), ("b", "blue"), ("c", "red") })
        {
            var widget = Widget.Named(name, ns);
            await client.CreateAsync(widget with { Metadata = widget.Metadata with { Labels = new Dictionary<string, string> { ["pool"] = pool } } });
        }

        await client.DeleteCollectionAsync<Widget>(ns, new() { LabelSelector = Selectors.In("pool", "red", "green") });

        Assert.Equal("b", Assert.Single((await client.ListAsync<Widget>(ns)).Items).Name());
    }

    private static JsonObject Manifest(string ns, int size) => new()
    {
        ["apiVersion"] = "testing.foreman.dev/v1",
        ["kind"] = "Widget",
        ["metadata"] = new JsonObject { ["name"] = "applied", ["namespace"] = ns },
        ["spec"] = new JsonObject { ["size"] = size },
    };
}
