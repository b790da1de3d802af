namespace Foreman.Kubernetes.Behaviour.Tests.Writing;

public sealed class CreateTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task A_new_object_gets_uid_version_time_and_generation(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one");
        Assert.True(Guid.TryParse(created.Uid(), out _));
        Assert.Matches("^[1-9][0-9]*$", created.Version());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", created.Text("metadata.creationTimestamp"));
        Assert.Equal(1, created.Generation());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_only_the_server_sets_is_ignored_in_a_new_object(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one", metadata: """
            {"uid":"11111111-1111-1111-1111-111111111111","generation":7,"creationTimestamp":"2001-01-01T00:00:00Z",
             "deletionTimestamp":"2001-01-01T00:00:00Z","deletionGracePeriodSeconds":5,"selfLink":"/x"}
            """);
        Assert.NotEqual("11111111-1111-1111-1111-111111111111", created.Uid());
        Assert.Equal(1, created.Generation());
        Assert.DoesNotContain("2001", created.Show("metadata"));
        Assert.Null(created.At("metadata.deletionGracePeriodSeconds"));
        Assert.Null(created.At("metadata.selfLink"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_new_object_may_not_bring_a_resource_version(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.CreateAsync("one", metadata: """{"resourceVersion":"5"}"""));
        Assert.Contains("resourceVersion should not be set on objects to be created", refusal.Status.Message);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_second_object_of_a_name_already_exists(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        var refusal = await Workspace.RefusedAsync(() => at.CreateAsync("one"));
        Assert.Equal((409, "AlreadyExists"), refusal.Kind());
        Assert.Equal("gadgets.behaviour.foreman.dev \"one\" already exists", refusal.Status.Message);
        Assert.Equal("one", refusal.Status.Details!.Name);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_new_object_brings_no_status(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var manifest = at.Manifest("one");
        manifest["status"] = Tree.Of("""{"phase":"Done"}""");
        Assert.Null((await at.Dynamic.CreateAsync(manifest)).At("status"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_kind_without_a_status_endpoint_takes_status_like_any_field(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var name = at.ClusterName("gizmo");
        var created = await at.Dynamic.CreateAsync(Tree.Of($$$"""{"apiVersion":"behaviour.foreman.dev/v1","kind":"Gizmo","metadata":{"name":"{{{name}}}"},"status":{"phase":"x"}}"""));
        var changed = await at.Dynamic.PatchAsync(new(Definitions.Gizmo, name), V1Patch.Merge(Tree.Of("""{"status":{"phase":"y"}}""")));
        Assert.Equal(("x", 1, "y", 2), (created.Text("status.phase"), created.Generation(), changed.Text("status.phase"), changed.Generation()));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_kind_without_a_status_endpoint_answers_404_there(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var name = at.ClusterName("gizmo");
        await at.Dynamic.CreateAsync(Tree.Of($$$"""{"apiVersion":"behaviour.foreman.dev/v1","kind":"Gizmo","metadata":{"name":"{{{name}}}"}}"""));
        var refusal = await Workspace.RefusedAsync(
            () => at.Dynamic.PatchAsync(new(Definitions.Gizmo, name), V1Patch.Merge(Tree.Of("""{"status":{"phase":"y"}}""")), new() { Subresource = "status" }));
        Assert.True(refusal.IsNotFound);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_generated_name_begins_with_its_prefix_and_differs_each_time(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var gadget = new Gadget { Metadata = new() { GenerateName = "gg-", NamespaceProperty = at.Namespace }, Spec = new() { Kind = "a" } };
        var one = await at.Client.CreateAsync(gadget);
        var two = await at.Client.CreateAsync(gadget);
        Assert.Matches("^gg-[bcdfghjklmnpqrstvwxz2456789]{5}$", one.Name());
        Assert.NotEqual(one.Name(), two.Name());
        Assert.Equal("gg-", one.Metadata.GenerateName);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_name_wins_over_a_prefix(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Equal("one", (await at.CreateAsync("one", metadata: """{"generateName":"gg-"}""")).Name());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_long_prefix_is_cut_so_that_the_name_fits(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var prefix = new string('x', 70);
        var created = await at.Client.CreateAsync(new Gadget { Metadata = new() { GenerateName = prefix, NamespaceProperty = at.Namespace }, Spec = new() { Kind = "a" } });
        Assert.Matches("^x{58}[a-z0-9]{5}$", created.Name());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_object_without_any_name_is_refused(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.Client.CreateAsync(new Gadget { Metadata = new() { NamespaceProperty = at.Namespace }, Spec = new() { Kind = "a" } }));
        Assert.Equal((422, "Invalid"), refusal.Kind());
        Assert.Equal(["metadata.name FieldValueRequired"], refusal.Causes());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_object_for_another_namespace_than_the_path_is_400(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var answer = await RawServer.SendAsync(at, HttpMethod.Post, Gadget.Type.CollectionPath("default"), at.Manifest("one").ToJsonString());
        Assert.Equal((400, "BadRequest"), (answer.Code, answer.Reason));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_object_of_another_kind_than_the_path_is_refused(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var manifest = at.Manifest("one");
        manifest["kind"] = "Wodget";
        Assert.Equal(422, (await RawServer.SendAsync(at, HttpMethod.Post, Gadget.Type.CollectionPath(at.Namespace), manifest.ToJsonString())).Code);
        manifest["kind"] = "Gadget";
        manifest["apiVersion"] = "behaviour.foreman.dev/v7";
        Assert.Equal(400, (await RawServer.SendAsync(at, HttpMethod.Post, Gadget.Type.CollectionPath(at.Namespace), manifest.ToJsonString())).Code);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Nothing_is_created_in_a_namespace_that_is_not_there(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(
            () => at.Client.CreateAsync(new V1ConfigMap { Metadata = new() { Name = "one", NamespaceProperty = "nowhere" } }));
        Assert.Equal((404, "NotFound"), refusal.Kind());
        Assert.Equal(("nowhere", "namespaces"), (refusal.Status.Details!.Name, refusal.Status.Details.Kind));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Built_in_kinds_without_a_spec_have_no_generation(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.Client.CreateAsync(new V1ConfigMap { Metadata = new() { Name = "one", NamespaceProperty = at.Namespace } });
        Assert.Null(created.Metadata.Generation);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Unicode_is_stored_to_the_letter(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        const string Text = "Grüße, 世界 — \U0001F6E0️ \"quoted\" <b>&amp;</b> \\ tab\t line\n nul\u0001 end\u2028";
        var gadget = new Gadget { Metadata = new() { Name = "one", NamespaceProperty = at.Namespace, Annotations = new Dictionary<string, string> { ["note"] = Text } }, Spec = new() { Kind = "a", Text = Text } };
        await at.Client.CreateAsync(gadget);
        var read = await at.Client.ReadAsync<Gadget>("one", at.Namespace);
        Assert.Equal((Text, Text), (read.Spec!.Text, read.GetAnnotation("note")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Large_integers_keep_every_digit(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one", """{"kind":"a","total":9223372036854775807,"anything":{"n":-9223372036854775808,"m":9007199254740993}}""");
        var read = await at.ReadAsync("one");
        Assert.Equal((long.MaxValue, long.MinValue, 9007199254740993), (read.Number("spec.total"), read.Number("spec.anything.n"), read.Number("spec.anything.m")));
    }
}
