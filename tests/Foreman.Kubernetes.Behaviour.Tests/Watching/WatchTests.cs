namespace Foreman.Kubernetes.Behaviour.Tests.Watching;

public sealed class WatchTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task A_watch_from_a_version_tells_what_came_after_it(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("before");
        var from = (await at.ListAsync()).Version();
        await at.CreateAsync("one");
        await at.MergeAsync("one", """{"spec":{"size":7}}""");
        await at.Client.DeleteAsync<Gadget>("one", at.Namespace);
        Assert.Equal(["Added one 3", "Modified one 7", "Deleted one 7"], await Watched.TakeAsync(at, 3, new() { ResourceVersion = from }));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_watch_without_a_version_begins_with_what_is_there(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        await at.CreateAsync("two");
        Assert.Equal(["Added one 3", "Added two 3"], (await Watched.TakeAsync(at, 2, new())).Order());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_watch_from_version_zero_begins_with_what_is_there(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        Assert.Equal(["Added one 3"], await Watched.TakeAsync(at, 1, new() { ResourceVersion = "0" }));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Events_carry_rising_versions_and_a_deletion_the_version_of_its_own(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var from = (await at.ListAsync()).Version();
        await at.CreateAsync("one");
        var changed = await at.MergeAsync("one", """{"spec":{"size":7}}""");
        await at.Client.DeleteAsync<Gadget>("one", at.Namespace);
        var events = await Watched.ObjectsAsync(at, 3, new() { ResourceVersion = from });
        var versions = events.Select(e => long.Parse(e.Object.ResourceVersion(), System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(versions.Order(), versions);
        Assert.NotEqual(changed.Version(), events[2].Object.ResourceVersion());
        Assert.Equal(3, versions.Distinct().Count());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_watch_goes_on_from_the_version_of_any_event(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one");
        await at.CreateAsync("two");
        Assert.Equal(["Added two 3"], await Watched.TakeAsync(at, 1, new() { ResourceVersion = created.Version() }));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_watch_sees_only_its_namespace(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        using var other = await Workspace.OpenAsync(cluster);
        var from = (await at.ListAsync()).Version();
        await other.CreateAsync("elsewhere");
        await at.CreateAsync("here");
        Assert.Equal(["Added here 3"], await Watched.TakeAsync(at, 1, new() { ResourceVersion = from }));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_enters_a_label_selection_is_added_and_what_leaves_it_deleted(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var from = (await at.ListAsync()).Version();
        await at.CreateAsync("one");
        await at.MergeAsync("one", """{"metadata":{"labels":{"x":"1"}}}""");
        await at.MergeAsync("one", """{"spec":{"size":5}}""");
        await at.MergeAsync("one", """{"metadata":{"labels":{"x":null}},"spec":{"size":6}}""");
        await at.MergeAsync("one", """{"metadata":{"labels":{"x":"1"}}}""");
        Assert.Equal(
            ["Added one 3", "Modified one 5", "Deleted one 5", "Added one 6"],
            await Watched.TakeAsync(at, 4, new() { ResourceVersion = from, LabelSelector = "x=1" }));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_leaves_a_field_selection_arrives_as_deleted(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var from = (await at.ListAsync()).Version();
        await at.CreateAsync("one");
        await at.SetPhaseAsync("one", "Running");
        await at.SetPhaseAsync("one", "Done");
        Assert.Equal(
            ["Added one 3", "Deleted one 3"],
            await Watched.TakeAsync(at, 2, new() { ResourceVersion = from, FieldSelector = "status.phase=Running" }));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_watch_of_one_name_sees_that_object_only(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var from = (await at.ListAsync()).Version();
        await at.CreateAsync("one");
        await at.CreateAsync("two");
        await at.MergeAsync("two", """{"spec":{"size":4}}""");
        Assert.Equal(
            ["Added two 3", "Modified two 4"],
            await Watched.TakeAsync(at, 2, new() { ResourceVersion = from, FieldSelector = "metadata.name=two" }));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_watch_ends_when_its_time_is_over(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var from = (await at.ListAsync()).Version();
        using var deadline = TestDeadline.Start();
        var seen = 0;
        await foreach (var _ in at.Client.WatchAsync<Gadget>(at.Namespace, new() { ResourceVersion = from, TimeoutSeconds = 1, AllowWatchBookmarks = false }, deadline.Token))
        {
            seen++;
        }

        Assert.Equal(0, seen);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_watch_that_began_tells_what_happens_now(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var from = (await at.ListAsync()).Version();
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var taking = Watched.TakeAsync(at, 1, new() { ResourceVersion = from, OnOpened = opened.SetResult });
        await opened.Task.WaitAsync(TestDeadline.Default);
        await at.CreateAsync("one");
        Assert.Equal(["Added one 3"], await taking);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_watch_from_a_version_long_gone_is_410(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        var refusal = await Workspace.RefusedAsync(() => Watched.TakeAsync(at, 1, new() { ResourceVersion = "1" }));
        Assert.Equal((410, "Expired"), refusal.Kind());
        Assert.True(refusal.IsGone);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_watch_from_a_version_that_is_no_number_is_500(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => Watched.TakeAsync(at, 1, new() { ResourceVersion = "now" }));
        Assert.Equal(500, refusal.Kind().Code);
        Assert.StartsWith("resourceVersion: Invalid value: \"now\"", refusal.Status.Message);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_write_that_changes_nothing_is_not_told(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one");
        await at.MergeAsync("one", """{"spec":{"kind":"a"}}""");
        await at.MergeAsync("one", """{"spec":{"size":9}}""");
        Assert.Equal(["Modified one 9"], await Watched.TakeAsync(at, 1, new() { ResourceVersion = created.Version() }));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_object_with_finalizers_is_told_as_modified_before_it_is_deleted(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one", metadata: """{"finalizers":["a.b/c"]}""");
        await at.Client.DeleteAsync<Gadget>("one", at.Namespace);
        await at.MergeAsync("one", """{"metadata":{"finalizers":null}}""");
        var events = await Watched.ObjectsAsync(at, 2, new() { ResourceVersion = created.Version() });
        Assert.Equal([WatchEventType.Modified, WatchEventType.Deleted], events.Select(e => e.Type));
        Assert.All(events, e => Assert.NotNull(e.Object.Metadata.DeletionTimestamp));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_object_made_anew_under_its_name_has_another_uid(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var from = (await at.ListAsync()).Version();
        await at.CreateAsync("one");
        await at.Client.DeleteAsync<Gadget>("one", at.Namespace);
        await at.CreateAsync("one");
        var events = await Watched.ObjectsAsync(at, 3, new() { ResourceVersion = from });
        Assert.Equal([WatchEventType.Added, WatchEventType.Deleted, WatchEventType.Added], events.Select(e => e.Type));
        Assert.Equal(events[0].Object.Uid(), events[1].Object.Uid());
        Assert.NotEqual(events[0].Object.Uid(), events[2].Object.Uid());
    }
}
