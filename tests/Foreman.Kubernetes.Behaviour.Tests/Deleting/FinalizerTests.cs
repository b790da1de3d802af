namespace Foreman.Kubernetes.Behaviour.Tests.Deleting;

public sealed class FinalizerTests
{
    private static async Task<Workspace> WithMarkedAsync(IClusterUnderTest cluster)
    {
        var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one", metadata: """{"finalizers":["a.b/c","a.b/d"]}""");
        await at.Client.DeleteAsync<Gadget>("one", at.Namespace);
        return at;
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_object_with_finalizers_is_only_marked(IClusterUnderTest cluster)
    {
        using var at = await WithMarkedAsync(cluster);
        var read = await at.Client.ReadAsync<Gadget>("one", at.Namespace);
        Assert.NotNull(read.Metadata.DeletionTimestamp);
        Assert.Equal((0L, 2L), (read.Metadata.DeletionGracePeriodSeconds, read.Metadata.Generation));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Deleting_a_marked_object_again_changes_nothing(IClusterUnderTest cluster)
    {
        using var at = await WithMarkedAsync(cluster);
        var version = (await at.ReadAsync("one")).Version();
        await at.Client.DeleteAsync<Gadget>("one", at.Namespace);
        Assert.Equal(version, (await at.ReadAsync("one")).Version());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_marked_object_goes_with_its_last_finalizer(IClusterUnderTest cluster)
    {
        using var at = await WithMarkedAsync(cluster);
        await at.MergeAsync("one", """{"metadata":{"finalizers":["a.b/d"]}}""");
        Assert.NotNull(await at.TryReadAsync("one"));
        await at.JsonPatchAsync("one", """[{"op":"remove","path":"/metadata/finalizers/0"}]""");
        Assert.Null(await at.TryReadAsync("one"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_marked_object_takes_no_new_finalizer(IClusterUnderTest cluster)
    {
        using var at = await WithMarkedAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.MergeAsync("one", """{"metadata":{"finalizers":["a.b/c","a.b/d","a.b/e"]}}"""));
        Assert.Equal((422, "Invalid"), refusal.Kind());
        Assert.Equal(["metadata.finalizers FieldValueForbidden"], refusal.Causes());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_marked_object_still_takes_changes_of_spec_and_status(IClusterUnderTest cluster)
    {
        using var at = await WithMarkedAsync(cluster);
        await at.MergeAsync("one", """{"spec":{"size":7}}""");
        Assert.Equal((7L, "Done"), ((await at.SetPhaseAsync("one", "Done")).Number("spec.size"), (await at.ReadAsync("one")).Text("status.phase")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task The_mark_of_a_deletion_can_not_be_taken_back(IClusterUnderTest cluster)
    {
        using var at = await WithMarkedAsync(cluster);
        var before = await at.ReadAsync("one");
        await at.MergeAsync("one", """{"metadata":{"deletionTimestamp":null}}""");
        Assert.Equal(before.Text("metadata.deletionTimestamp"), (await at.ReadAsync("one")).Text("metadata.deletionTimestamp"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_name_is_taken_while_its_marked_object_is_there(IClusterUnderTest cluster)
    {
        using var at = await WithMarkedAsync(cluster);
        Assert.True((await Workspace.RefusedAsync(() => at.CreateAsync("one"))).IsAlreadyExists);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Finalizers_without_a_deletion_hold_nothing_back(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one", metadata: """{"finalizers":["a.b/c"]}""");
        await at.MergeAsync("one", """{"metadata":{"finalizers":null}}""");
        Assert.NotNull(await at.TryReadAsync("one"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_finalizer_without_a_domain_is_warned_about(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one", metadata: """{"finalizers":["mine"]}""");
        Assert.Contains(at.Warnings, warning => warning.Contains("metadata.finalizers: \"mine\": prefer a domain-qualified finalizer name", StringComparison.Ordinal));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_finalizer_that_is_no_name_is_refused(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.CreateAsync("one", metadata: """{"finalizers":["a b/c"]}"""));
        Assert.Equal(422, refusal.Kind().Code);
        Assert.All(refusal.Causes(), cause => Assert.StartsWith("metadata.finalizers", cause));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_foreground_deletion_waits_for_dependents_that_block_it(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var owner = await at.CreateAsync("owner");
        await at.CreateAsync("dependent", metadata: $$"""
            {"finalizers":["a.b/c"],
             "ownerReferences":[{"apiVersion":"behaviour.foreman.dev/v1","kind":"Gadget","name":"owner","uid":"{{owner.Uid()}}","blockOwnerDeletion":true}]}
            """);
        await at.Client.DeleteAsync<Gadget>("owner", at.Namespace, new() { PropagationPolicy = PropagationPolicy.Foreground });
        var marked = await at.ReadAsync("owner");
        Assert.NotNull(marked.Text("metadata.deletionTimestamp"));
        Assert.Equal("""["foregroundDeletion"]""", marked.Show("metadata.finalizers"));
    }
}
