namespace Foreman.Kubernetes.Behaviour.Tests.Applying;

public sealed class ApplyTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task Applying_creates_what_is_not_there(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var applied = await at.ApplyAsync("me", "one", """{"kind":"a","text":"t"}""", metadata: """{"labels":{"a":"b"}}""");
        Assert.Equal((1L, 3L, "t", "b"), (applied.Generation(), applied.Number("spec.size"), applied.Text("spec.text"), applied.Text("metadata.labels.a")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Applying_the_same_again_changes_nothing(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var first = await at.ApplyAsync("me", "one", """{"kind":"a","tags":["x"],"ports":[{"name":"p","number":1}]}""");
        Assert.Equal(first.Version(), (await at.ApplyAsync("me", "one", """{"kind":"a","tags":["x"],"ports":[{"name":"p","number":1}]}""")).Version());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_is_no_longer_applied_is_removed(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.ApplyAsync("me", "one", """{"kind":"a","text":"t","anything":{"x":1,"y":2},"labels":{"l":"m"}}""", metadata: """{"labels":{"a":"b"},"annotations":{"c":"d"}}""");
        var less = await at.ApplyAsync("me", "one", """{"kind":"a","anything":{"x":1}}""");
        Assert.Equal(("null", """{"x":1}""", "null", "null"), (less.Show("spec.text"), less.Show("spec.anything"), less.Show("metadata.labels"), less.Show("metadata.annotations")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_another_manager_applied_too_stays(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.ApplyAsync("me", "one", """{"kind":"a","text":"t"}""");
        await at.ApplyAsync("you", "one", """{"kind":"a","text":"t"}""");
        Assert.Equal("t", (await at.ApplyAsync("me", "one", """{"kind":"a"}""")).Text("spec.text"));
        Assert.Equal("null", (await at.ApplyAsync("you", "one", """{"kind":"a"}""")).Show("spec.text"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_removed_field_with_a_default_goes_back_to_it(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.ApplyAsync("me", "one", """{"kind":"a","size":9}""");
        Assert.Equal(3, (await at.ApplyAsync("me", "one", """{"kind":"a"}""")).Number("spec.size"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Another_value_than_the_owner_s_conflicts_and_names_owner_and_field(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.ApplyAsync("me", "one", """{"kind":"a","size":4,"text":"t"}""");
        var refusal = await Workspace.RefusedAsync(() => at.ApplyAsync("you", "one", """{"kind":"a","size":5,"text":"u"}"""));
        Assert.Equal((409, "Conflict"), refusal.Kind());
        Assert.True(refusal.IsConflict);
        Assert.Equal([".spec.size FieldManagerConflict", ".spec.text FieldManagerConflict"], refusal.Causes());
        Assert.All(refusal.Status.Details!.Causes!, cause => Assert.Contains("\"me\"", cause.Message));
        Assert.Equal(4, (await at.ReadAsync("one")).Number("spec.size"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Force_takes_a_field_over_and_the_old_owner_then_conflicts(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.ApplyAsync("me", "one", """{"kind":"a","size":4}""");
        Assert.Equal(5, (await at.ApplyAsync("you", "one", """{"kind":"a","size":5}""", force: true)).Number("spec.size"));
        Assert.True((await Workspace.RefusedAsync(() => at.ApplyAsync("me", "one", """{"kind":"a","size":4}"""))).IsConflict);
        Assert.Equal(5, (await at.ApplyAsync("me", "one", """{"kind":"a"}""")).Number("spec.size"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_patched_field_belongs_to_the_one_who_patched_it(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.ApplyAsync("me", "one", """{"kind":"a","size":4}""");
        await at.MergeAsync("one", """{"spec":{"size":6}}""", new() { FieldManager = "hand" });
        var refusal = await Workspace.RefusedAsync(() => at.ApplyAsync("me", "one", """{"kind":"a","size":4}"""));
        Assert.Equal([".spec.size FieldManagerConflict"], refusal.Causes());
        Assert.Contains("\"hand\"", refusal.Status.Message);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Applying_over_a_created_object_conflicts_where_it_differs(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one", """{"kind":"a","size":4}""", options: new() { FieldManager = "maker" });
        Assert.Equal("a", (await at.ApplyAsync("me", "one", """{"kind":"a"}""")).Text("spec.kind"));
        var refusal = await Workspace.RefusedAsync(() => at.ApplyAsync("me", "one", """{"kind":"a","size":5}"""));
        Assert.Equal([".spec.size FieldManagerConflict"], refusal.Causes());
        Assert.Equal(5, (await at.ApplyAsync("me", "one", """{"kind":"a","size":5}""", force: true)).Number("spec.size"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Sets_are_merged_by_value(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.ApplyAsync("me", "one", """{"kind":"a","set":["x","y"]}""");
        await at.ApplyAsync("you", "one", """{"kind":"a","set":["y","z"]}""");
        Assert.Equal(["y", "z"], (await at.ApplyAsync("me", "one", """{"kind":"a"}""")).At("spec.set")!.AsArray().Select(item => (string?)item).Order());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Lists_with_keys_are_merged_by_key_with_defaults(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.ApplyAsync("me", "one", """{"kind":"a","ports":[{"name":"p","number":1}]}""");
        var both = await at.ApplyAsync("you", "one", """{"kind":"a","ports":[{"name":"p","protocol":"UDP","number":2},{"name":"q","number":3}]}""");
        Assert.Equal(["p TCP 1", "p UDP 2", "q TCP 3"], Ports(both));
        var refusal = await Workspace.RefusedAsync(() => at.ApplyAsync("you", "one", """{"kind":"a","ports":[{"name":"p","protocol":"TCP","number":9}]}"""));
        Assert.Equal([""".spec.ports[name="p",protocol="TCP"].number FieldManagerConflict"""], refusal.Causes());
        Assert.Equal(["p TCP 1"], Ports(await at.ApplyAsync("you", "one", """{"kind":"a"}""")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Atomic_lists_and_maps_have_one_owner(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.ApplyAsync("me", "one", """{"kind":"a","tags":["x"],"whole":{"a":"1"}}""");
        var refusal = await Workspace.RefusedAsync(() => at.ApplyAsync("you", "one", """{"kind":"a","tags":["y"],"whole":{"b":"2"}}"""));
        Assert.Equal([".spec.tags FieldManagerConflict", ".spec.whole FieldManagerConflict"], refusal.Causes());
        var forced = await at.ApplyAsync("you", "one", """{"kind":"a","tags":["y"],"whole":{"b":"2"}}""", force: true);
        Assert.Equal(("""["y"]""", """{"b":"2"}"""), (forced.Show("spec.tags"), forced.Show("spec.whole")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task The_status_is_applied_at_its_own_endpoint(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        var body = at.Manifest("one");
        body["status"] = Tree.Of("""{"phase":"Running"}""");
        body["spec"]!["size"] = 9;
        var applied = await at.Dynamic.PatchAsync(at.Key("one"), new V1Patch(PatchType.ApplyPatch, body), new() { FieldManager = "me", Subresource = "status" });
        Assert.Equal(("Running", 3L), (applied.Text("status.phase"), applied.Number("spec.size")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Applying_the_status_of_what_is_not_there_is_404(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(
            () => at.Dynamic.PatchAsync(at.Key("one"), new V1Patch(PatchType.ApplyPatch, at.Manifest("one")), new() { FieldManager = "me", Subresource = "status" }));
        Assert.True(refusal.IsNotFound);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Conditions_of_two_managers_live_side_by_side(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        async Task<string> Apply(string manager, string type)
        {
            var body = at.Manifest("one");
            body["status"] = Tree.Of($$"""{"conditions":[{"type":"{{type}}","status":"True"}]}""");
            var applied = await at.Dynamic.PatchAsync(at.Key("one"), new V1Patch(PatchType.ApplyPatch, body), new() { FieldManager = manager, Subresource = "status" });
            return string.Join(' ', applied.At("status.conditions")!.AsArray().Select(c => c.Text("type")).Order());
        }

        Assert.Equal("A", await Apply("me", "A"));
        Assert.Equal("A B", await Apply("you", "B"));
        Assert.Equal("B C", await Apply("me", "C"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_applied_object_is_validated(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.ApplyAsync("me", "one", """{"kind":"z","size":11}"""));
        Assert.Equal((422, "Invalid"), refusal.Kind());
        Assert.Equal(["spec.kind FieldValueNotSupported", "spec.size FieldValueInvalid"], refusal.Causes());
        Assert.Null(await at.TryReadAsync("one"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_manifest_may_not_carry_managed_fields(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.ApplyAsync("me", "one", """{"kind":"a"}""", metadata: """{"managedFields":[{"manager":"x","operation":"Apply","apiVersion":"behaviour.foreman.dev/v1","fieldsType":"FieldsV1","fieldsV1":{}}]}"""));
        Assert.Equal(400, refusal.Kind().Code);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Applying_at_an_old_version_conflicts(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one");
        await at.MergeAsync("one", """{"spec":{"text":"t"}}""");
        var refusal = await Workspace.RefusedAsync(() => at.ApplyAsync("me", "one", """{"kind":"a"}""", metadata: $$"""{"resourceVersion":"{{created.Version()}}"}"""));
        Assert.Equal((409, "Conflict"), refusal.Kind());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Applying_what_is_not_there_creates_it_whatever_version_is_named(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var applied = await at.ApplyAsync("me", "one", """{"kind":"a"}""", metadata: """{"resourceVersion":"5"}""");
        Assert.NotEqual("5", applied.Version());
        Assert.Equal(applied.Version(), (await at.ReadAsync("one")).Version());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Applied_finalizers_and_owners_merge_with_those_of_others(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.ApplyAsync("me", "one", """{"kind":"a"}""", metadata: """{"finalizers":["a.b/c"]}""");
        var both = await at.ApplyAsync("you", "one", """{"kind":"a"}""", metadata: """{"finalizers":["a.b/d"]}""");
        Assert.Equal("""["a.b/c","a.b/d"]""", both.Show("metadata.finalizers"));
        Assert.Equal("""["a.b/d"]""", (await at.ApplyAsync("me", "one", """{"kind":"a"}""")).Show("metadata.finalizers"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Built_in_kinds_are_applied_key_by_key(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Task<System.Text.Json.Nodes.JsonObject> Apply(string manager, string data)
        {
            var map = Tree.Of($$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":{{data}}}""");
            map["metadata"]!["namespace"] = at.Namespace;
            return at.Dynamic.ApplyAsync(map, new() { FieldManager = manager });
        }

        await Apply("me", """{"a":"1","b":"2"}""");
        Assert.Equal("""{"a":"1","b":"2","c":"3"}""", (await Apply("you", """{"c":"3"}""")).Show("data"));
        Assert.Equal([".data.a FieldManagerConflict"], (await Workspace.RefusedAsync(() => Apply("you", """{"a":"9"}"""))).Causes());
        Assert.Equal("""{"a":"1","c":"3"}""", (await Apply("me", """{"a":"1"}""")).Show("data"));
    }

    private static IEnumerable<string> Ports(System.Text.Json.Nodes.JsonNode gadget) =>
        gadget.At("spec.ports")!.AsArray().Select(port => $"{port.Text("name")} {port.Text("protocol")} {port.Number("number")}").Order();
}
