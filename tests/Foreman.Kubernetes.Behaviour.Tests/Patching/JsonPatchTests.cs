namespace Foreman.Kubernetes.Behaviour.Tests.Patching;

public sealed class JsonPatchTests
{
    private static async Task<Workspace> WithGadgetAsync(IClusterUnderTest cluster)
    {
        var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one", """{"kind":"a","tags":["x","y"],"anything":{"a/b":1,"c~d":2,"n":null,"deep":{"e":[1,2]}}}""");
        return at;
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Operations_add_replace_and_remove_in_order(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        var patched = await at.Client.PatchAsync<Gadget>(
            V1Patch.Json(
                JsonPatchOperation.Add("/spec/text", "new"), JsonPatchOperation.Replace("/spec/text", "newer"), JsonPatchOperation.Replace("/spec/kind", "b"), JsonPatchOperation.Remove("/spec/tags")),
            "one",
            at.Namespace);
        Assert.Equal(("newer", "b", null), (patched.Spec!.Text, patched.Spec.Kind, patched.Spec.Tags));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_failed_test_changes_nothing_and_has_no_causes(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        var refusal = await Workspace.RefusedAsync(
            () => at.Client.PatchAsync<Gadget>(V1Patch.Json(JsonPatchOperation.Replace("/spec/size", 9), JsonPatchOperation.Test("/spec/kind", "b")), "one", at.Namespace));
        Assert.Equal((422, "Invalid"), refusal.Kind());
        Assert.True(refusal.IsTestFailed);
        Assert.Equal(3, (await at.ReadAsync("one")).Number("spec.size"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Tests_compare_objects_and_lists_by_their_content(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        var patched = await at.JsonPatchAsync("one", """
            [{"op":"test","path":"/spec/tags","value":["x","y"]},
             {"op":"test","path":"/spec/anything","value":{"deep":{"e":[1,2]},"n":null,"c~d":2,"a/b":1}},
             {"op":"replace","path":"/spec/size","value":1}]
            """);
        Assert.Equal(1, patched.Number("spec.size"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_test_of_an_absent_key_passes_against_null_only(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        Assert.Equal(1, (await at.JsonPatchAsync("one", """[{"op":"test","path":"/spec/text","value":null},{"op":"add","path":"/spec/size","value":1}]""")).Number("spec.size"));
        Assert.True((await Workspace.RefusedAsync(() => at.JsonPatchAsync("one", """[{"op":"test","path":"/spec/text","value":""}]"""))).IsTestFailed);
        Assert.True((await Workspace.RefusedAsync(() => at.JsonPatchAsync("one", """[{"op":"test","path":"/status/phase","value":null}]"""))).IsTestFailed);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Replacing_an_absent_key_of_a_map_sets_it(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        Assert.Equal("set", (await at.JsonPatchAsync("one", """[{"op":"replace","path":"/spec/text","value":"set"}]""")).Text("spec.text"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Removing_an_absent_key_is_refused(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        Assert.True((await Workspace.RefusedAsync(() => at.JsonPatchAsync("one", """[{"op":"remove","path":"/spec/text"}]"""))).IsTestFailed);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Adding_below_an_absent_key_is_refused(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        foreach (var op in new[] { "add", "replace" })
        {
            var refusal = await Workspace.RefusedAsync(() => at.JsonPatchAsync("one", $$"""[{"op":"{{op}}","path":"/spec/labels/a","value":"b"}]"""));
            Assert.True(refusal.IsTestFailed);
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Lists_take_inserts_appends_and_removals_by_index(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        Assert.Equal("""["w","x","y"]""", (await at.JsonPatchAsync("one", """[{"op":"add","path":"/spec/tags/0","value":"w"}]""")).Show("spec.tags"));
        Assert.Equal("""["w","y"]""", (await at.JsonPatchAsync("one", """[{"op":"remove","path":"/spec/tags/1"}]""")).Show("spec.tags"));
        Assert.Equal("""["w","y","z"]""", (await at.JsonPatchAsync("one", """[{"op":"add","path":"/spec/tags/-","value":"z"}]""")).Show("spec.tags"));
        Assert.Equal("""["w","v","z"]""", (await at.JsonPatchAsync("one", """[{"op":"replace","path":"/spec/tags/1","value":"v"}]""")).Show("spec.tags"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_index_outside_of_a_list_is_refused(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        foreach (var operation in new[] { """{"op":"remove","path":"/spec/tags/2"}""", """{"op":"replace","path":"/spec/tags/2","value":"z"}""", """{"op":"add","path":"/spec/tags/3","value":"z"}""", """{"op":"test","path":"/spec/tags/5","value":"z"}""" })
        {
            Assert.True((await Workspace.RefusedAsync(() => at.JsonPatchAsync("one", $"[{operation}]"))).IsTestFailed, operation);
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Slashes_and_tildes_in_keys_are_escaped(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        var patched = await at.JsonPatchAsync("one", """[{"op":"replace","path":"/spec/anything/a~1b","value":5},{"op":"remove","path":"/spec/anything/c~0d"}]""");
        Assert.Equal((5L, "null"), ((long?)patched["spec"]!["anything"]!["a/b"], patched.Show("spec.anything.c~d")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Values_are_copied_and_moved(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        var patched = await at.JsonPatchAsync("one", """[{"op":"copy","from":"/spec/tags/0","path":"/spec/text"},{"op":"move","from":"/spec/anything/deep","path":"/spec/anything/moved"}]""");
        Assert.Equal(("x", "null", """{"e":[1,2]}"""), (patched.Text("spec.text"), patched.Show("spec.anything.deep"), patched.Show("spec.anything.moved")));
        Assert.True((await Workspace.RefusedAsync(() => at.JsonPatchAsync("one", """[{"op":"copy","from":"/spec/tags/7","path":"/spec/text"}]"""))).IsTestFailed);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Whatever_is_no_list_of_operations_is_400(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        Assert.Equal((400, "BadRequest"), (await Workspace.RefusedAsync(() => at.JsonPatchAsync("one", """{"op":"remove","path":"/spec/tags"}"""))).Kind());
        Assert.Equal((400, "BadRequest"), (await Workspace.RefusedAsync(() => at.JsonPatchAsync("one", """["remove"]"""))).Kind());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_unknown_operation_is_refused(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        Assert.Equal((422, "Invalid"), (await Workspace.RefusedAsync(() => at.JsonPatchAsync("one", """[{"op":"swap","path":"/spec/tags"}]"""))).Kind());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_empty_list_of_operations_changes_nothing(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        Assert.Equal((await at.ReadAsync("one")).Version(), (await at.JsonPatchAsync("one", "[]")).Version());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_test_of_the_version_guards_a_patch(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        var read = await at.ReadAsync("one");
        V1Patch Guarded() => V1Patch.Json(JsonPatchOperation.Test("/metadata/resourceVersion", read.Version()), JsonPatchOperation.Replace("/spec/size", 9));
        await at.Client.PatchAsync<Gadget>(Guarded(), "one", at.Namespace);
        Assert.True((await Workspace.RefusedAsync(() => at.Client.PatchAsync<Gadget>(Guarded(), "one", at.Namespace))).IsTestFailed);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_patch_to_another_name_is_refused(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.JsonPatchAsync("one", """[{"op":"replace","path":"/metadata/name","value":"two"}]"""));
        Assert.Equal((400, "BadRequest"), refusal.Kind());
    }
}
