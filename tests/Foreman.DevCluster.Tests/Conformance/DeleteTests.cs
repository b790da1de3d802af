using Foreman.DevCluster.Tests.Support;

namespace Foreman.DevCluster.Tests.Conformance;

public sealed class DeleteTests
{
    // The garbage collector of a real cluster looks for new kinds only every half minute.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>On a real cluster the controller manager collects and empties; the dev cluster does it itself.</summary>
    private static async Task<RawApi> WithControllersAsync(IClusterUnderTest cluster)
    {
        var api = await RawApi.WithWidgetsAsync(cluster);
        (cluster as KubeApiServer)?.StartControllers();
        return api;
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_deletion_returns_what_it_deleted(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var created = await api.CreateAsync("one");
        var reply = await api.DeleteAsync(api.Widgets + "/one");
        Assert.Equal((200, "Success", created.Uid, "widgets"), (reply.Code, (string?)reply["status"], (string?)reply["details.uid"], (string?)reply["details.kind"]));
        Assert.Equal(404, (await api.DeleteAsync(api.Widgets + "/one")).Code);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Preconditions_protect_an_object_that_was_replaced_or_changed(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var created = await api.CreateAsync("one");
        var uid = await api.DeleteAsync(api.Widgets + "/one", """{"preconditions":{"uid":"x"}}""");
        Assert.Equal((409, "Conflict"), (uid.Code, uid.Reason));
        Assert.Contains($"the UID in the precondition (x) does not match the UID in record ({created.Uid})", uid.Message);
        Assert.Equal(409, (await api.DeleteAsync(api.Widgets + "/one", """{"preconditions":{"resourceVersion":"1"}}""")).Code);
        Assert.Equal(200, (await api.DeleteAsync(api.Widgets + "/one", $$$"""{"preconditions":{"uid":"{{{created.Uid}}}","resourceVersion":"{{{created.Version}}}"}}""")).Code);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_object_with_finalizers_stays_until_the_last_one_is_gone(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        await api.CreateAsync("one", metadata: ""","finalizers":["a.b/c"]""");
        var marked = await api.DeleteAsync(api.Widgets + "/one");
        Assert.Equal((200, 2, 0), (marked.Code, (int)marked["metadata.generation"]!, (int)marked["metadata.deletionGracePeriodSeconds"]!));
        Assert.NotNull(marked["metadata.deletionTimestamp"]);
        Assert.Equal(marked.Version, (await api.DeleteAsync(api.Widgets + "/one")).Version);
        var more = await api.MergePatchAsync(api.Widgets + "/one", """{"metadata":{"finalizers":["a.b/c","a.b/d"]}}""");
        Assert.Equal(422, more.Code);
        Assert.Contains("no new finalizers can be added if the object is being deleted", more.Message);
        Assert.Equal(200, (await api.MergePatchAsync(api.Widgets + "/one", """{"metadata":{"finalizers":null}}""")).Code);
        Assert.Equal(404, (await api.GetAsync(api.Widgets + "/one")).Code);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_collection_is_deleted_by_its_selection(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        await api.CreateAsync("a", metadata: ""","labels":{"x":"1"}""");
        await api.CreateAsync("b");
        Assert.Equal(200, (await api.DeleteAsync(api.Widgets + "?labelSelector=x%3D1")).Code);
        Assert.Equal((404, 200), ((await api.GetAsync(api.Widgets + "/a")).Code, (await api.GetAsync(api.Widgets + "/b")).Code));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_loses_its_last_owner_is_collected(IClusterUnderTest cluster)
    {
        using var api = await WithControllersAsync(cluster);
        string Owned(params Reply[] owners) => $$""","ownerReferences":[{{string.Join(',', owners.Select(owner => $$"""{"apiVersion":"test.foreman.dev/v1alpha1","kind":"Widget","name":"{{owner["metadata.name"]}}","uid":"{{owner.Uid}}"}"""))}}]""";
        var (one, two) = (await api.CreateAsync("one"), await api.CreateAsync("two"));
        var child = await api.CreateAsync("child", metadata: Owned(one));
        await api.CreateAsync("grandchild", metadata: Owned(child));
        await api.CreateAsync("shared", metadata: Owned(one, two));
        await api.DeleteAsync(api.Widgets + "/one");
        await Eventually.TrueAsync(async () => (await api.GetAsync(api.Widgets + "/grandchild")).Code == 404, "the grandchild to be collected", Patience);
        Assert.Equal(200, (await api.GetAsync(api.Widgets + "/shared")).Code);
        await api.CreateAsync("late", metadata: Owned(one));
        await Eventually.TrueAsync(async () => (await api.GetAsync(api.Widgets + "/late")).Code == 404, "an object of an owner that is gone to be collected", Patience);
        await api.CreateAsync("orphan", metadata: Owned(two));
        await api.DeleteAsync(api.Widgets + "/two?propagationPolicy=Orphan");
        await Eventually.TrueAsync(async () => (await api.GetAsync(api.Widgets + "/two")).Code == 404, "the owner to be gone", Patience);
        var orphan = await api.GetAsync(api.Widgets + "/orphan");
        Assert.Equal((200, null), (orphan.Code, orphan["metadata.ownerReferences"]));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Deleting_a_namespace_deletes_its_objects(IClusterUnderTest cluster)
    {
        using var api = await WithControllersAsync(cluster);
        await api.CreateAsync("free");
        await api.CreateAsync("held", metadata: ""","finalizers":["a.b/c"]""");
        var path = "api/v1/namespaces/" + api.Namespace;
        var terminating = await api.DeleteAsync(path);
        Assert.Equal("Terminating", (string?)terminating["status.phase"]);
        await Eventually.TrueAsync(async () => (await api.GetAsync(api.Widgets + "/free")).Code == 404, "the content to be deleted", Patience);
        var late = await api.PostAsync(api.Widgets, RawApi.Widget("late"));
        Assert.Equal((403, "Forbidden"), (late.Code, late.Reason));
        Assert.Equal($"widgets.test.foreman.dev \"late\" is forbidden: unable to create new content in namespace {api.Namespace} because it is being terminated", late.Message);
        await api.MergePatchAsync(api.Widgets + "/held", """{"metadata":{"finalizers":null}}""");
        await Eventually.TrueAsync(async () => (await api.GetAsync(path)).Code == 404, "the namespace to be gone", Patience);
    }
}
