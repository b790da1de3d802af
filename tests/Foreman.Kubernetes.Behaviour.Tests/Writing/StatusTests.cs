namespace Foreman.Kubernetes.Behaviour.Tests.Writing;

public sealed class StatusTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task A_status_patch_changes_the_status_only(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        var patched = await at.MergeAsync("one", """{"spec":{"size":9},"status":{"phase":"Running"}}""", new() { Subresource = "status" });
        Assert.Equal(("Running", 3L), (patched.Text("status.phase"), patched.Number("spec.size")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_patch_of_the_object_leaves_the_status_alone(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        await at.SetPhaseAsync("one", "Running");
        var patched = await at.MergeAsync("one", """{"spec":{"size":9},"status":{"phase":"Done"}}""");
        Assert.Equal(("Running", 9L), (patched.Text("status.phase"), patched.Number("spec.size")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_status_patch_ignores_metadata(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one", metadata: """{"labels":{"a":"b"}}""");
        var patched = await at.MergeAsync(
            "one",
            """{"metadata":{"labels":{"a":"c","x":"y"},"annotations":{"n":"1"},"finalizers":["a.b/c"]},"status":{"phase":"Running"}}""",
            new() { Subresource = "status" });
        Assert.Equal(("""{"a":"b"}""", "null", "null"), (patched.Show("metadata.labels"), patched.Show("metadata.annotations"), patched.Show("metadata.finalizers")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_status_change_keeps_the_generation(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        Assert.Equal(1, (await at.SetPhaseAsync("one", "Running")).Generation());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_changed_spec_raises_the_generation_and_changed_metadata_does_not(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        Assert.Equal(1, (await at.MergeAsync("one", """{"metadata":{"labels":{"a":"b"},"annotations":{"c":"d"},"finalizers":["a.b/c"]}}""")).Generation());
        Assert.Equal(2, (await at.MergeAsync("one", """{"spec":{"size":4}}""")).Generation());
        Assert.Equal(2, (await at.MergeAsync("one", """{"spec":{"size":4}}""")).Generation());
        Assert.Equal(3, (await at.MergeAsync("one", """{"spec":{"size":null}}""")).Generation());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_status_of_the_wrong_shape_is_refused_with_its_field(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        var refusal = await Workspace.RefusedAsync(() => at.MergeAsync("one", """{"status":{"phase":"Asleep","attempt":"two"}}""", new() { Subresource = "status" }));
        Assert.Equal((422, "Invalid"), refusal.Kind());
        Assert.Equal(["status.attempt FieldValueTypeInvalid", "status.phase FieldValueNotSupported"], refusal.Causes());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_status_is_taken_away_by_a_null(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        await at.SetPhaseAsync("one", "Running");
        Assert.Null((await at.MergeAsync("one", """{"status":null}""", new() { Subresource = "status" })).At("status"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_status_patch_with_an_old_version_is_a_conflict(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one");
        await at.MergeAsync("one", """{"spec":{"size":4}}""");
        var refusal = await Workspace.RefusedAsync(
            () => at.MergeAsync("one", $$$"""{"metadata":{"resourceVersion":"{{{created.Version()}}}"},"status":{"phase":"Running"}}""", new() { Subresource = "status" }));
        Assert.Equal((409, "Conflict"), refusal.Kind());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_subresource_that_a_kind_lacks_is_404(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        Assert.True((await Workspace.RefusedAsync(() => at.MergeAsync("one", "{}", new() { Subresource = "scale" }))).IsNotFound);
    }
}
