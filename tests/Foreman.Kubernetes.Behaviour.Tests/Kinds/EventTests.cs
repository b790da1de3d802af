namespace Foreman.Kubernetes.Behaviour.Tests.Kinds;

public sealed class EventTests
{
    private static CoreV1Event Event(Workspace at, string name, string about = "one") => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = at.Namespace },
        InvolvedObject = new() { ApiVersion = Gadget.Type.ApiVersion, Kind = "Gadget", Name = about, NamespaceProperty = at.Namespace, Uid = "u-" + about },
        Reason = "Tested",
        Message = "It was tested.",
        EventType = "Normal",
        Count = 1,
        FirstTimestamp = DateTimeOffset.UnixEpoch,
        LastTimestamp = DateTimeOffset.UnixEpoch,
        Source = new() { Component = "tester", Host = "here" },
        ReportingComponent = "tester",
        ReportingInstance = "tester-1",
    };

    [Theory, DevCluster, KubeApiServer]
    public async Task An_event_is_stored_as_it_was_told(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.Client.CreateAsync(Event(at, "e"));
        static string Json(CoreV1Event happened) => System.Text.Json.JsonSerializer.Serialize(happened, CoreV1Event.TypeInfo);
        Assert.Equal(Json(Event(at, "e") with { Metadata = created.Metadata }), Json(created));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Events_are_found_by_what_they_are_about(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.Client.CreateAsync(Event(at, "e1", "one"));
        await at.Client.CreateAsync(Event(at, "e2", "two"));
        await at.Client.CreateAsync(Event(at, "e3", "one") with { EventType = "Warning", Reason = "Failed" });
        async Task<string> Find(string selector) => string.Join(' ', (await at.Client.ListAsync<CoreV1Event>(at.Namespace, new() { FieldSelector = selector })).Items.Select(e => e.Name()));
        Assert.Equal("e1 e3", await Find("involvedObject.name=one,involvedObject.kind=Gadget"));
        Assert.Equal("e2", await Find("involvedObject.uid=u-two"));
        Assert.Equal("e3", await Find("type=Warning"));
        Assert.Equal("e1 e2", await Find("reason=Tested"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_event_stands_in_the_namespace_of_its_object(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var about = Event(at, "e").InvolvedObject! with { NamespaceProperty = "elsewhere" };
        var refusal = await Workspace.RefusedAsync(() => at.Client.CreateAsync(Event(at, "e") with { InvolvedObject = about }));
        Assert.Equal(["involvedObject.namespace FieldValueInvalid"], refusal.Causes());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task The_count_of_an_event_is_patched(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.Client.CreateAsync(Event(at, "e"));
        var patched = await at.Client.PatchAsync<CoreV1Event>(V1Patch.Merge(Tree.Of("""{"count":2,"lastTimestamp":"2026-01-02T03:04:05Z"}""")), "e", at.Namespace);
        Assert.Equal((2, 2026), (patched.Count, patched.LastTimestamp!.Value.Year));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Events_of_cluster_objects_stand_in_the_default_namespace(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var about = new V1ObjectReference { ApiVersion = "v1", Kind = "Namespace", Name = at.Namespace };
        var refusal = await Workspace.RefusedAsync(() => at.Client.CreateAsync(Event(at, "e") with { InvolvedObject = about }));
        Assert.Equal(["involvedObject.namespace FieldValueInvalid"], refusal.Causes());
        var metadata = new V1ObjectMeta { Name = at.ClusterName("e"), NamespaceProperty = "default" };
        await at.Client.CreateAsync(Event(at, "e") with { Metadata = metadata, InvolvedObject = about });
    }
}
