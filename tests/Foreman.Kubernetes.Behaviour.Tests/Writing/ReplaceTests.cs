using System.Text.Json.Nodes;

namespace Foreman.Kubernetes.Behaviour.Tests.Writing;

public sealed class ReplaceTests
{
    private static JsonObject With(JsonObject gadget, string spec)
    {
        gadget = gadget.DeepClone().AsObject();
        gadget["spec"] = Tree.Of(spec);
        return gadget;
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_replacement_takes_away_what_it_does_not_hold(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.Client.CreateAsync(new Gadget
        {
            Metadata = new() { Name = "one", NamespaceProperty = at.Namespace, Labels = new Dictionary<string, string> { ["a"] = "b" }, Finalizers = ["a.b/c"] },
            Spec = new() { Kind = "a", Text = "t", Size = 7 },
        });
        var replaced = await at.Client.ReplaceAsync(created with
        {
            Metadata = new() { Name = "one", NamespaceProperty = at.Namespace, ResourceVersion = created.ResourceVersion() },
            Spec = new() { Kind = "b" },
        });
        Assert.Equal(("b", null, 3), (replaced.Spec!.Kind, replaced.Spec.Text, replaced.Spec.Size));
        Assert.Equal((null, null), (replaced.Metadata.Labels, replaced.Metadata.Finalizers));
        Assert.Equal((created.Uid(), 2L, created.Metadata.CreationTimestamp), (replaced.Uid(), replaced.Metadata.Generation, replaced.Metadata.CreationTimestamp));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_others_wrote_into_a_built_in_object_survives_its_replacement(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.Dynamic.CreateAsync(Tree.Of($$$"""
            {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one","namespace":"{{{at.Namespace}}}"},"data":{"a":"1"},"binaryData":{"b":"AAE="}}
            """));
        await at.Dynamic.CreateAsync(Tree.Of($$$"""
            {"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"one","namespace":"{{{at.Namespace}}}"},
             "secrets":[{"name":"s"}],"imagePullSecrets":[{"name":"p"}],"automountServiceAccountToken":false}
            """));
        var map = await at.Client.ReadAsync<V1ConfigMap>("one", at.Namespace);
        var account = await at.Client.ReadAsync<V1ServiceAccount>("one", at.Namespace);
        var label = new Dictionary<string, string> { ["x"] = "y" };
        var newMap = await at.Client.ReplaceAsync(map with { Metadata = map.Metadata with { Labels = label } });
        var newAccount = await at.Client.ReplaceAsync(account with { Metadata = account.Metadata with { Labels = label } });
        Assert.Equal([0, 1], newMap.BinaryData!["b"]);
        Assert.Equal(("s", "p", false), (newAccount.Secrets!.Single().Name, newAccount.ImagePullSecrets!.Single().Name, newAccount.AutomountServiceAccountToken));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_replacement_at_an_old_version_is_a_conflict(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one");
        await at.Dynamic.ReplaceAsync(With(created, """{"kind":"b"}"""));
        var refusal = await Workspace.RefusedAsync(() => at.Dynamic.ReplaceAsync(With(created, """{"kind":"a"}""")));
        Assert.Equal((409, "Conflict"), refusal.Kind());
        Assert.Contains("please apply your changes to the latest version", refusal.Status.Message);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Custom_kinds_are_not_replaced_without_a_version(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        var refusal = await Workspace.RefusedAsync(() => at.Dynamic.ReplaceAsync(at.Manifest("one", """{"kind":"b"}""")));
        Assert.Equal(["metadata.resourceVersion FieldValueInvalid"], refusal.Causes());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Built_in_kinds_are_replaced_without_a_version(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var map = new V1ConfigMap { Metadata = new() { Name = "one", NamespaceProperty = at.Namespace }, Data = new Dictionary<string, string> { ["a"] = "1" } };
        await at.Client.CreateAsync(map);
        var replaced = await at.Client.ReplaceAsync(map with { Data = new Dictionary<string, string> { ["b"] = "2" } });
        Assert.Equal(["b"], replaced.Data!.Keys);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_is_not_there_can_not_be_replaced(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.True((await Workspace.RefusedAsync(() => at.Client.ReplaceAsync(new V1ConfigMap { Metadata = new() { Name = "one", NamespaceProperty = at.Namespace } }))).IsNotFound);
        Assert.True((await Workspace.RefusedAsync(() => at.Dynamic.ReplaceAsync(at.Manifest("one", metadata: """{"resourceVersion":"1"}""")))).Kind().Code is 404 or 409);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_replacement_leaves_the_status_alone_and_that_of_the_status_leaves_the_rest(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one");
        created["spec"]!["size"] = 9;
        created["status"] = Tree.Of("""{"phase":"Running"}""");
        var status = await at.Dynamic.ReplaceAsync(created, new() { Subresource = "status" });
        Assert.Equal(("Running", 3L, 1L), (status.Text("status.phase"), status.Number("spec.size"), status.Generation()));
        status["spec"]!["size"] = 9;
        status["status"] = Tree.Of("""{"phase":"Done"}""");
        var main = await at.Dynamic.ReplaceAsync(status);
        Assert.Equal(("Running", 9L, 2L), (main.Text("status.phase"), main.Number("spec.size"), main.Generation()));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_replacement_that_changes_nothing_keeps_the_version(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one");
        Assert.Equal(created.Version(), (await at.Dynamic.ReplaceAsync(created)).Version());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_replacement_keeps_what_only_the_server_sets(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one");
        var forged = With(created, """{"kind":"b"}""");
        forged["metadata"]!["creationTimestamp"] = "2001-01-01T00:00:00Z";
        forged["metadata"]!["generation"] = 77;
        var replaced = await at.Dynamic.ReplaceAsync(forged);
        Assert.Equal((created.Text("metadata.creationTimestamp"), 2L), (replaced.Text("metadata.creationTimestamp"), replaced.Generation()));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_replacement_with_another_uid_is_a_conflict(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one");
        created["metadata"]!["uid"] = "11111111-1111-1111-1111-111111111111";
        var refusal = await Workspace.RefusedAsync(() => at.Dynamic.ReplaceAsync(created));
        Assert.Equal((409, "Conflict"), refusal.Kind());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_replacement_is_validated_and_strict_about_unknown_fields(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one");
        Assert.Equal(["spec.kind FieldValueNotSupported"], (await Workspace.RefusedAsync(() => at.Dynamic.ReplaceAsync(With(created, """{"kind":"z"}""")))).Causes());
        Assert.Equal((400, "BadRequest"), (await Workspace.RefusedAsync(() => at.Dynamic.ReplaceAsync(With(created, """{"kind":"a","colour":"red"}""")))).Kind());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_dry_replacement_stores_nothing(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one");
        Assert.Equal("b", (await at.Dynamic.ReplaceAsync(With(created, """{"kind":"b"}"""), new() { DryRun = true })).Text("spec.kind"));
        Assert.Equal(created.Version(), (await at.ReadAsync("one")).Version());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task The_name_in_a_replacement_must_be_that_of_the_path(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one");
        var answer = await RawServer.SendAsync(at, HttpMethod.Put, Gadget.Type.CollectionPath(at.Namespace) + "/two", created.ToJsonString());
        Assert.Equal((400, "BadRequest"), (answer.Code, answer.Reason));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_marked_object_goes_when_it_is_replaced_without_finalizers(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one", metadata: """{"finalizers":["a.b/c"]}""");
        await at.Client.DeleteAsync<Gadget>("one", at.Namespace);
        var marked = await at.ReadAsync("one");
        marked["metadata"]!.AsObject().Remove("finalizers");
        await at.Dynamic.ReplaceAsync(marked);
        Assert.Null(await at.TryReadAsync("one"));
    }
}
