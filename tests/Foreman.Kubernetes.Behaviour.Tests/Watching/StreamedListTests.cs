namespace Foreman.Kubernetes.Behaviour.Tests.Watching;

public sealed class StreamedListTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task A_streamed_list_ends_with_a_bookmark_and_goes_on_with_changes(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("a");
        await at.CreateAsync("b");
        var seen = new List<string>();
        using var deadline = TestDeadline.Start();
        await foreach (var item in at.Client.WatchAsync<Gadget>(at.Namespace, new() { SendInitialEvents = true }, deadline.Token))
        {
            if (item.IsInitialEventsEnd())
            {
                seen.Add("end");
                Assert.NotEmpty(item.Object.ResourceVersion());
                await at.CreateAsync("c");
            }
            else if (item.Type != WatchEventType.Bookmark)
            {
                seen.Add($"{item.Type} {item.Object.Name()}");
            }

            if (seen.Count == 4)
            {
                break;
            }
        }

        Assert.Equal(["Added a", "Added b", "end", "Added c"], seen);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task The_bookmark_of_a_streamed_list_is_as_new_as_what_it_lists(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("a");
        var bookmark = await EndAsync(at, new() { SendInitialEvents = true });
        Assert.True(Number(bookmark.Object.ResourceVersion()) >= Number(created.Version()));
        await at.CreateAsync("b");
        Assert.Equal(["Added b 3"], await Watched.TakeAsync(at, 1, new() { ResourceVersion = bookmark.Object.ResourceVersion() }));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_streamed_list_of_nothing_is_a_bookmark_alone(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.True((await EndAsync(at, new() { SendInitialEvents = true })).IsInitialEventsEnd());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_streamed_list_holds_only_what_is_selected(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("a", metadata: """{"labels":{"x":"1"}}""");
        await at.CreateAsync("b");
        await at.CreateAsync("c", """{"kind":"b"}""", """{"labels":{"x":"1"}}""");
        Assert.Equal(
            ["Added c 3"],
            await Watched.TakeAsync(at, 1, new() { SendInitialEvents = true, LabelSelector = "x=1", FieldSelector = "spec.kind=b" }));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_streamed_list_needs_a_match_and_a_match_needs_a_streamed_list(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var path = Gadget.Type.CollectionPath(at.Namespace) + "?watch=true&allowWatchBookmarks=true";
        var without = await RawServer.SendAsync(at, HttpMethod.Get, path + "&sendInitialEvents=true");
        var alone = await RawServer.SendAsync(at, HttpMethod.Get, path + "&resourceVersion=0&resourceVersionMatch=NotOlderThan");
        Assert.Equal([(422, "resourceVersionMatch"), (422, "resourceVersionMatch")], [(without.Code, without.Json.Text("details.causes.0.field")), (alone.Code, alone.Json.Text("details.causes.0.field"))]);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_list_takes_no_initial_events(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var answer = await RawServer.SendAsync(at, HttpMethod.Get, Gadget.Type.CollectionPath(at.Namespace) + "?sendInitialEvents=true");
        Assert.Equal((422, "sendInitialEvents"), (answer.Code, answer.Json.Text("details.causes.0.field")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_bookmark_carries_a_version_and_nothing_else(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("a");
        var bookmark = await EndAsync(at, new() { SendInitialEvents = true });
        Assert.Equal(("Gadget", "behaviour.foreman.dev/v1", "", null), (bookmark.Object.Kind, bookmark.Object.ApiVersion, bookmark.Object.Name(), bookmark.Object.Status));
    }

    private static async Task<WatchEvent<Gadget>> EndAsync(Workspace at, WatchOptions options)
    {
        using var deadline = TestDeadline.Start();
        await foreach (var item in at.Client.WatchAsync<Gadget>(at.Namespace, options, deadline.Token))
        {
            if (item.Type == WatchEventType.Bookmark)
            {
                return item;
            }
        }

        throw new InvalidOperationException("The watch ended without a bookmark.");
    }

    private static long Number(string version) => long.Parse(version, System.Globalization.CultureInfo.InvariantCulture);
}
