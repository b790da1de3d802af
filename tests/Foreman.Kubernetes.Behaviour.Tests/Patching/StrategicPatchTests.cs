using System.Text.Json.Nodes;

namespace Foreman.Kubernetes.Behaviour.Tests.Patching;

public sealed class StrategicPatchTests
{
    private static Task<JsonObject> PatchAsync<T>(Workspace at, string patch)
        where T : class, IResource<T> =>
        at.Dynamic.PatchAsync(at.Key<T>("one"), new V1Patch(PatchType.StrategicMergePatch, Tree.Of(patch)));

    [Theory, DevCluster, KubeApiServer]
    public async Task Maps_are_merged_as_by_a_merge_patch(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.Client.CreateAsync(new V1ConfigMap { Metadata = new() { Name = "one", NamespaceProperty = at.Namespace }, Data = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" } });
        var patched = await PatchAsync<V1ConfigMap>(at, """{"data":{"a":null,"c":"3"},"metadata":{"labels":{"x":"y"}}}""");
        Assert.Equal(("""{"b":"2","c":"3"}""", """{"x":"y"}"""), (patched.Show("data"), patched.Show("metadata.labels")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Owners_are_merged_by_uid(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var owner = await at.CreateAsync("owner", metadata: """{"finalizers":["a.b/c"]}""");
        string Owner(string uid, string name) => $$"""{"apiVersion":"behaviour.foreman.dev/v1","kind":"Gadget","name":"{{name}}","uid":"{{uid}}"}""";
        var map = Tree.Of("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"}}""");
        map["metadata"]!["namespace"] = at.Namespace;
        map["metadata"]!["ownerReferences"] = new JsonArray(Tree.Of(Owner(owner.Uid(), "owner")));
        await at.Dynamic.CreateAsync(map);
        var added = await PatchAsync<V1ConfigMap>(at, $$$"""{"metadata":{"ownerReferences":[{{{Owner("22222222-2222-2222-2222-222222222222", "second")}}}]}}""");
        Assert.Equal(["owner", "second"], added.At("metadata.ownerReferences")!.AsArray().Select(o => o.Text("name")).Order());
        var removed = await PatchAsync<V1ConfigMap>(at, """{"metadata":{"ownerReferences":[{"$patch":"delete","uid":"22222222-2222-2222-2222-222222222222"}]}}""");
        Assert.Equal(["owner"], removed.At("metadata.ownerReferences")!.AsArray().Select(o => o.Text("name")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Finalizers_are_merged_as_a_set(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.Client.CreateAsync(new V1ConfigMap { Metadata = new() { Name = "one", NamespaceProperty = at.Namespace, Finalizers = ["a.b/c"] } });
        Assert.Equal("""["a.b/d","a.b/c"]""", (await PatchAsync<V1ConfigMap>(at, """{"metadata":{"finalizers":["a.b/d"]}}""")).Show("metadata.finalizers"));
        Assert.Equal("""["a.b/d"]""", (await PatchAsync<V1ConfigMap>(at, """{"metadata":{"$deleteFromPrimitiveList/finalizers":["a.b/c"]}}""")).Show("metadata.finalizers"));
        Assert.Equal("null", (await PatchAsync<V1ConfigMap>(at, """{"metadata":{"finalizers":null}}""")).Show("metadata.finalizers"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_map_is_replaced_by_directive(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.Client.CreateAsync(new V1ConfigMap { Metadata = new() { Name = "one", NamespaceProperty = at.Namespace }, Data = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" } });
        Assert.Equal("""{"c":"3"}""", (await PatchAsync<V1ConfigMap>(at, """{"data":{"$patch":"replace","c":"3"}}""")).Show("data"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Secrets_of_an_account_are_merged_by_name_and_pull_secrets_replaced(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var account = Tree.Of("""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"one"},"imagePullSecrets":[{"name":"a"}],"secrets":[{"name":"s"}]}""");
        account["metadata"]!["namespace"] = at.Namespace;
        await at.Dynamic.CreateAsync(account);
        var patched = await PatchAsync<V1ServiceAccount>(at, """{"imagePullSecrets":[{"name":"b"}],"secrets":[{"name":"t"}]}""");
        Assert.Equal(["b"], patched.At("imagePullSecrets")!.AsArray().Select(s => s.Text("name")));
        Assert.Equal(["s", "t"], patched.At("secrets")!.AsArray().Select(s => s.Text("name")).Order());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Custom_kinds_refuse_strategic_patches_with_415(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        var refusal = await Workspace.RefusedAsync(() => PatchAsync<Gadget>(at, """{"spec":{"size":1}}"""));
        Assert.Equal((415, "UnsupportedMediaType"), refusal.Kind());
        Assert.Contains("application/apply-patch+yaml", refusal.Status.Message);
    }
}
