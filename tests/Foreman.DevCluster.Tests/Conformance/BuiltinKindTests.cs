using Foreman.DevCluster.Tests.Support;

namespace Foreman.DevCluster.Tests.Conformance;

public sealed class BuiltinKindTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task Config_maps_take_all_patches_and_replacement_without_a_version(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var maps = $"api/v1/namespaces/{api.Namespace}/configmaps";
        var created = await api.PostAsync(maps, """{"metadata":{"name":"one"},"data":{"a":"1"}}""");
        Assert.Equal((201, "ConfigMap"), (created.Code, (string?)created["kind"]));
        Assert.Null(created["metadata.generation"]);
        var strategic = await api.SendAsync(HttpMethod.Patch, maps + "/one", """{"data":{"b":"2","a":null},"metadata":{"finalizers":["x.y/z"],"$setElementOrder/finalizers":["x.y/z"]}}""", "application/strategic-merge-patch+json");
        Assert.Equal("""{"b":"2"}""", strategic["data"]!.ToJsonString());
        var gone = await api.SendAsync(HttpMethod.Patch, maps + "/one", """{"metadata":{"$deleteFromPrimitiveList/finalizers":["x.y/z"]}}""", "application/strategic-merge-patch+json");
        Assert.Null(gone["metadata.finalizers"]);
        Assert.Equal("""{"c":"3"}""", (await api.PutAsync(maps + "/one", """{"metadata":{"name":"one"},"data":{"c":"3"}}"""))["data"]!.ToJsonString());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Secrets_keep_text_as_base64(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var reply = await api.PostAsync($"api/v1/namespaces/{api.Namespace}/secrets", """{"metadata":{"name":"one"},"stringData":{"a":"hello"}}""");
        Assert.Equal(("aGVsbG8=", "Opaque"), ((string?)reply["data.a"], (string?)reply["type"]));
        Assert.Null(reply["stringData"]);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Leases_keep_their_microseconds_and_conflict_when_two_renew(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var leases = $"apis/coordination.k8s.io/v1/namespaces/{api.Namespace}/leases";
        string Lease(string more) => $$$"""{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"one"{{{more}}}},"spec":{"holderIdentity":"h","leaseDurationSeconds":40,"renewTime":"2026-01-02T03:04:05.123456Z"}}""";
        var created = await api.PostAsync(leases, Lease(""));
        Assert.Equal("2026-01-02T03:04:05.123456Z", (string?)created["spec.renewTime"]);
        await api.MergePatchAsync(leases + "/one", """{"spec":{"holderIdentity":"other"}}""");
        Assert.Equal(409, (await api.PutAsync(leases + "/one", Lease($""","resourceVersion":"{created.Version}" """))).Code);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Events_are_found_by_the_object_they_are_about(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var events = $"api/v1/namespaces/{api.Namespace}/events";
        string Event(string name, string about) => $$"""{"metadata":{"name":"{{name}}"},"involvedObject":{"kind":"Widget","name":"{{about}}","namespace":"{{api.Namespace}}"},"reason":"Tested","message":"m","type":"Normal"}""";
        Assert.Equal(201, (await api.PostAsync(events, Event("e1", "one"))).Code);
        await api.PostAsync(events, Event("e2", "two"));
        var found = await api.GetAsync(events + "?fieldSelector=involvedObject.name%3Done,involvedObject.kind%3DWidget");
        Assert.Equal(("e1", 1), ((string?)found["items.0.metadata.name"], found["items"]!.AsArray().Count));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_review_says_what_one_may_do(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var reply = await api.PostAsync("apis/authorization.k8s.io/v1/selfsubjectaccessreviews", """{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{"resourceAttributes":{"verb":"get","resource":"pods"}}}""");
        Assert.Equal((201, true), (reply.Code, (bool)reply["status.allowed"]!));
    }
}
