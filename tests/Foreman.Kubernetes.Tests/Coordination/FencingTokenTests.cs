namespace Foreman.Kubernetes.Tests;

public sealed class FencingTokenTests
{
    private const string Annotation = "example.com/leader-term";

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task The_server_refuses_the_write_of_an_earlier_leader_whenever_it_comes(IClusterUnderTest cluster)
    {
        using var client = Connect.AsAdmin(cluster);
        var (first, second) = (new FencingToken(Annotation, 7), new FencingToken(Annotation, 12));
        var made = await MakeAsync(client, await cluster.NewNamespaceAsync(), annotations: null);

        var sealedByFirst = await PatchAsync(client, made, first.Seal(made));
        var late = first.Guard(sealedByFirst, JsonPatchOperation.Add("/data", Json("first")));
        var sealedBySecond = await PatchAsync(client, made, second.Seal(sealedByFirst));

        var refused = await Assert.ThrowsAsync<KubernetesException>(() => PatchAsync(client, made, late));
        Assert.True(refused.IsTestFailed, refused.Message);
        Assert.True(second.Seals(sealedBySecond));
        Assert.Null((await client.ReadAsync<V1ConfigMap>(made.Name(), made.Namespace())).Data);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_leader_writes_on_under_its_own_token_beside_others_who_have_none(IClusterUnderTest cluster)
    {
        using var client = Connect.AsAdmin(cluster);
        var token = new FencingToken(Annotation, 7);
        var made = await MakeAsync(client, await cluster.NewNamespaceAsync(), new Dictionary<string, string> { ["other"] = "kept" });

        var written = await PatchAsync(client, made, token.Guard(made, JsonPatchOperation.Add("/data", Json("one"))));
        await PatchAsync(client, made, V1Patch.Json(JsonPatchOperation.Add("/metadata/labels", new System.Text.Json.Nodes.JsonObject { ["by"] = "somebody" })));
        var again = await PatchAsync(client, made, token.Guard(written, JsonPatchOperation.Replace("/data/text", "two")));

        Assert.Equal(("two", "kept"), (again.Data!["text"], again.GetAnnotation("other")));
    }

    [Fact]
    public void A_leader_that_reads_a_later_term_has_lost_the_leadership()
    {
        var current = Object(new Dictionary<string, string> { [Annotation] = "12" });

        Assert.Throws<LeadershipLostException>(() => new FencingToken(Annotation, 7).Guard(current));
    }

    [Fact]
    public void A_part_is_written_only_when_the_object_is_sealed()
    {
        var token = new FencingToken(Annotation, 7);

        Assert.Throws<InvalidOperationException>(() => token.GuardSubresource(Object(null)));
        Assert.Equal(
            """[{"op":"test","path":"/metadata/annotations/example.com~1leader-term","value":"7"}]""",
            token.GuardSubresource(Object(new Dictionary<string, string> { [Annotation] = "7" })).Content.ToJsonString());
    }

    [Fact]
    public void What_no_leader_has_written_yet_is_written_only_as_it_was_read() => Assert.StartsWith(
        """[{"op":"test","path":"/metadata/resourceVersion","value":"5"},""",
        new FencingToken(Annotation, 7).Seal(Object(null)).Content.ToJsonString(),
        StringComparison.Ordinal);

    private static System.Text.Json.Nodes.JsonObject Json(string text) => new() { ["text"] = text };

    private static V1ConfigMap Object(IReadOnlyDictionary<string, string>? annotations) =>
        new() { Metadata = new() { Name = "log", ResourceVersion = "5", Annotations = annotations } };

    private static Task<V1ConfigMap> MakeAsync(KubernetesClient client, string ns, IReadOnlyDictionary<string, string>? annotations) =>
        client.CreateAsync(new V1ConfigMap { Metadata = new() { Name = "log", NamespaceProperty = ns, Annotations = annotations } });

    private static Task<V1ConfigMap> PatchAsync(KubernetesClient client, V1ConfigMap target, V1Patch patch) =>
        client.PatchAsync<V1ConfigMap>(patch, target.Name(), target.Namespace());
}
