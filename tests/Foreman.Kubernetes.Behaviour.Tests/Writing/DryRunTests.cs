namespace Foreman.Kubernetes.Behaviour.Tests.Writing;

public sealed class DryRunTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task A_dry_create_answers_with_the_object_and_stores_nothing(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var answer = await at.CreateAsync("one", options: new() { DryRun = true });
        Assert.Equal(("one", 3L), (answer.Name(), answer.Number("spec.size")));
        Assert.True(Guid.TryParse(answer.Uid(), out _));
        Assert.Null(answer.Text("metadata.resourceVersion"));
        Assert.Null(await at.TryReadAsync("one"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_dry_create_of_a_name_that_is_taken_is_refused(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        Assert.True((await Workspace.RefusedAsync(() => at.CreateAsync("one", options: new() { DryRun = true }))).IsAlreadyExists);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_dry_create_is_validated(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.CreateAsync("one", """{"kind":"z"}""", options: new() { DryRun = true }));
        Assert.Equal(["spec.kind FieldValueNotSupported"], refusal.Causes());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_dry_patch_of_each_type_answers_with_the_change_and_stores_nothing(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one");
        var merged = await at.MergeAsync("one", """{"spec":{"size":7}}""", new() { DryRun = true });
        var patched = await at.JsonPatchAsync("one", """[{"op":"replace","path":"/spec/size","value":8}]""", new() { DryRun = true });
        var applied = await at.Dynamic.ApplyAsync(at.Manifest("one", """{"kind":"a","text":"t"}"""), new() { FieldManager = "me", DryRun = true });
        Assert.Equal((7L, 8L, "t"), (merged.Number("spec.size"), patched.Number("spec.size"), applied.Text("spec.text")));
        Assert.Equal((2L, created.Version()), (merged.Generation(), merged.Version()));
        Assert.Equal((3L, created.Version()), ((await at.ReadAsync("one")).Number("spec.size"), (await at.ReadAsync("one")).Version()));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_dry_apply_of_a_new_object_stores_nothing(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var applied = await at.Dynamic.ApplyAsync(at.Manifest("one"), new() { FieldManager = "me", DryRun = true });
        Assert.Equal("one", applied.Name());
        Assert.Null(await at.TryReadAsync("one"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_dry_status_patch_stores_nothing(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        var patched = await at.MergeAsync("one", """{"status":{"phase":"Done"}}""", new() { Subresource = "status", DryRun = true });
        Assert.Equal("Done", patched.Text("status.phase"));
        Assert.Null((await at.ReadAsync("one")).At("status"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_dry_delete_deletes_nothing_and_checks_preconditions(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        await at.Client.DeleteAsync<Gadget>("one", at.Namespace, new() { DryRun = true });
        Assert.NotNull(await at.TryReadAsync("one"));
        Assert.True((await Workspace.RefusedAsync(() => at.Client.DeleteAsync<Gadget>("one", at.Namespace, new() { DryRun = true, PreconditionUid = "x" }))).IsConflict);
        Assert.True((await Workspace.RefusedAsync(() => at.Client.DeleteAsync<Gadget>("two", at.Namespace, new() { DryRun = true }))).IsNotFound);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_dry_delete_of_an_object_with_finalizers_marks_nothing(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one", metadata: """{"finalizers":["a.b/c"]}""");
        await at.Client.DeleteAsync<Gadget>("one", at.Namespace, new() { DryRun = true });
        var read = await at.ReadAsync("one");
        Assert.Equal((created.Version(), "null"), (read.Version(), read.Show("metadata.deletionTimestamp")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_dry_run_that_is_not_for_all_is_refused(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var answer = await RawServer.SendAsync(at, HttpMethod.Post, Gadget.Type.CollectionPath(at.Namespace) + "?dryRun=Some", at.Manifest("one").ToJsonString());
        Assert.Equal((422, "dryRun"), (answer.Code, answer.Json.Text("details.causes.0.field")));
    }
}
