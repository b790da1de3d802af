namespace Foreman.Kubernetes.Behaviour.Tests.Kinds;

public sealed class ConfigMapTests
{
    private static System.Text.Json.Nodes.JsonObject Map(Workspace at, string rest)
    {
        var map = Tree.Of(rest);
        map["apiVersion"] = "v1";
        map["kind"] = "ConfigMap";
        map["metadata"] = Tree.Of($$"""{"name":"one","namespace":"{{at.Namespace}}"}""");
        return map;
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Texts_and_bytes_are_kept_apart(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var bytes = Convert.ToBase64String([0, 255, 128, 10]);
        var created = await at.Dynamic.CreateAsync(Map(at, $$$"""{"data":{"t":"línea\n"},"binaryData":{"b":"{{{bytes}}}"}}"""));
        Assert.Equal(("línea\n", bytes), (created.Text("data.t"), created.Text("binaryData.b")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_key_stands_in_data_or_in_binary_data_not_in_both(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.Dynamic.CreateAsync(Map(at, """{"data":{"k":"x"},"binaryData":{"k":"eA=="}}""")));
        Assert.Equal((422, "Invalid"), refusal.Kind());
        Assert.Equal(["data[k] FieldValueInvalid"], refusal.Causes());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Keys_are_file_names(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        foreach (var key in new[] { "a/b", "a b", "..", "", new string('k', 254) })
        {
            var refusal = await Workspace.RefusedAsync(() => at.Dynamic.CreateAsync(Map(at, $$$"""{"data":{"{{{key}}}":"x"}}""")));
            Assert.Equal((key, 422), (key, refusal.Kind().Code));
            Assert.All(refusal.Causes(), cause => Assert.Equal($"data[{key}] FieldValueInvalid", cause));
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_immutable_map_takes_labels_and_no_data(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.Dynamic.CreateAsync(Map(at, """{"data":{"a":"1"},"immutable":true}"""));
        Assert.Equal(["data FieldValueForbidden"], (await Workspace.RefusedAsync(() => at.Client.PatchAsync<V1ConfigMap>(V1Patch.Merge(Tree.Of("""{"data":{"a":"2"}}""")), "one", at.Namespace))).Causes());
        Assert.Equal(["immutable FieldValueForbidden"], (await Workspace.RefusedAsync(() => at.Client.PatchAsync<V1ConfigMap>(V1Patch.Merge(Tree.Of("""{"immutable":false}""")), "one", at.Namespace))).Causes());
        Assert.Equal("y", (await at.Client.PatchAsync<V1ConfigMap>(V1Patch.Merge(Tree.Of("""{"metadata":{"labels":{"x":"y"}}}""")), "one", at.Namespace)).GetLabel("x"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_map_holds_at_most_a_mebibyte(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.Client.CreateAsync(new V1ConfigMap
        {
            Metadata = new() { Name = "one", NamespaceProperty = at.Namespace },
            Data = new Dictionary<string, string> { ["a"] = new('x', (1024 * 1024) + 1) },
        }));
        Assert.Equal(422, refusal.Kind().Code);
        Assert.Equal("FieldValueTooLong", refusal.Status.Details!.Causes!.Single().Reason);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Values_that_are_no_texts_are_400(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Equal((400, "BadRequest"), (await Workspace.RefusedAsync(() => at.Dynamic.CreateAsync(Map(at, """{"data":{"a":1}}""")))).Kind());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Bytes_that_are_no_base64_are_400(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Equal((400, "BadRequest"), (await Workspace.RefusedAsync(() => at.Dynamic.CreateAsync(Map(at, """{"binaryData":{"a":"#"}}""")))).Kind());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_null_in_a_built_in_kind_counts_as_empty(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.Dynamic.CreateAsync(Map(at, """{"data":null,"binaryData":{},"immutable":null}"""));
        Assert.Equal(("null", "null", "null"), (created.Show("data"), created.Show("binaryData"), created.Show("immutable")));
    }
}
