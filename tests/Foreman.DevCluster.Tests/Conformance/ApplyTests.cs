using Foreman.DevCluster.Tests.Support;

namespace Foreman.DevCluster.Tests.Conformance;

public sealed class ApplyTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task Applying_creates_merges_and_removes_what_is_no_longer_applied(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var one = api.Widgets + "/one?fieldManager=me";
        var created = await api.ApplyPatchAsync(one, """
            apiVersion: test.foreman.dev/v1alpha1
            kind: Widget
            metadata: {name: one, labels: {a: b}}
            spec: {kind: a, flag: true, set: [x]}
            """);
        Assert.Equal((201, 3), (created.Code, (int)created["spec.size"]!));
        await api.MergePatchAsync(api.Widgets + "/one/status", """{"status":{"phase":"Running"}}""");
        var version = (await api.GetAsync(api.Widgets + "/one")).Version;
        var again = await api.ApplyPatchAsync(one, """{"apiVersion":"test.foreman.dev/v1alpha1","kind":"Widget","metadata":{"name":"one","labels":{"a":"b"}},"spec":{"kind":"a","flag":true,"set":["x"]}}""");
        Assert.Equal((200, version), (again.Code, again.Version));
        await api.ApplyPatchAsync(api.Widgets + "/one?fieldManager=you", """{"apiVersion":"test.foreman.dev/v1alpha1","kind":"Widget","metadata":{"name":"one"},"spec":{"kind":"a","set":["y"]}}""");
        var less = await api.ApplyPatchAsync(one, """{"apiVersion":"test.foreman.dev/v1alpha1","kind":"Widget","metadata":{"name":"one"},"spec":{"kind":"a"}}""");
        Assert.Null(less["metadata.labels"]);
        Assert.Null(less["spec.flag"]);
        Assert.Equal("""["y"]""", less["spec.set"]!.ToJsonString());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Applying_over_another_manager_conflicts_unless_forced(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        string Manifest(int size) => $$$"""{"apiVersion":"test.foreman.dev/v1alpha1","kind":"Widget","metadata":{"name":"one"},"spec":{"kind":"a","size":{{{size}}}}}""";
        await api.ApplyPatchAsync(api.Widgets + "/one?fieldManager=me", Manifest(4));
        Assert.Equal(200, (await api.ApplyPatchAsync(api.Widgets + "/one?fieldManager=you", Manifest(4))).Code);
        var conflict = await api.ApplyPatchAsync(api.Widgets + "/one?fieldManager=you", Manifest(5));
        Assert.Equal((409, "Conflict", "Apply failed with 1 conflict: conflict with \"me\": .spec.size"), (conflict.Code, conflict.Reason, conflict.Message!.Replace(" using test.foreman.dev/v1alpha1", "", StringComparison.Ordinal)));
        Assert.Equal(".spec.size", (string?)conflict["details.causes.0.field"]);
        var forced = await api.ApplyPatchAsync(api.Widgets + "/one?fieldManager=you&force=true", Manifest(5));
        Assert.Equal((200, 5), (forced.Code, (int)forced["spec.size"]!));
        Assert.Equal(409, (await api.ApplyPatchAsync(api.Widgets + "/one?fieldManager=me", Manifest(4))).Code);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_others_change_becomes_theirs(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        const string Manifest = """{"apiVersion":"test.foreman.dev/v1alpha1","kind":"Widget","metadata":{"name":"one"},"spec":{"kind":"a","size":4}}""";
        await api.ApplyPatchAsync(api.Widgets + "/one?fieldManager=me", Manifest);
        await api.MergePatchAsync(api.Widgets + "/one?fieldManager=hand", """{"spec":{"size":6}}""");
        var conflict = await api.ApplyPatchAsync(api.Widgets + "/one?fieldManager=me", Manifest);
        Assert.Equal(409, conflict.Code);
        Assert.Contains("conflict with \"hand\"", conflict.Message);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Conditions_of_different_managers_live_side_by_side(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        await api.CreateAsync("one");
        string Manifest(string type) => $$$"""{"apiVersion":"test.foreman.dev/v1alpha1","kind":"Widget","metadata":{"name":"one"},"status":{"conditions":[{"type":"{{{type}}}","status":"True"}]}}""";
        Assert.Equal(200, (await api.ApplyPatchAsync(api.Widgets + "/one/status?fieldManager=me", Manifest("A"))).Code);
        var both = await api.ApplyPatchAsync(api.Widgets + "/one/status?fieldManager=you", Manifest("B"));
        Assert.Equal("""[{"status":"True","type":"A"},{"status":"True","type":"B"}]""", both["status.conditions"]!.ToJsonString().Replace("""{"type":"A","status":"True"}""", """{"status":"True","type":"A"}""", StringComparison.Ordinal).Replace("""{"type":"B","status":"True"}""", """{"status":"True","type":"B"}""", StringComparison.Ordinal));
        var moved = await api.ApplyPatchAsync(api.Widgets + "/one/status?fieldManager=me", Manifest("C"));
        Assert.DoesNotContain("\"A\"", moved["status.conditions"]!.ToJsonString());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Applying_needs_a_field_manager(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var reply = await api.ApplyPatchAsync(api.Widgets + "/one", """{"apiVersion":"test.foreman.dev/v1alpha1","kind":"Widget","metadata":{"name":"one"},"spec":{"kind":"a"}}""");
        Assert.Equal(422, reply.Code);
        Assert.Equal(["fieldManager FieldValueRequired Required value: is required for apply patch"], reply.Causes);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_manifest_says_its_name_and_kind_and_only_known_fields(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        async Task<(int, string?)> Apply(string body)
        {
            var reply = await api.ApplyPatchAsync(api.Widgets + "/one?fieldManager=me", body);
            return (reply.Code, reply.Message);
        }

        Assert.Equal(
            (400, "the name of the object (one based on URL) was undeterminable: name must be provided"),
            await Apply("""{"apiVersion":"test.foreman.dev/v1alpha1","kind":"Widget","spec":{"kind":"a"}}"""));
        Assert.Equal((400, "the name of the object (two) does not match the name on the URL (one)"), await Apply(RawApi.Widget("two")));
        Assert.Equal((400, "metadata.managedFields must be nil"), await Apply(RawApi.Widget("one", metadata: ""","managedFields":[{"manager":"x"}]""")));
        var (code, message) = await Apply(RawApi.Widget("one", """{"kind":"a","foo":1}"""));
        Assert.Equal(500, code);
        Assert.EndsWith(".spec.foo: field not declared in schema", message);
    }
}
