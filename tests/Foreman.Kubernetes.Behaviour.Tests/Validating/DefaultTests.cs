namespace Foreman.Kubernetes.Behaviour.Tests.Validating;

public sealed class DefaultTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task Defaults_fill_what_is_absent_at_every_depth(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one", """{"kind":"a","nested":{"list":[{"id":"x"},{"id":"y","c":5}]},"ports":[{"name":"p"}]}""");
        Assert.Equal("""{"a":"x","list":[{"c":1,"id":"x"},{"c":5,"id":"y"}]}""", created.Show("spec.nested"));
        Assert.Equal((3L, "TCP"), (created.Number("spec.size"), created.Text("spec.ports.0.protocol")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_absent_object_is_made_by_its_default_and_filled(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Equal("""{"a":"x"}""", (await at.CreateAsync("one")).Show("spec.nested"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_given_value_is_never_replaced_by_a_default(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one", """{"kind":"a","size":0,"nested":{"a":""}}""");
        Assert.Equal((0L, ""), (created.Number("spec.size"), created.Text("spec.nested.a")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_null_where_none_may_stand_gives_way_to_the_default(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one", """{"kind":"a","size":null,"nested":null}""");
        Assert.Equal((3L, """{"a":"x"}"""), (created.Number("spec.size"), created.Show("spec.nested")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_null_where_none_may_stand_counts_as_absent(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one", """{"kind":"a","text":null,"labels":null,"tags":null}""");
        Assert.Equal("""{"kind":"a","level":"low","nested":{"a":"x"},"size":3}""", created.Show("spec"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_null_where_it_may_stand_is_kept(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one", """{"kind":"a","maybe":null,"level":null}""");
        var spec = created["spec"]!.AsObject();
        Assert.True(spec.ContainsKey("maybe") && spec["maybe"] is null);
        Assert.True(spec.ContainsKey("level") && spec["level"] is null);
        Assert.Equal("low", (await at.CreateAsync("two")).Text("spec.level"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Defaults_are_not_put_into_a_kept_tree(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Equal("""{"nested":{},"size":null}""", (await at.CreateAsync("one", """{"kind":"a","anything":{"nested":{},"size":null}}""")).Show("spec.anything"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Empty_maps_and_lists_are_kept(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one", """{"kind":"a","labels":{},"set":[],"anything":{"m":{},"l":[]}}""");
        Assert.Equal(("{}", "[]", """{"l":[],"m":{}}"""), (created.Show("spec.labels"), created.Show("spec.set"), created.Show("spec.anything")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_default_added_to_the_schema_shows_in_stored_objects(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var (type, definition) = OwnKind.Make(at, """{"type":"object","properties":{"size":{"type":"integer"}}}""");
        await Definitions.InstallAsync(at.Client, definition, type);
        var created = await at.Dynamic.CreateAsync(OwnKind.Object(at, type, """{"size":9}"""));
        await at.Dynamic.ApplyAsync(
            OwnKind.Make(at, """{"type":"object","properties":{"size":{"type":"integer"},"text":{"type":"string","default":"new"}}}""").Definition, new() { FieldManager = "tester", Force = true });
        await Eventually.PassesAsync(
            async () =>
            {
                var read = await at.Dynamic.TryReadAsync(type, "one", at.Namespace);
                Assert.Equal(("new", created.Version()), (read.Text("spec.text"), read.Version()));
            },
            "the new default to show");
    }
}
