namespace Foreman.Kubernetes.Behaviour.Tests.Reading;

public sealed class ListTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task A_list_is_ordered_by_name(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        foreach (var name in new[] { "c", "a", "b", "a.x", "a-x", "a1" })
        {
            await at.CreateAsync(name);
        }

        Assert.Equal(["a", "a-x", "a.x", "a1", "b", "c"], (await at.ListAsync()).Names());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_empty_list_has_items_and_a_version(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var list = await at.ListAsync();
        Assert.Equal("[]", list.Show("items"));
        Assert.Equal(("GadgetList", "behaviour.foreman.dev/v1"), (list.Text("kind"), list.Text("apiVersion")));
        Assert.NotEmpty(list.Version());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_list_over_all_namespaces_holds_each_namespace(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        using var other = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        await other.CreateAsync("two");
        var all = (await at.Client.ListAsync<Gadget>()).Items;
        Assert.Contains(all, item => item.Namespace() == at.Namespace && item.Name() == "one");
        Assert.Contains(all, item => item.Namespace() == other.Namespace && item.Name() == "two");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task The_version_of_a_list_moves_on_with_every_write(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var before = long.Parse((await at.ListAsync()).Version(), System.Globalization.CultureInfo.InvariantCulture);
        var created = long.Parse((await at.CreateAsync("one")).Version(), System.Globalization.CultureInfo.InvariantCulture);
        var after = long.Parse((await at.ListAsync()).Version(), System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(before < created && created <= after, $"{before}, {created}, {after}");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_list_in_pages_shows_one_moment(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        foreach (var name in new[] { "a", "b", "c", "d" })
        {
            await at.CreateAsync(name);
        }

        var first = await at.ListAsync(new() { Limit = 2 });
        await at.CreateAsync("bb");
        await at.Client.DeleteAsync<Gadget>("c", at.Namespace);
        var second = await at.ListAsync(new() { Limit = 2, ContinueToken = first.Text("metadata.continue") });
        Assert.Equal(["a", "b", "c", "d"], [.. first.Names(), .. second.Names()]);
        Assert.Equal(first.Version(), second.Version());
        Assert.True(string.IsNullOrEmpty(second.Text("metadata.continue")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_page_says_how_many_objects_follow(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        for (var i = 0; i < 5; i++)
        {
            await at.CreateAsync($"g{i}");
        }

        var first = await at.Client.ListAsync<Gadget>(at.Namespace, new() { Limit = 2 });
        var second = await at.Client.ListAsync<Gadget>(at.Namespace, new() { Limit = 2, ContinueToken = first.Metadata.ContinueProperty });
        var third = await at.Client.ListAsync<Gadget>(at.Namespace, new() { Limit = 2, ContinueToken = second.Metadata.ContinueProperty });
        Assert.Equal([3L, 1L, null], [first.Metadata.RemainingItemCount, second.Metadata.RemainingItemCount, third.Metadata.RemainingItemCount]);
        Assert.Single(third.Items);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_page_of_a_selection_does_not_count_what_follows(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        for (var i = 0; i < 3; i++)
        {
            await at.CreateAsync($"g{i}", metadata: """{"labels":{"x":"1"}}""");
        }

        var page = await at.ListAsync(new() { Limit = 1, LabelSelector = "x=1" });
        Assert.NotNull(page.Text("metadata.continue"));
        Assert.Null(page.At("metadata.remainingItemCount"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Pages_of_a_selection_hold_only_what_is_selected(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        for (var i = 0; i < 6; i++)
        {
            await at.CreateAsync($"g{i}", metadata: $$$"""{"labels":{"odd":"{{{(i % 2 == 1 ? "yes" : "no")}}}"}}""");
        }

        var names = new List<string>();
        await foreach (var item in at.Client.ListPagesAsync<Gadget>(at.Namespace, new() { Limit = 2, LabelSelector = "odd=yes" }))
        {
            names.Add(item.Name());
        }

        Assert.Equal(["g1", "g3", "g5"], names);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_limit_as_large_as_the_list_gives_no_next_page(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("a");
        await at.CreateAsync("b");
        var page = await at.ListAsync(new() { Limit = 2 });
        Assert.Equal(["a", "b"], page.Names());
        Assert.True(string.IsNullOrEmpty(page.Text("metadata.continue")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_page_token_that_is_no_token_is_400(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.ListAsync(new() { Limit = 1, ContinueToken = "nonsense" }));
        Assert.Equal((400, "BadRequest"), refusal.Kind());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_page_token_takes_no_resource_version_beside_it(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("a");
        await at.CreateAsync("b");
        var first = await at.ListAsync(new() { Limit = 1 });
        var refusal = await Workspace.RefusedAsync(
            () => at.ListAsync(new() { Limit = 1, ContinueToken = first.Text("metadata.continue"), ResourceVersion = first.Version() }));
        Assert.Equal((400, "BadRequest"), refusal.Kind());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Items_of_custom_kinds_say_their_kind(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("a");
        Assert.Equal(("Gadget", "behaviour.foreman.dev/v1"), ((await at.ListAsync()).Text("items.0.kind"), (await at.ListAsync()).Text("items.0.apiVersion")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Items_of_built_in_kinds_leave_their_kind_out(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.Client.CreateAsync(new V1ConfigMap { Metadata = new() { Name = "a", NamespaceProperty = at.Namespace } });
        var list = await at.Dynamic.ListAsync(V1ConfigMap.Type, at.Namespace);
        Assert.Equal(("ConfigMapList", "v1"), (list.Text("kind"), list.Text("apiVersion")));
        Assert.Null(list.Text("items.0.kind"));
        Assert.Equal("ConfigMap", (await at.Client.ListAsync<V1ConfigMap>(at.Namespace)).Items[0].Kind);
    }
}
