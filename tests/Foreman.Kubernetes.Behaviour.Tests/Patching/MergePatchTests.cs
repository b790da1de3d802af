namespace Foreman.Kubernetes.Behaviour.Tests.Patching;

public sealed class MergePatchTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task Maps_are_merged_and_nulls_remove(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one", """{"kind":"a","text":"t","anything":{"a":1,"b":{"c":2,"d":3}}}""");
        var patched = await at.MergeAsync("one", """{"spec":{"text":null,"anything":{"b":{"c":null,"e":4}}}}""");
        Assert.Equal(("null", """{"a":1,"b":{"d":3,"e":4}}"""), (patched.Show("spec.text"), patched.Show("spec.anything")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Lists_are_replaced_as_a_whole(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one", """{"kind":"a","tags":["x","y"],"set":["p","q"]}""");
        var patched = await at.MergeAsync("one", """{"spec":{"tags":["z"],"set":["r"]}}""");
        Assert.Equal(("""["z"]""", """["r"]"""), (patched.Show("spec.tags"), patched.Show("spec.set")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Labels_and_annotations_are_set_and_removed(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one", metadata: """{"labels":{"a":"1","b":"2"},"annotations":{"c":"3"}}""");
        var patched = await at.MergeAsync("one", """{"metadata":{"labels":{"a":null,"x":"9"},"annotations":{"c":null}}}""");
        Assert.Equal(("""{"b":"2","x":"9"}""", "null"), (patched.Show("metadata.labels"), patched.Show("metadata.annotations")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_patch_with_the_stored_version_succeeds_and_with_another_conflicts(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one");
        string At(int size) => $$$"""{"metadata":{"resourceVersion":"{{{created.Version()}}}"},"spec":{"size":{{{size}}}}}""";
        await at.MergeAsync("one", At(4));
        var refusal = await Workspace.RefusedAsync(() => at.MergeAsync("one", At(5)));
        Assert.Equal((409, "Conflict"), refusal.Kind());
        Assert.Equal("one", refusal.Status.Details!.Name);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_the_server_sets_is_not_patched_away(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one");
        var patched = await at.MergeAsync("one", """{"metadata":{"creationTimestamp":null,"generation":99},"spec":{"size":4}}""");
        Assert.Equal(created.Text("metadata.creationTimestamp"), patched.Text("metadata.creationTimestamp"));
        Assert.Equal(2, patched.Generation());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Neither_the_uid_nor_a_time_of_deletion_can_be_patched_in(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        var uid = await Workspace.RefusedAsync(() => at.MergeAsync("one", """{"metadata":{"uid":"11111111-1111-1111-1111-111111111111"}}"""));
        var deletion = await Workspace.RefusedAsync(() => at.MergeAsync("one", """{"metadata":{"deletionTimestamp":"2001-01-01T00:00:00Z"}}"""));
        Assert.Equal(["metadata.uid FieldValueInvalid"], uid.Causes());
        Assert.Equal(["metadata.deletionTimestamp FieldValueInvalid"], deletion.Causes());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_object_that_is_not_there_can_not_be_patched(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.True((await Workspace.RefusedAsync(() => at.MergeAsync("nobody", """{"spec":{"size":1}}"""))).IsNotFound);
        Assert.True((await Workspace.RefusedAsync(() => at.JsonPatchAsync("nobody", "[]"))).IsNotFound);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_patch_that_is_no_object_is_400(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        var refusal = await Workspace.RefusedAsync(() => at.Dynamic.PatchAsync(at.Key("one"), new V1Patch(PatchType.MergePatch, new System.Text.Json.Nodes.JsonArray())));
        Assert.Equal(400, refusal.Kind().Code);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_removed_field_gets_its_default_again(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one", """{"kind":"a","size":7,"nested":{"a":"y"}}""");
        var patched = await at.MergeAsync("one", """{"spec":{"size":null,"nested":null}}""");
        Assert.Equal((3L, """{"a":"x"}"""), (patched.Number("spec.size"), patched.Show("spec.nested")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Force_is_for_apply_only(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        var answer = await RawServer.SendAsync(at, HttpMethod.Patch, Gadget.Type.CollectionPath(at.Namespace) + "/one?force=true", "{}", "application/merge-patch+json");
        Assert.Equal((422, "force"), (answer.Code, answer.Json.Text("details.causes.0.field")));
    }
}
