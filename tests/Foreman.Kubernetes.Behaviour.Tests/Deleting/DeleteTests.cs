namespace Foreman.Kubernetes.Behaviour.Tests.Deleting;

public sealed class DeleteTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task A_deletion_answers_what_was_deleted(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one");
        var answer = await RawServer.SendAsync(at, HttpMethod.Delete, Gadget.Type.CollectionPath(at.Namespace) + "/one");
        Assert.Equal((200, "Status", "Success"), (answer.Code, answer.Json.Text("kind"), answer.Json.Text("status")));
        Assert.Equal(
            ("one", "behaviour.foreman.dev", "gadgets", created.Uid()),
            (answer.Json.Text("details.name"), answer.Json.Text("details.group"), answer.Json.Text("details.kind"), answer.Json.Text("details.uid")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_is_deleted_is_gone_and_can_not_be_deleted_again(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        Assert.True(await at.Client.TryDeleteAsync<Gadget>("one", at.Namespace));
        Assert.Null(await at.TryReadAsync("one"));
        Assert.False(await at.Client.TryDeleteAsync<Gadget>("one", at.Namespace));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Another_uid_than_expected_is_a_conflict(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one");
        var refusal = await Workspace.RefusedAsync(() => at.Client.DeleteAsync<Gadget>("one", at.Namespace, new() { PreconditionUid = "other" }));
        Assert.Equal((409, "Conflict"), refusal.Kind());
        Assert.Contains(created.Uid(), refusal.Status.Message);
        await at.Client.DeleteAsync<Gadget>("one", at.Namespace, new() { PreconditionUid = created.Uid() });
        Assert.Null(await at.TryReadAsync("one"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Another_version_than_expected_is_a_conflict(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one");
        var changed = await at.SetPhaseAsync("one", "Running");
        var refusal = await Workspace.RefusedAsync(() => at.Client.DeleteAsync<Gadget>("one", at.Namespace, new() { PreconditionResourceVersion = created.Version() }));
        Assert.Equal((409, "Conflict"), refusal.Kind());
        await at.Client.DeleteAsync<Gadget>("one", at.Namespace, new() { PreconditionResourceVersion = changed.Version(), PreconditionUid = created.Uid() });
        Assert.Null(await at.TryReadAsync("one"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_policy_that_does_not_exist_is_refused(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        var answer = await RawServer.SendAsync(
            at, HttpMethod.Delete, Gadget.Type.CollectionPath(at.Namespace) + "/one", """{"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Sideways"}""");
        Assert.Equal((422, "Invalid"), (answer.Code, answer.Reason));
        Assert.NotNull(await at.TryReadAsync("one"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_collection_is_deleted_by_its_selection_through_the_library(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("a", metadata: """{"labels":{"x":"1"}}""");
        await at.CreateAsync("b");
        await at.Dynamic.DeleteCollectionAsync(Gadget.Type, at.Namespace, new() { LabelSelector = "x=1" }, new() { DryRun = true });
        Assert.Equal(["a", "b"], (await at.ListAsync()).Names());
        await at.Dynamic.DeleteCollectionAsync(Gadget.Type, at.Namespace, new() { LabelSelector = "x=1" });
        Assert.Equal(["b"], (await at.ListAsync()).Names());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_collection_with_an_owner_and_what_it_owns_is_deleted_whoever_is_first(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        for (var round = 0; round < 5; round++)
        {
            var owner = await at.CreateAsync("a-owner");
            var owners = $$"""{"ownerReferences":[{"apiVersion":"{{Gadget.Type.ApiVersion}}","kind":"{{Gadget.Type.Kind}}","name":"a-owner","uid":"{{owner.Uid()}}"}]}""";
            await Parallel.ForAsync(0, 20, async (number, _) => await at.CreateAsync($"owned-{number}", metadata: owners));

            await at.Dynamic.DeleteCollectionAsync(Gadget.Type, at.Namespace);

            await Eventually.TrueAsync(async () => (await at.ListAsync()).Names().Length == 0, "all to be gone");
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_deleted_collection_is_answered_as_the_list_of_what_it_held(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("a", metadata: """{"labels":{"x":"1"}}""");
        await at.CreateAsync("b", metadata: """{"labels":{"x":"2"}}""");
        await at.CreateAsync("c", metadata: """{"labels":{"x":"1"}}""");
        var answer = await RawServer.SendAsync(at, HttpMethod.Delete, Gadget.Type.CollectionPath(at.Namespace) + "?labelSelector=x%3D1");
        Assert.Equal((200, "GadgetList"), (answer.Code, answer.Json.Text("kind")));
        Assert.Equal(["a", "c"], answer.Json!.Names());
        Assert.Equal(["b"], (await at.ListAsync()).Names());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_collection_is_deleted_by_its_field_selection(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("a");
        await at.CreateAsync("b", """{"kind":"b"}""");
        await RawServer.SendAsync(at, HttpMethod.Delete, Gadget.Type.CollectionPath(at.Namespace) + "?fieldSelector=spec.kind%3Db");
        Assert.Equal(["a"], (await at.ListAsync()).Names());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_dry_deletion_of_a_collection_deletes_nothing(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("a");
        Assert.Equal(200, (await RawServer.SendAsync(at, HttpMethod.Delete, Gadget.Type.CollectionPath(at.Namespace) + "?dryRun=All")).Code);
        Assert.Equal(["a"], (await at.ListAsync()).Names());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_deleted_collection_leaves_objects_with_finalizers_marked(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("a", metadata: """{"finalizers":["a.b/c"]}""");
        await at.CreateAsync("b");
        await RawServer.SendAsync(at, HttpMethod.Delete, Gadget.Type.CollectionPath(at.Namespace));
        Assert.Equal(["a"], (await at.ListAsync()).Names());
        Assert.NotNull((await at.ReadAsync("a")).At("metadata.deletionTimestamp"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_whole_collection_over_all_namespaces_can_not_be_deleted(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var custom = await RawServer.SendAsync(at, HttpMethod.Delete, Gadget.Type.CollectionPath() + "?labelSelector=none");
        var builtIn = await RawServer.SendAsync(at, HttpMethod.Delete, V1ConfigMap.Type.CollectionPath() + "?labelSelector=none");
        Assert.Equal((404, 405), (custom.Code, builtIn.Code));
    }
}
