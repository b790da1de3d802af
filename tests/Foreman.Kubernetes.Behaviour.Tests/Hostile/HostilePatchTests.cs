using System.Text;

namespace Foreman.Kubernetes.Behaviour.Tests.Hostile;

/// <summary>Patches that grow, nest or repeat what they are applied to.</summary>
[Trait("Kind", "14")]
public sealed class HostilePatchTests
{
    private const string Json = "application/json-patch+json";
    private const string Merge = "application/merge-patch+json";
    private const string Strategic = "application/strategic-merge-patch+json";
    private const string Apply = "application/apply-patch+yaml";

    private static async Task<Workspace> WithGadgetAsync(IClusterUnderTest cluster)
    {
        var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one", """{"kind":"a","tags":["x","y"],"anything":{"k":"v"}}""");
        return at;
    }

    private static Task<RawAnswer> PatchAsync(Workspace at, string mediaType, string body, string query = "") =>
        PatchAsync(at, mediaType, Encoding.UTF8.GetBytes(body), query);

    private static Task<RawAnswer> PatchAsync(Workspace at, string mediaType, byte[] body, string query = "") =>
        RawServer.SendAsync(at, new ApiRequest(HttpMethod.Patch, Gadget.Type.CollectionPath(at.Namespace) + "/one" + query) { ContentType = mediaType, Body = body });

    private static string Operations(params IEnumerable<string> operations) => "[" + string.Join(',', operations) + "]";

    private static string Copy(string from, string path) => $$"""{"op":"copy","from":"{{from}}","path":"{{path}}"}""";

    private static string Add(string path, string value) => $$"""{"op":"add","path":"{{path}}","value":{{value}}}""";

    /// <summary>A refusal that tells nothing but its code: what a failed test answers too.</summary>
    private static async Task RejectsAsync(Workspace at, string operations)
    {
        var answer = await PatchAsync(at, Json, operations);
        Assert.Equal((422, "Invalid", "{}"), (answer.Code, answer.Reason, answer.Json.Show("details")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Copies_that_double_are_rejected_before_they_are_made(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        var doubling = Enumerable.Range(0, 22).Select(i => Copy("/spec/anything", $"/spec/anything/c{i}")).ToArray();
        await RejectsAsync(at, Operations(doubling));
        await RejectsAsync(at, Operations([Add("/spec/anything/s", $"\"{Nested.Times("x", 100_000)}\""), .. doubling]));
        await RejectsAsync(at, Operations([Add("/spec/anything/s", $"\"{Nested.Times("x", 1_000_000)}\""), .. Enumerable.Repeat(Copy("/spec/anything/s", "/spec/anything/c"), 4)]));
        Assert.Equal("""{"k":"v"}""", (await at.ReadAsync("one")).Show("spec.anything"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_patch_that_grows_an_object_beyond_what_etcd_takes_is_refused(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        var answer = await PatchAsync(at, Json, Operations(Add("/spec/anything/s", $"\"{Nested.Times("x", 1_000_000)}\""), Copy("/spec/anything/s", "/spec/anything/c")));
        Assert.Equal((500, (string?)null), (answer.Code, answer.Reason));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Ten_thousand_operations_are_done_and_one_more_is_413(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        const string Test = """{"op":"test","path":"/spec/kind","value":"a"}""";
        Assert.Equal(200, (await PatchAsync(at, Json, Operations(Enumerable.Repeat(Test, 10_000)))).Code);
        var answer = await PatchAsync(at, Json, Operations(Enumerable.Repeat(Test, 10_001)));
        Assert.Equal((413, "RequestEntityTooLarge"), (answer.Code, answer.Reason));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Ten_thousand_moves_and_inserts_are_done(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        var moves = Enumerable.Range(0, 9_998).Select(i => i % 2 == 0 ? """{"op":"move","from":"/spec/anything/s","path":"/spec/anything/t"}""" : """{"op":"move","from":"/spec/anything/t","path":"/spec/anything/s"}""");
        Assert.Equal(200, (await PatchAsync(at, Json, Operations([Add("/spec/anything/s", $$"""{"x":"{{Nested.Times("x", 100_000)}}"}"""), .. moves]))).Code);
        Assert.Equal(200, (await PatchAsync(at, Json, Operations([Add("/spec/anything/l", "[]"), .. Enumerable.Repeat(Add("/spec/anything/l/0", "1"), 5_000)]))).Code);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Paths_longer_than_any_object_is_deep_are_rejected(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        await RejectsAsync(at, Operations(Add(Nested.Times("/a", 200_000), "1")));
        await RejectsAsync(at, Operations(Enumerable.Repeat($$"""{"op":"test","path":"/spec/anything{{Nested.Times("/a", 120)}}","value":null}""", 9_000)));
        await RejectsAsync(at, Operations(Add("/spec/tags/99999999999999999999", "\"x\"")));
        await RejectsAsync(at, Operations(Add("/spec/tags/1000000000", "\"x\"")));
        await RejectsAsync(at, Operations("""{"op":"move","from":"/spec/anything","path":"/spec/anything/x"}"""));
        await RejectsAsync(at, Operations("""{"op":"remove","path":""}"""));
        await RejectsAsync(at, Operations("""{"op":"replace","path":"","value":5}"""));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_object_may_be_copied_into_itself_a_few_times(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        var answer = await PatchAsync(at, Json, Operations(Enumerable.Range(1, 8).Select(depth => Copy("/spec/anything", "/spec/anything" + Nested.Times("/x", depth)))));
        Assert.Equal(200, answer.Code);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Operations_with_a_text_that_is_none_are_400(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        foreach (var operation in new[] { """{"op":5,"path":"/spec/text","value":1}""", """{"op":"add","path":5,"value":1}""" })
        {
            var answer = await PatchAsync(at, Json, Operations(operation));
            Assert.Equal((operation, 400, "BadRequest"), (operation, answer.Code, answer.Reason));
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_member_that_an_operation_has_twice_is_a_duplicate_field(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        const string Twice = """[{"op":"add","op":"add","path":"/spec/text","value":"t"}]""";
        Assert.Equal(200, (await PatchAsync(at, Json, Twice)).Code);
        var answer = await PatchAsync(at, Json, Twice, "?fieldValidation=Strict");
        Assert.Equal((422, "Invalid"), (answer.Code, answer.Reason));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Patches_nested_beyond_the_limit_are_400(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        foreach (var (mediaType, body) in new[]
        {
            (Json, Nested.Times("[", 200_000)),
            (Json, Operations(Add("/spec/anything/x", Nested.Arrays(200_000)))),
            (Merge, $$$"""{"spec":{"anything":{{{Nested.Objects(200_000)}}}}}"""),
            (Apply, Nested.Times("[", 80_000)),
            (Apply, Nested.AliasBomb()),
        })
        {
            var answer = await PatchAsync(at, mediaType, body, "?fieldManager=me");
            Assert.Equal((mediaType, 400, "BadRequest"), (mediaType, answer.Code, answer.Reason));
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Strategic_patches_nested_beyond_the_limit_are_400(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.Client.CreateAsync(new V1ConfigMap { Metadata = new() { Name = "one", NamespaceProperty = at.Namespace } });
        var answer = await RawServer.SendAsync(at, HttpMethod.Patch, V1ConfigMap.Type.CollectionPath(at.Namespace) + "/one", $$"""{"data":{{Nested.Objects(200_000)}}}""", Strategic);
        Assert.Equal((400, "BadRequest"), (answer.Code, answer.Reason));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Merge_patches_of_no_object_are_400(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        foreach (var body in new[] { "[]", "null", "\"x\"", "{", "5" })
        {
            var answer = await PatchAsync(at, Merge, body);
            Assert.Equal((body, 400, "BadRequest"), (body, answer.Code, answer.Reason));
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Torn_text_in_a_patch_becomes_replacement_characters(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        var merged = await PatchAsync(at, Merge, [.. "{\"spec\":{\"text\":\""u8, 0xFF, 0xFE, .. "\"}}"u8]);
        Assert.Equal((200, "\uFFFD\uFFFD"), (merged.Code, merged.Json.Text("spec.text")));
        var half = await PatchAsync(at, Json, """[{"op":"add","path":"/spec/text","value":"\ud83d!"}]""");
        Assert.Equal((200, "\uFFFD!"), (half.Code, half.Json.Text("spec.text")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_merge_patch_may_repeat_a_member_and_remove_what_is_not_there(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        var nulls = string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"\"n{i}\":null"));
        foreach (var members in new[] { Nested.Times("\"a\":1,", 100_000) + "\"a\":2", nulls })
        {
            Assert.Equal(200, (await PatchAsync(at, Merge, "{\"spec\":{\"anything\":{" + members + "}}}")).Code);
        }
    }

    /// <summary>The servers tell neither apart, so the library can't: who wants to know reads again and compares.</summary>
    [Theory, DevCluster, KubeApiServer]
    [Trait("Kind", "15")]
    public async Task An_absent_path_and_a_failed_test_are_answered_alike(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        var absent = await Workspace.RefusedAsync(() => at.JsonPatchAsync("one", """[{"op":"test","path":"/spec/nested/nowhere/x","value":1}]"""));
        var failed = await Workspace.RefusedAsync(() => at.JsonPatchAsync("one", """[{"op":"test","path":"/spec/kind","value":"b"}]"""));
        Assert.Equal((absent.Kind(), absent.Status.Message, absent.IsTestFailed), (failed.Kind(), failed.Status.Message, failed.IsTestFailed));
        Assert.True(absent.IsTestFailed);
    }

    [Theory, DevCluster, KubeApiServer]
    [Trait("Kind", "15")]
    public async Task What_a_server_refuses_does_not_fit_the_object_that_is_read_again(IClusterUnderTest cluster)
    {
        using var at = await WithGadgetAsync(cluster);
        foreach (var (operation, reason) in new[]
        {
            ("""{"op":"test","path":"/spec/kind","value":"b"}""", PatchMismatchReason.OtherValue),
            ("""{"op":"test","path":"/spec/text","value":"b"}""", PatchMismatchReason.AbsentPath),
            ("""{"op":"test","path":"/status/phase","value":"b"}""", PatchMismatchReason.AbsentPath),
            ("""{"op":"remove","path":"/spec/text"}""", PatchMismatchReason.AbsentPath),
            ("""{"op":"add","path":"/spec/labels/a","value":"b"}""", PatchMismatchReason.AbsentPath),
            ("""{"op":"replace","path":"/spec/tags/2","value":"b"}""", PatchMismatchReason.AbsentPath),
            ("""{"op":"add","path":"/spec/tags/3","value":"b"}""", PatchMismatchReason.AbsentPath),
        })
        {
            var patch = new V1Patch(PatchType.JsonPatch, System.Text.Json.Nodes.JsonNode.Parse($"[{operation}]")!);
            Assert.True((await Workspace.RefusedAsync(() => at.Dynamic.PatchAsync(at.Key("one"), patch))).IsTestFailed, operation);
            Assert.Equal((operation, (PatchMismatchReason?)reason), (operation, patch.FirstMismatch(await at.ReadAsync("one"))?.Reason));
        }

        var fitting = new V1Patch(PatchType.JsonPatch, System.Text.Json.Nodes.JsonNode.Parse("""[{"op":"test","path":"/spec/text","value":null},{"op":"replace","path":"/spec/text","value":"t"}]""")!);
        Assert.Null(fitting.FirstMismatch(await at.ReadAsync("one")));
        await at.Dynamic.PatchAsync(at.Key("one"), fitting);
    }
}
