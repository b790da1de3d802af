namespace Foreman.Kubernetes.Behaviour.Tests.Validating;

public sealed class SchemaTests
{
    /// <summary>The causes for which a spec is refused.</summary>
    private static async Task<string[]> CausesAsync(Workspace at, string spec)
    {
        var refusal = await Workspace.RefusedAsync(() => at.CreateAsync("one", spec));
        Assert.Equal((422, "Invalid"), refusal.Kind());
        return refusal.Causes();
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Every_fault_is_told_with_its_path(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Equal(
            ["spec.kind FieldValueNotSupported", "spec.name FieldValueTooLong", "spec.nested.list[1].id FieldValueRequired", "spec.size FieldValueInvalid", "spec.tags FieldValueTooMany"],
            await CausesAsync(at, """{"kind":"z","size":11,"name":"abcdef","tags":["a","b","c","d"],"nested":{"list":[{"id":"x"},{"c":2}]}}"""));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_refusal_names_the_object_and_its_kind(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.CreateAsync("one", """{"kind":"z"}"""));
        Assert.Equal(("one", "behaviour.foreman.dev", "Gadget"), (refusal.Status.Details!.Name, refusal.Status.Details.Group, refusal.Status.Details.Kind));
        Assert.Equal("""Gadget.behaviour.foreman.dev "one" is invalid: spec.kind: Unsupported value: "z": supported values: "a", "b" """.TrimEnd(), refusal.Status.Message);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_required_field_must_be_there(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Equal(["spec.kind FieldValueRequired"], await CausesAsync(at, "{}"));
        var manifest = at.Manifest("one");
        manifest.Remove("spec");
        Assert.Equal(["spec FieldValueRequired"], (await Workspace.RefusedAsync(() => at.Dynamic.CreateAsync(manifest))).Causes());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Values_of_another_type_are_refused(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Equal(
            ["spec.flag FieldValueTypeInvalid", "spec.labels.a FieldValueTypeInvalid", "spec.nested FieldValueTypeInvalid", "spec.size FieldValueTypeInvalid", "spec.tags FieldValueTypeInvalid", "spec.text FieldValueTypeInvalid"],
            await CausesAsync(at, """{"kind":"a","size":"3","text":7,"flag":"yes","tags":"x","nested":[],"labels":{"a":1}}"""));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Numbers_keep_within_their_bounds(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Equal(["spec.size FieldValueInvalid"], await CausesAsync(at, """{"kind":"a","size":-1}"""));
        Assert.Equal(["spec.ratio FieldValueInvalid"], await CausesAsync(at, """{"kind":"a","ratio":0}"""));
        Assert.Equal(["spec.even FieldValueInvalid"], await CausesAsync(at, """{"kind":"a","even":3}"""));
        await at.CreateAsync("fits", """{"kind":"a","size":10,"ratio":0.001,"even":4}""");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_integer_may_be_written_with_an_empty_fraction_and_no_other(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.CreateAsync("one", """{"kind":"a","size":1.5}"""));
        Assert.Equal((422, "Invalid"), refusal.Kind());
        Assert.Contains("spec.size", refusal.Status.Message);
        Assert.Equal(1.0, (double)(await at.CreateAsync("fits", """{"kind":"a","size":1.0}""")).At("spec.size")!);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Texts_keep_to_their_length_and_pattern(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Equal(["spec.name FieldValueInvalid"], await CausesAsync(at, """{"kind":"a","name":"x"}"""));
        Assert.Equal(["spec.name FieldValueInvalid"], await CausesAsync(at, """{"kind":"a","name":"ab1"}"""));
        Assert.Equal(["spec.name FieldValueTooLong"], await CausesAsync(at, """{"kind":"a","name":"abcdef"}"""));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Times_must_be_rfc_3339(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Equal(["spec.when FieldValueTypeInvalid"], await CausesAsync(at, """{"kind":"a","when":"yesterday"}"""));
        Assert.Equal("2026-01-02T03:04:05.678+02:00", (await at.CreateAsync("fits", """{"kind":"a","when":"2026-01-02T03:04:05.678+02:00"}""")).Text("spec.when"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Lists_keep_to_their_size(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Equal(["spec.tags FieldValueInvalid"], await CausesAsync(at, """{"kind":"a","tags":[]}"""));
        Assert.Equal(["spec.tags FieldValueTooMany"], await CausesAsync(at, """{"kind":"a","tags":["a","b","c","d"]}"""));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Sets_and_lists_with_keys_hold_nothing_twice(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Equal(["spec.set[1] FieldValueDuplicate"], await CausesAsync(at, """{"kind":"a","set":["x","x"]}"""));
        Assert.Equal(["spec.ports[1] FieldValueDuplicate"], await CausesAsync(at, """{"kind":"a","ports":[{"name":"p"},{"name":"p","protocol":"TCP"}]}"""));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Maps_keep_to_their_size(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Equal(["spec.labels FieldValueTooMany"], await CausesAsync(at, """{"kind":"a","labels":{"a":"1","b":"2","c":"3"}}"""));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Either_an_integer_or_a_text_fits_where_both_may_stand(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Equal("8080", (await at.CreateAsync("number", """{"kind":"a","port":8080}""")).Show("spec.port"));
        Assert.Equal("\"http\"", (await at.CreateAsync("text", """{"kind":"a","port":"http"}""")).Show("spec.port"));
        Assert.Equal(["spec.port FieldValueTypeInvalid"], await CausesAsync(at, """{"kind":"a","port":true}"""));
        Assert.Equal(["spec.port FieldValueTypeInvalid"], await CausesAsync(at, """{"kind":"a","port":1.5}"""));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_pattern_on_an_integer_or_text_judges_texts_only(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Equal("\"1.5Gi\"", (await at.CreateAsync("text", """{"kind":"a","memory":"1.5Gi"}""")).Show("spec.memory"));
        Assert.Equal("7", (await at.CreateAsync("number", """{"kind":"a","memory":7}""")).Show("spec.memory"));
        Assert.Contains("spec.memory FieldValueInvalid", await CausesAsync(at, """{"kind":"a","memory":"much"}"""));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Exactly_one_of_two_branches_must_fit(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("left", """{"kind":"a","choice":{"left":"x"}}""");
        foreach (var choice in new[] { """{"left":"x","right":"y"}""", "{}" })
        {
            var refusal = await Workspace.RefusedAsync(() => at.CreateAsync("one", $$"""{"kind":"a","choice":{{choice}} }"""));
            Assert.Equal((422, "Invalid"), refusal.Kind());
            Assert.Contains("must validate one and only one schema (oneOf)", refusal.Status.Message);
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_embedded_object_must_say_its_kind(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var stored = await at.CreateAsync("fits", """{"kind":"a","template":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","labels":{"a":"b"}},"spec":{"x":1}}}""");
        Assert.Equal("""{"apiVersion":"v1","kind":"Pod","metadata":{"labels":{"a":"b"},"name":"p"},"spec":{"x":1}}""", stored.Show("spec.template"));
        Assert.Equal(["spec.template.apiVersion FieldValueRequired", "spec.template.kind FieldValueRequired"], await CausesAsync(at, """{"kind":"a","template":{"spec":{}}}"""));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_rule_over_fields_refuses_with_its_message(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var (type, definition) = OwnKind.Make(at, """
            {"type":"object","properties":{"from":{"type":"integer"},"to":{"type":"integer"}},
             "x-kubernetes-validations":[{"rule":"self.from <= self.to","message":"it must not end before it begins"}]}
            """);
        await Definitions.InstallAsync(at.Client, definition, type);
        var refusal = await Workspace.RefusedAsync(() => at.Dynamic.CreateAsync(OwnKind.Object(at, type, """{"from":2,"to":1}""")));
        Assert.Equal(["spec FieldValueInvalid"], refusal.Causes());
        Assert.Contains("it must not end before it begins", refusal.Status.Message);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_stored_value_that_a_new_schema_refuses_may_stay_as_it_is(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var (type, definition) = OwnKind.Make(at, """{"type":"object","properties":{"size":{"type":"integer"},"text":{"type":"string"}}}""");
        await Definitions.InstallAsync(at.Client, definition, type);
        await at.Dynamic.CreateAsync(OwnKind.Object(at, type, """{"size":9}"""));
        await at.Dynamic.ApplyAsync(OwnKind.Make(at, """{"type":"object","properties":{"size":{"type":"integer","maximum":5},"text":{"type":"string"}}}""").Definition, new() { FieldManager = "tester", Force = true });
        await Eventually.PassesAsync(
            async () => Assert.Equal(422, (await Workspace.RefusedAsync(() => at.Dynamic.CreateAsync(OwnKind.Object(at, type, """{"size":9}""", "two"), new() { DryRun = true }))).Kind().Code),
            "the new schema to hold");
        var patched = await at.Dynamic.PatchAsync(new(type, "one", at.Namespace), V1Patch.Merge(Tree.Of("""{"spec":{"text":"t"}}""")));
        Assert.Equal((9L, "t"), (patched.Number("spec.size"), patched.Text("spec.text")));
        Assert.Equal(422, (await Workspace.RefusedAsync(() => at.Dynamic.PatchAsync(new(type, "one", at.Namespace), V1Patch.Merge(Tree.Of("""{"spec":{"size":8}}"""))))).Kind().Code);
    }
}
