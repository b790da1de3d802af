namespace Foreman.Kubernetes.Behaviour.Tests.Validating;

public sealed class FieldValidationTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task Strict_creation_refuses_unknown_fields_with_400(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.CreateAsync("one", """{"kind":"a","colour":"red","nested":{"b":1}}"""));
        Assert.Equal((400, "BadRequest"), refusal.Kind());
        Assert.Contains("""strict decoding error: unknown field "spec.colour", unknown field "spec.nested.b" """.TrimEnd(), refusal.Status.Message);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Warned_creation_drops_unknown_fields_and_says_so(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one", """{"kind":"a","colour":"red"}""", options: new() { FieldValidation = FieldValidation.Warn });
        Assert.Equal("null", created.Show("spec.colour"));
        Assert.Equal(["unknown field \"spec.colour\""], at.Warnings);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Ignoring_creation_drops_unknown_fields_in_silence(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one", """{"kind":"a","colour":"red"}""", options: new() { FieldValidation = FieldValidation.Ignore });
        Assert.Equal("null", created.Show("spec.colour"));
        Assert.Empty(at.Warnings);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_strict_patch_refuses_unknown_fields_with_422(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        var merge = await Workspace.RefusedAsync(() => at.MergeAsync("one", """{"spec":{"colour":"red"}}"""));
        var json = await Workspace.RefusedAsync(() => at.JsonPatchAsync("one", """[{"op":"add","path":"/spec/colour","value":"red"}]"""));
        Assert.Equal([(422, "Invalid"), (422, "Invalid")], [merge.Kind(), json.Kind()]);
        Assert.All([merge, json], refusal => Assert.Contains("unknown field \"spec.colour\"", refusal.Status.Message));
        Assert.All([merge, json], refusal => Assert.Equal(["patch FieldValueInvalid"], refusal.Causes()));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_patch_that_warns_drops_unknown_fields(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        var patched = await at.MergeAsync("one", """{"spec":{"colour":"red","size":4}}""", new() { FieldValidation = FieldValidation.Warn });
        Assert.Equal(("null", 4L), (patched.Show("spec.colour"), patched.Number("spec.size")));
        Assert.Equal(["unknown field \"spec.colour\""], at.Warnings);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_unknown_field_can_not_be_applied(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.ApplyAsync("me", "one", """{"kind":"a","colour":"red"}"""));
        Assert.Equal(500, refusal.Kind().Code);
        Assert.Contains(".spec.colour: field not declared in schema", refusal.Status.Message);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Duplicate_fields_are_refused_warned_about_or_ignored_and_the_last_one_counts(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        string Body(string name) => $$$"""{"apiVersion":"behaviour.foreman.dev/v1","kind":"Gadget","metadata":{"name":"{{{name}}}"},"spec":{"kind":"a","size":1,"size":2}}""";
        var path = Gadget.Type.CollectionPath(at.Namespace);
        var strict = await RawServer.SendAsync(at, HttpMethod.Post, path + "?fieldValidation=Strict", Body("strict"));
        Assert.Equal(400, strict.Code);
        Assert.Contains("duplicate field \\\"spec.size\\\"", strict.Text);
        Assert.Equal(2, (await RawServer.SendAsync(at, HttpMethod.Post, path + "?fieldValidation=Warn", Body("warn"))).Json.Number("spec.size"));
        Assert.Equal(2, (await RawServer.SendAsync(at, HttpMethod.Post, path + "?fieldValidation=Ignore", Body("ignore"))).Json.Number("spec.size"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Unknown_fields_of_metadata_are_found_too(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.CreateAsync("one", metadata: """{"clusterName":"x"}"""));
        Assert.Equal(400, refusal.Kind().Code);
        Assert.Contains("unknown field \"metadata.clusterName\"", refusal.Status.Message);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Built_in_kinds_find_unknown_fields_as_well(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var map = Tree.Of("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"dada":{"a":"b"}}""");
        map["metadata"]!["namespace"] = at.Namespace;
        var refusal = await Workspace.RefusedAsync(() => at.Dynamic.CreateAsync(map.DeepClone().AsObject()));
        Assert.Equal((400, "BadRequest"), refusal.Kind());
        Assert.Contains("strict decoding error: unknown field \"dada\"", refusal.Status.Message);
        var created = await at.Dynamic.CreateAsync(map, new() { FieldValidation = FieldValidation.Warn });
        Assert.Null(created.At("dada"));
        Assert.Equal(["unknown field \"dada\""], at.Warnings);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Kept_trees_have_no_unknown_fields(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Equal("""{"x":{"y":[1,"2",null]}}""", (await at.CreateAsync("one", """{"kind":"a","anything":{"x":{"y":[1,"2",null]}}}""")).Show("spec.anything"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_unknown_way_of_field_validation_is_refused(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var answer = await RawServer.SendAsync(at, HttpMethod.Post, Gadget.Type.CollectionPath(at.Namespace) + "?fieldValidation=Loose", at.Manifest("one").ToJsonString());
        Assert.Equal((422, "fieldValidation"), (answer.Code, answer.Json.Text("details.causes.0.field")));
    }
}
