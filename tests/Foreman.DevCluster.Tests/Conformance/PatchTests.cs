using Foreman.DevCluster.Tests.Support;

namespace Foreman.DevCluster.Tests.Conformance;

public sealed class PatchTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task A_failed_test_answers_422_with_empty_details_and_changes_nothing(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var before = await api.CreateAsync("one");
        var reply = await api.JsonPatchAsync(api.Widgets + "/one/status", """[{"op":"replace","path":"/status/phase","value":"Running"},{"op":"test","path":"/status/attempt","value":5}]""");
        Assert.Equal((422, "Invalid", "the server rejected our request due to an error in our request"), (reply.Code, reply.Reason, reply.Message));
        Assert.Equal("{}", reply["details"]!.ToJsonString());
        Assert.Equal(before.Version, (await api.GetAsync(api.Widgets + "/one")).Version);
    }

    public static TheoryData<string> Refused =>
    [
        """[{"op":"remove","path":"/status/claim"}]""",
        """[{"op":"test","path":"/status/claim/holder","value":"x"}]""",
        """[{"op":"test","path":"/status/claim/holder","value":null}]""",
        """[{"op":"add","path":"/status/claim/holder","value":"x"}]""",
        """[{"op":"replace","path":"/status/claim/holder","value":"x"}]""",
        """[{"op":"move","from":"/status/claim","path":"/status/assignedNode"}]""",
        """[{"op":"add","path":"/status/attempts/7","value":{"a":1}}]""",
        """[{"op":"remove","path":"/status/attempts/7"}]""",
        """[{"op":"test","path":"/status/attempts/0","value":null}]""",
        """[{"op":"bogus","path":"/status/attempt","value":5}]""",
        """[{"op":"test","path":"/status/attempt","value":0.0}]""",
        """[{"op":"test","path":"/status/attempt","value":"0"}]""",
        """[{"op":"test","path":"/metadata/uid","value":"x"}]""",
    ];

    [Theory, DevCluster, KubeApiServer]
    public async Task An_operation_that_can_not_be_done_answers_422_with_empty_details(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        await api.CreateAsync("one");
        foreach (var row in Refused)
        {
            var reply = await api.JsonPatchAsync(api.Widgets + "/one/status", row.Data);
            Assert.True(reply.Code == 422 && reply["details"]!.ToJsonString() == "{}", $"{row.Data}: {reply.Text}");
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Operations_run_in_order_and_lists_can_be_grown_at_both_ends(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        await api.CreateAsync("one");
        var reply = await api.JsonPatchAsync(api.Widgets + "/one/status", """
            [{"op":"test","path":"/status/attempt","value":0},{"op":"test","path":"/status/claim","value":null},
             {"op":"add","path":"/status/attempts/-","value":{"a":1}},{"op":"add","path":"/status/attempts/0","value":{"a":0}},
             {"op":"copy","from":"/status/phase","path":"/status/assignedNode"},{"op":"move","from":"/status/attempts/1","path":"/status/attempts/0"},
             {"op":"replace","path":"/status/claim","value":{"holder":"h"}},{"op":"replace","path":"/status/attempt","value":1}]
            """);
        Assert.Equal(200, reply.Code);
        Assert.Equal("""[{"a":1},{"a":0}]""", reply["status.attempts"]!.ToJsonString());
        Assert.Equal(("Pending", "h", 1), ((string?)reply["status.assignedNode"], (string?)reply["status.claim.holder"], (int)reply["status.attempt"]!));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_value_that_the_schema_refuses_answers_422_with_causes(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        await api.CreateAsync("one");
        var reply = await api.JsonPatchAsync(api.Widgets + "/one/status", """[{"op":"replace","path":"/status/phase","value":"Nope"},{"op":"add","path":"/status/claim","value":1}]""");
        Assert.Equal(422, reply.Code);
        Assert.Equal(
            [
                "status.claim FieldValueTypeInvalid Invalid value: \"integer\": claim in body must be of type object: \"integer\"",
                "status.phase FieldValueNotSupported Unsupported value: \"Nope\": supported values: \"Pending\", \"Running\", \"Done\"",
            ],
            reply.Causes);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_merge_patch_with_an_old_resource_version_answers_409(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        var first = await api.CreateAsync("one");
        await api.MergePatchAsync(api.Widgets + "/one", """{"spec":{"size":4}}""");
        var reply = await api.MergePatchAsync(api.Widgets + "/one", $$$"""{"metadata":{"resourceVersion":"{{{first.Version}}}"},"spec":{"size":5}}""");
        Assert.Equal((409, "Conflict"), (reply.Code, reply.Reason));
        Assert.Equal("Operation cannot be fulfilled on widgets.test.foreman.dev \"one\": the object has been modified; please apply your changes to the latest version and try again", reply.Message);
        Assert.Equal("widgets", (string?)reply["details.kind"]);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task The_main_endpoint_leaves_status_alone_and_the_status_endpoint_everything_else(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        await api.CreateAsync("one");
        var main = await api.MergePatchAsync(api.Widgets + "/one", """{"spec":{"size":4},"status":{"phase":"Done"},"metadata":{"labels":{"x":"y"}}}""");
        Assert.Equal((2, "Pending", 4), ((int)main["metadata.generation"]!, (string?)main["status.phase"], (int)main["spec.size"]!));
        var status = await api.MergePatchAsync(api.Widgets + "/one/status", """{"spec":{"size":5},"status":{"phase":"Done"},"metadata":{"labels":{"q":"r"}}}""");
        Assert.Equal((2, "Done", 4), ((int)status["metadata.generation"]!, (string?)status["status.phase"], (int)status["spec.size"]!));
        Assert.Equal("""{"x":"y"}""", status["metadata.labels"]!.ToJsonString());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_patch_that_changes_nothing_keeps_the_resource_version(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        await api.CreateAsync("one");
        // The first write after a creation may store defaults that the API server had only shown.
        var written = await api.MergePatchAsync(api.Widgets + "/one", """{"spec":{"size":4}}""");
        Assert.Equal(written.Version, (await api.MergePatchAsync(api.Widgets + "/one", """{"spec":{"size":4},"status":{"phase":"Done"}}""")).Version);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Custom_resources_refuse_strategic_merge_patches(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        await api.CreateAsync("one");
        var reply = await api.SendAsync(HttpMethod.Patch, api.Widgets + "/one", "{}", "application/strategic-merge-patch+json");
        Assert.Equal((415, "UnsupportedMediaType"), (reply.Code, reply.Reason));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Broken_patches_answer_400(IClusterUnderTest cluster)
    {
        using var api = await RawApi.WithWidgetsAsync(cluster);
        await api.CreateAsync("one");
        Assert.Equal(400, (await api.MergePatchAsync(api.Widgets + "/one", "{bad")).Code);
        Assert.Equal(400, (await api.JsonPatchAsync(api.Widgets + "/one", """{"a":1}""")).Code);
        Assert.Equal(404, (await api.MergePatchAsync(api.Widgets + "/none", "{}")).Code);
        var renamed = await api.JsonPatchAsync(api.Widgets + "/one", """[{"op":"replace","path":"/metadata/name","value":"x"}]""");
        Assert.Equal((400, "the name of the object (x) does not match the name on the URL (one)"), (renamed.Code, renamed.Message));
    }
}
