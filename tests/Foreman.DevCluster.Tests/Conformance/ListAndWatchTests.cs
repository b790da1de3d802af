using System.Text.Json.Nodes;
using Foreman.DevCluster.Tests.Support;

namespace Foreman.DevCluster.Tests.Conformance;

public sealed class ListAndWatchTests
{
    private static string Names(Reply list) => string.Join(',', (list["items"] as JsonArray ?? []).Select(item => (string?)item!["metadata"]!["name"]));

    [Theory, DevCluster, KubeApiServer]
    public async Task Lists_select_by_labels_and_by_selectable_fields(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        await api.CreateAsync("a", metadata: ""","labels":{"tier":"x","env":"p"}""");
        await api.CreateAsync("b", metadata: ""","labels":{"tier":"y"}""");
        await api.CreateAsync("c");
        await api.MergePatchAsync(api.Widgets + "/b/status", """{"status":{"phase":"Running","assignedNode":"n"}}""");
        foreach (var (query, names) in ((string, string)[])
        [
            ("", "a,b,c"), ("labelSelector=tier", "a,b"), ("labelSelector=!tier", "c"), ("labelSelector=tier%3Dx", "a"), ("labelSelector=tier!%3Dx", "b,c"),
            ("labelSelector=tier%20in%20(x,y),env", "a"), ("labelSelector=tier%20notin%20(x)", "b,c"),
            ("fieldSelector=metadata.name%3Dc", "c"), ("fieldSelector=metadata.name!%3Dc", "a,b"),
            ("fieldSelector=status.phase%3DPending", "a,c"), ("fieldSelector=status.phase!%3DPending,status.assignedNode%3Dn", "b"), ("fieldSelector=status.assignedNode%3D", "a,c"),
        ])
        {
            var list = await api.GetAsync($"{api.Widgets}?{query}");
            Assert.True(Names(list) == names, $"{query}: {Names(list)} {list.Message}");
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Selectors_that_can_not_be_read_answer_400(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var field = await api.GetAsync(api.Widgets + "?fieldSelector=spec.size%3D3");
        Assert.Equal((400, "field label not supported: spec.size"), (field.Code, field.Message));
        Assert.Equal(400, (await api.GetAsync(api.Widgets + "?fieldSelector=bad")).Code);
        Assert.Equal(400, (await api.GetAsync(api.Widgets + "?labelSelector=a%3D%3D%3Db")).Code);
        Assert.Equal(400, (await api.GetAsync(api.Widgets + "?limit=x")).Code);
        Assert.Equal(400, (await api.GetAsync(api.Widgets + "?continue=abc")).Code);
        Assert.Equal(400, (await api.GetAsync(api.Widgets + "?resourceVersion=abc")).Code);
        Assert.Equal(422, (await api.GetAsync(api.Widgets + "?resourceVersionMatch=Exact")).Code);
        Assert.Equal(422, (await api.GetAsync(api.Widgets + "?watch=true&sendInitialEvents=true")).Code);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Pages_are_of_one_version_even_when_objects_change_meanwhile(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        foreach (var name in (string[])["a", "b", "c"])
        {
            await api.CreateAsync(name);
        }

        var first = await api.GetAsync(api.Widgets + "?limit=2");
        Assert.Equal(("a,b", 1), (Names(first), (int)first["metadata.remainingItemCount"]!));
        await api.CreateAsync("d");
        await api.DeleteAsync(api.Widgets + "/c");
        var second = await api.GetAsync($"{api.Widgets}?limit=2&continue={first["metadata.continue"]}");
        Assert.Equal(("c", first.Version), (Names(second), second.Version));
        Assert.True(string.IsNullOrEmpty((string?)second["metadata.continue"]));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_watch_delivers_every_change_from_its_resource_version_on(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var start = (await api.GetAsync(api.Widgets)).Version;
        await api.CreateAsync("one");
        await using var watch = await api.Watch($"{api.Widgets}?watch=true&resourceVersion={start}").OpenAsync();
        Assert.Equal("ADDED one", await watch.NextWordsAsync());
        var patched = await api.MergePatchAsync(api.Widgets + "/one", """{"spec":{"size":4}}""");
        var modified = await watch.NextAsync();
        Assert.Equal(("MODIFIED", patched.Json!.ToJsonString()), (modified!.Type, modified.Object.ToJsonString()));
        await api.DeleteAsync(api.Widgets + "/one");
        var deleted = await watch.NextAsync();
        Assert.Equal("DELETED", deleted!.Type);
        Assert.True(long.Parse((string)deleted.Object["metadata"]!["resourceVersion"]!, null) > long.Parse(patched.Version, null));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_object_that_leaves_a_selection_arrives_as_DELETED_and_one_that_enters_as_ADDED(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        await api.CreateAsync("one");
        var start = (await api.GetAsync(api.Widgets)).Version;
        await using var watch = await api.Watch($"{api.Widgets}?watch=true&fieldSelector=status.assignedNode%3Dn,status.phase!%3DDone&resourceVersion={start}").OpenAsync();
        await api.MergePatchAsync(api.Widgets + "/one/status", """{"status":{"assignedNode":"n"}}""");
        Assert.Equal("ADDED one", await watch.NextWordsAsync());
        await api.MergePatchAsync(api.Widgets + "/one/status", """{"status":{"phase":"Running"}}""");
        Assert.Equal("MODIFIED one", await watch.NextWordsAsync());
        var done = await api.MergePatchAsync(api.Widgets + "/one/status", """{"status":{"phase":"Done"}}""");
        var left = await watch.NextAsync();
        Assert.Equal(("DELETED", "Running", done.Version), (left!.Type, (string?)left.Object["status"]!["phase"], (string?)left.Object["metadata"]!["resourceVersion"]));
        await api.MergePatchAsync(api.Widgets + "/one/status", """{"status":{"phase":"Running"}}""");
        Assert.Equal("ADDED one", await watch.NextWordsAsync());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_streamed_list_ends_with_a_bookmark_that_says_so(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        await api.CreateAsync("a");
        await api.CreateAsync("b");
        await using var watch = await api.Watch(api.Widgets + "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true").OpenAsync();
        string[] first = [await watch.NextWordsAsync(), await watch.NextWordsAsync()];
        Assert.Equal(["ADDED a", "ADDED b"], first.Order());
        var end = await watch.NextAsync();
        Assert.Equal(("BOOKMARK", "true"), (end!.Type, (string?)end.Object["metadata"]!["annotations"]!["k8s.io/initial-events-end"]));
        Assert.NotNull(end.Object["metadata"]!["resourceVersion"]);
        await api.CreateAsync("c");
        Assert.Equal("ADDED c", await watch.NextWordsAsync());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_watch_without_a_resource_version_begins_with_what_is_there_and_ends_at_its_timeout(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        await api.CreateAsync("a");
        await using var watch = await api.Watch(api.Widgets + "?watch=true&timeoutSeconds=1").OpenAsync();
        Assert.Equal("ADDED a", await watch.NextWordsAsync());
        Assert.Equal("end", await watch.NextWordsAsync());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Metadata_alone_and_tables_can_be_asked_for(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        await api.CreateAsync("a", """{"kind":"a","size":7}""");
        await api.MergePatchAsync(api.Widgets + "/a/status", """{"status":{"conditions":[{"type":"Ready","status":"False"},{"type":"Completed","status":"True"}]}}""");
        var partial = await api.GetAsync(api.Widgets + "/a", "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io");
        Assert.Equal(("PartialObjectMetadata", "a"), ((string?)partial["kind"], (string?)partial["metadata.name"]));
        Assert.False(partial.Json!.AsObject().ContainsKey("spec"));
        var list = await api.GetAsync(api.Widgets, "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io");
        Assert.Equal(("PartialObjectMetadataList", "a"), ((string?)list["kind"], (string?)list["items.0.metadata.name"]));
        var table = await api.GetAsync(api.Widgets, "application/json;as=Table;v=v1;g=meta.k8s.io");
        Assert.Equal("Name,Phase,Done,Size,Age", string.Join(',', ((JsonArray)table["columnDefinitions"]!).Select(column => (string?)column!["name"])));
        var cells = (JsonArray)table["rows.0.cells"]!;
        Assert.Equal("""["a","Pending","True",7]""", new JsonArray([.. cells.Take(4).Select(cell => cell?.DeepClone())]).ToJsonString());
        Assert.Matches("^[0-9]+s$", (string?)cells[4]);
        Assert.Equal("PartialObjectMetadata", (string?)table["rows.0.object.kind"]);
    }
}
