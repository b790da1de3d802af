using System.Text.Json.Nodes;

namespace Foreman.Kubernetes.Behaviour.Tests.Applying;

public sealed class OwnershipTests
{
    /// <summary>The entry of a manager in metadata.managedFields.</summary>
    private static JsonNode? Entry(JsonNode gadget, string manager) =>
        (gadget.At("metadata.managedFields") as JsonArray)?.FirstOrDefault(entry => entry.Text("manager") == manager);

    [Theory, DevCluster, KubeApiServer]
    public async Task The_applying_manager_owns_exactly_what_it_sent(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var applied = await at.ApplyAsync("me", "one", """{"kind":"a","tags":["x"],"set":["s"],"ports":[{"name":"p","number":1}]}""", metadata: """{"labels":{"l":"m"}}""");
        var mine = Entry(applied, "me");
        Assert.Equal(("Apply", "behaviour.foreman.dev/v1", "FieldsV1"), (mine.Text("operation"), mine.Text("apiVersion"), mine.Text("fieldsType")));
        Assert.Equal(
            """{"f:metadata":{"f:labels":{"f:l":{}}},"f:spec":{"f:kind":{},"f:ports":{"k:{\"name\":\"p\",\"protocol\":\"TCP\"}":{".":{},"f:name":{},"f:number":{}}},"f:set":{"v:\"s\"":{}},"f:tags":{}}}""",
            mine.Show("fieldsV1"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_later_patch_is_noted_as_update_and_takes_the_fields_from_their_owner(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.ApplyAsync("me", "one", """{"kind":"a","size":4,"text":"t"}""");
        var patched = await at.MergeAsync("one", """{"spec":{"size":6}}""", new() { FieldManager = "hand" });
        Assert.Equal("""{"f:spec":{"f:kind":{},"f:text":{}}}""", Entry(patched, "me").Show("fieldsV1"));
        Assert.Equal(("Update", """{"f:spec":{"f:size":{}}}"""), (Entry(patched, "hand").Text("operation"), Entry(patched, "hand").Show("fieldsV1")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_status_write_is_noted_with_its_subresource(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.ApplyAsync("me", "one", """{"kind":"a"}""");
        var patched = await at.MergeAsync("one", """{"status":{"phase":"Running"}}""", new() { Subresource = "status", FieldManager = "hand" });
        Assert.Equal(("status", "Update"), (Entry(patched, "hand").Text("subresource"), Entry(patched, "hand").Text("operation")));
        Assert.Contains("f:phase", Entry(patched, "hand").Show("fieldsV1"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_manager_that_applies_nothing_of_its_own_any_more_leaves_the_list(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.ApplyAsync("me", "one", """{"kind":"a"}""");
        await at.ApplyAsync("you", "one", """{"kind":"a"}""", metadata: """{"labels":{"x":"y"}}""");
        var body = at.Manifest("one");
        body.Remove("spec");
        var left = await at.Dynamic.ApplyAsync(body, new() { FieldManager = "you" });
        Assert.Null(Entry(left, "you"));
        Assert.NotNull(Entry(left, "me"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task The_last_manager_that_applies_nothing_any_more_leaves_nobody(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        JsonObject Map() => Tree.Of($$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one","namespace":"{{{at.Namespace}}}"}}""");
        var map = Map();
        map["data"] = Tree.Of("""{"a":"1"}""");
        await at.Dynamic.ApplyAsync(map, new() { FieldManager = "me" });
        var left = await at.Dynamic.ApplyAsync(Map(), new() { FieldManager = "me" });
        Assert.Null(left.At("data"));
        Assert.Null(Entry(left, "me"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Managed_fields_are_emptied_by_an_empty_entry(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.ApplyAsync("me", "one", """{"kind":"a"}""");
        var patched = await at.MergeAsync("one", """{"metadata":{"managedFields":[{}]}}""");
        Assert.Null(Entry(patched, "me"));
    }

    [Theory, KubeApiServer]
    [NotOnDevCluster("Owners are noted from the first server-side apply on: nobody reads them before, and status writes come by the hundred.")]
    public async Task A_created_object_names_its_creator_as_owner(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one", options: new() { FieldManager = "maker" });
        Assert.Equal(("Update", "behaviour.foreman.dev/v1"), (Entry(created, "maker").Text("operation"), Entry(created, "maker").Text("apiVersion")));
        var refusal = await Workspace.RefusedAsync(() => at.ApplyAsync("me", "one", """{"kind":"b"}"""));
        Assert.Contains("conflict with \"maker\"", refusal.Status.Message);
    }
}
