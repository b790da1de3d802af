using System.Text.Json.Nodes;

namespace Foreman.Kubernetes.Tests;

public sealed class KubernetesClientTests
{
    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_created_object_is_read_back_as_it_was_stored(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;

        var created = await client.CreateAsync(Widget.Named("a", ns, size: 7));
        var read = await client.ReadAsync<Widget>("a", ns);

        Assert.NotEmpty(created.Uid());
        Assert.Equal(7, read.Spec!.Size);
        Assert.Equal(created.Uid(), read.Uid());
        Assert.Equal(created.ResourceVersion(), read.ResourceVersion());
        Assert.NotNull(read.Metadata.CreationTimestamp);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task An_object_that_is_not_there_is_null_or_not_found(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;

        Assert.Null(await client.TryReadAsync<Widget>("nobody", ns));
        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.ReadAsync<Widget>("nobody", ns));
        Assert.True(error.IsNotFound);
        Assert.Contains("nobody", error.Message, StringComparison.Ordinal);
        Assert.False(await client.TryDeleteAsync<Widget>("nobody", ns));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Creating_twice_says_already_exists_which_is_no_conflict(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        await client.CreateAsync(Widget.Named("a", ns));

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.CreateAsync(Widget.Named("a", ns)));

        Assert.True(error.IsAlreadyExists);
        Assert.False(error.IsConflict);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_schema_refuses_with_the_field_that_is_wrong(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.CreateAsync(Widget.Named("a", ns, size: -1)));

        Assert.True(error.IsInvalid);
        Assert.False(error.IsTestFailed);
        Assert.Equal("spec.size", Assert.Single(error.Status.Details!.Causes!).Field);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_json_patch_changes_the_object_only_when_its_tests_hold(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        await client.CreateAsync(Widget.Named("a", ns, size: 1));

        var changed = await client.PatchAsync<Widget>(ResizeFrom(1, to: 2), "a", ns);
        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.PatchAsync<Widget>(ResizeFrom(1, to: 3), "a", ns));

        Assert.Equal(2, changed.Spec!.Size);
        Assert.True(error.IsTestFailed);
        Assert.False(error.IsInvalid);
        Assert.Equal(2, (await client.ReadAsync<Widget>("a", ns)).Spec!.Size);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_json_patch_of_an_absent_path_is_a_failed_test(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        await client.CreateAsync(Widget.Named("a", ns));

        var patch = V1Patch.Json(JsonPatchOperation.Test("/status/attempt", 1));
        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.PatchAsync<Widget>(patch, "a", ns, new() { Subresource = "status" }));

        Assert.True(error.IsTestFailed);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_merge_patch_with_an_old_resource_version_is_a_conflict(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        var first = await client.CreateAsync(Widget.Named("a", ns));
        await client.PatchAsync<Widget>(ResizeFrom(1, to: 2), "a", ns);

        var stale = new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = first.ResourceVersion() }, ["spec"] = new JsonObject { ["size"] = 9 } };
        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.PatchAsync<Widget>(V1Patch.Merge(stale), "a", ns));

        Assert.True(error.IsConflict);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task The_status_is_patched_by_itself_and_answered_as_metadata(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        var created = await client.CreateAsync(Widget.Named("a", ns));

        var body = new JsonObject { ["status"] = new JsonObject { ["phase"] = "Running" }, ["spec"] = new JsonObject { ["size"] = 99 } };
        var metadata = await client.PatchMetadataAsync<Widget>(V1Patch.Merge(body), "a", ns, new() { Subresource = "status" });

        var read = await client.ReadAsync<Widget>("a", ns);
        Assert.Equal(read.ResourceVersion(), metadata.ResourceVersion);
        Assert.NotEqual(created.ResourceVersion(), metadata.ResourceVersion);
        Assert.Equal("Running", read.Status!.Phase);
        Assert.Equal(1, read.Spec!.Size);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task An_unknown_field_is_refused_in_the_spec_and_warned_about_in_the_status(IClusterUnderTest cluster)
    {
        var warnings = new List<string>();
        var (client, ns) = await Connect.WithWidgetsAsync(cluster, new() { OnWarning = warnings.Add });
        using var _ = client;
        await client.CreateAsync(Widget.Named("a", ns));

        var spec = new JsonObject { ["spec"] = new JsonObject { ["colour"] = "red" } };
        var status = new JsonObject { ["status"] = new JsonObject { ["phase"] = "Running", ["mood"] = "fine" } };
        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.PatchAsync<Widget>(V1Patch.Merge(spec), "a", ns));
        var patched = await client.PatchAsync<Widget>(V1Patch.Merge(status), "a", ns, new() { Subresource = "status" });

        Assert.Contains("spec.colour", error.Message, StringComparison.Ordinal);
        Assert.Equal("Running", patched.Status!.Phase);
        Assert.Contains(warnings, w => w.Contains("status.mood", StringComparison.Ordinal));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_replacement_is_taken_only_while_the_object_is_as_it_was_read(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        var created = await client.CreateAsync(Widget.Named("a", ns, size: 1));

        var replaced = await client.ReplaceAsync(created with { Spec = new() { Size = 2 } });
        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.ReplaceAsync(created with { Spec = new() { Size = 3 } }));
        var dry = await client.ReplaceAsync(replaced with { Spec = new() { Size = 4 } }, new() { DryRun = true });

        Assert.Equal(2, replaced.Spec!.Size);
        Assert.True(error.IsConflict);
        Assert.Equal("Conflict", error.Reason);
        Assert.Equal(4, dry.Spec!.Size);
        Assert.Equal(2, (await client.ReadAsync<Widget>("a", ns)).Spec!.Size);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_replaced_status_leaves_the_rest_alone(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        var created = await client.CreateAsync(Widget.Named("a", ns, size: 1));

        var replaced = await client.ReplaceStatusAsync(created with { Spec = new() { Size = 9 }, Status = new() { Phase = "Running" } });

        Assert.Equal("Running", replaced.Status!.Phase);
        Assert.Equal(1, (await client.ReadAsync<Widget>("a", ns)).Spec!.Size);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_dry_deletion_deletes_nothing(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        await client.CreateAsync(Widget.Named("a", ns));

        await client.DeleteAsync<Widget>("a", ns, new() { DryRun = true });

        Assert.NotNull(await client.TryReadAsync<Widget>("a", ns));
    }

    [Theory]
    [KubeApiServer]
    public async Task The_log_of_a_pod_that_is_not_there_says_so_and_that_of_one_that_never_ran_is_empty(IClusterUnderTest cluster)
    {
        using var client = Connect.AsAdmin(cluster);
        var ns = await cluster.NewNamespaceAsync();
        await client.CreateAsync(new V1ServiceAccount { Metadata = new() { Name = "default", NamespaceProperty = ns } });
        await client.Dynamic.CreateAsync((JsonObject)JsonNode.Parse(
            $$"""
            {
              "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "idle", "namespace": "{{ns}}" },
              "spec": { "automountServiceAccountToken": false, "containers": [{ "name": "c", "image": "example.com/none" }], "schedulerName": "nobody" }
            }
            """)!);

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.OpenPodLogAsync("nobody", ns));
        var lines = new List<string>();
        await foreach (var line in client.PodLogLinesAsync("idle", ns, new() { TailLines = 5 }))
        {
            lines.Add(line);
        }

        Assert.True(error.IsNotFound);
        Assert.Empty(lines);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_delete_with_another_uid_is_refused(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        var created = await client.CreateAsync(Widget.Named("a", ns));

        var error = await Assert.ThrowsAsync<KubernetesException>(
            () => client.DeleteAsync<Widget>("a", ns, new() { PreconditionUid = Guid.NewGuid().ToString() }));
        Assert.True(error.IsConflict);

        await client.DeleteAsync<Widget>("a", ns, new() { PreconditionUid = created.Uid() });
        Assert.Null(await client.TryReadAsync<Widget>("a", ns));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_dry_run_checks_everything_and_stores_nothing(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;

        var created = await client.CreateAsync(Widget.Named("a", ns, size: 3), new() { DryRun = true });
        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.CreateAsync(Widget.Named("b", ns, size: -3), new() { DryRun = true }));

        Assert.Equal(3, created.Spec!.Size);
        Assert.True(error.IsInvalid);
        Assert.Empty((await client.ListAsync<Widget>(ns)).Items);
    }

    [Theory]
    [KubeApiServer]
    public async Task An_identity_without_rights_is_forbidden_with_what_it_lacks(IClusterUnderTest cluster)
    {
        Assert.True(cluster.EnforcesRbac);
        var ns = await cluster.NewNamespaceAsync();
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(await cluster.KubeconfigForAsync("nobody", ns)));

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.ListAsync<V1Secret>(ns));

        Assert.True(error.IsForbidden);
        Assert.Contains("cannot list resource \"secrets\"", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_list_comes_in_pages_and_by_selector(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        for (var i = 0; i < 5; i++)
        {
            var widget = Widget.Named($"w{i}", ns);
            await client.CreateAsync(widget with { Metadata = widget.Metadata with { Labels = new Dictionary<string, string> { ["odd"] = i % 2 == 0 ? "no" : "yes" } } });
        }

        var page = await client.ListAsync<Widget>(ns, new() { Limit = 2 });
        Assert.Equal(2, page.Items.Count);
        Assert.NotEmpty(page.Metadata.ContinueProperty!);

        var all = new List<string>();
        await foreach (var widget in client.ListPagesAsync<Widget>(ns, new() { Limit = 2 }))
        {
            all.Add(widget.Name());
        }

        Assert.Equal(["w0", "w1", "w2", "w3", "w4"], all);
        var odd = await client.ListAsync<Widget>(ns, new() { LabelSelector = Selectors.Equal("odd", "yes") });
        Assert.Equal(["w1", "w3"], odd.Items.Select(w => w.Name()));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_watch_delivers_changes_after_a_list_in_order(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        await client.CreateAsync(Widget.Named("before", ns));
        var list = await client.ListAsync<Widget>(ns);
        await client.CreateAsync(Widget.Named("a", ns));
        await client.PatchAsync<Widget>(ResizeFrom(1, to: 2), "a", ns);
        await client.DeleteAsync<Widget>("a", ns);

        var seen = new List<(WatchEventType, string, int?)>();
        using var deadline = TestDeadline.Start();
        await foreach (var (type, widget) in client.WatchAsync<Widget>(ns, new() { ResourceVersion = list.Metadata.ResourceVersion, TimeoutSeconds = 20 }, deadline.Token))
        {
            seen.Add((type, widget.Name(), widget.Spec?.Size));
            if (type == WatchEventType.Deleted)
            {
                break;
            }
        }

        Assert.Equal([(WatchEventType.Added, "a", 1), (WatchEventType.Modified, "a", 2), (WatchEventType.Deleted, "a", 2)], seen);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task An_object_that_leaves_a_field_selection_arrives_as_deleted(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        await client.CreateAsync(Widget.Named("a", ns));
        await SetPhaseAsync(client, ns, "Running");
        var selector = Selectors.Equal("status.phase", "Running");
        var list = await client.ListAsync<Widget>(ns, new() { FieldSelector = selector });
        await SetPhaseAsync(client, ns, "Done");

        using var deadline = TestDeadline.Start();
        var options = new WatchOptions { ResourceVersion = list.Metadata.ResourceVersion, FieldSelector = selector, AllowWatchBookmarks = false };
        await foreach (var (type, widget) in client.WatchAsync<Widget>(ns, options, deadline.Token))
        {
            Assert.Equal(WatchEventType.Deleted, type);
            Assert.Equal("a", widget.Name());
            break;
        }

        Assert.Equal("Done", (await client.ReadAsync<Widget>("a", ns)).Status!.Phase);
    }

    private static Task<Widget> SetPhaseAsync(KubernetesClient client, string ns, string phase) => client.PatchAsync<Widget>(
        V1Patch.Merge(new JsonObject { ["status"] = new JsonObject { ["phase"] = phase } }), "a", ns, new() { Subresource = "status" });

    private static V1Patch ResizeFrom(int size, int to) =>
        V1Patch.Json(JsonPatchOperation.Test("/spec/size", size), JsonPatchOperation.Replace("/spec/size", to));
}
