using System.Text;

namespace Foreman.Kubernetes.Behaviour.Tests.Kinds;

public sealed class SecretTests
{
    private static V1Secret Secret(Workspace at, string? type = null) => new() { Metadata = new() { Name = "one", NamespaceProperty = at.Namespace }, SecretType = type };

    [Theory, DevCluster, KubeApiServer]
    public async Task Texts_become_bytes_and_win_over_bytes_of_their_key(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.Client.CreateAsync(Secret(at) with
        {
            Data = new Dictionary<string, byte[]> { ["a"] = [0, 255], ["b"] = [1] },
            StringData = new Dictionary<string, string> { ["b"] = "grün" },
        });
        Assert.Equal([0, 255], created.Data!["a"]);
        Assert.Equal("grün", Encoding.UTF8.GetString(created.Data["b"]));
        Assert.Null(created.StringData);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_patch_with_texts_changes_bytes(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.Client.CreateAsync(Secret(at) with { Data = new Dictionary<string, byte[]> { ["a"] = [1] } });
        var patched = await at.Client.PatchAsync<V1Secret>(V1Patch.Merge(Tree.Of("""{"stringData":{"b":"x"}}""")), "one", at.Namespace);
        Assert.Equal(["a", "b"], patched.Data!.Keys.Order());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_secret_without_a_type_is_opaque_and_its_type_never_changes(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Equal("Opaque", (await at.Client.CreateAsync(Secret(at))).SecretType);
        var refusal = await Workspace.RefusedAsync(() => at.Client.PatchAsync<V1Secret>(V1Patch.Merge(Tree.Of("""{"type":"example.com/x"}""")), "one", at.Namespace));
        Assert.Equal(["type FieldValueInvalid"], refusal.Causes());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Well_known_types_must_hold_their_keys(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Equal(
            ["data[tls.crt] FieldValueRequired", "data[tls.key] FieldValueRequired"],
            (await Workspace.RefusedAsync(() => at.Client.CreateAsync(Secret(at, "kubernetes.io/tls")))).Causes());
        Assert.Equal(
            ["data[.dockerconfigjson] FieldValueRequired"],
            (await Workspace.RefusedAsync(() => at.Client.CreateAsync(Secret(at, "kubernetes.io/dockerconfigjson")))).Causes());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_immutable_secret_keeps_its_data(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.Dynamic.CreateAsync(Tree.Of($$$"""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"one","namespace":"{{{at.Namespace}}}"},"data":{"a":"eA=="},"immutable":true}"""));
        var refusal = await Workspace.RefusedAsync(() => at.Client.PatchAsync<V1Secret>(V1Patch.Merge(Tree.Of("""{"data":{"a":"eQ=="}}""")), "one", at.Namespace));
        Assert.Equal(["data FieldValueForbidden"], refusal.Causes());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Keys_of_secrets_are_file_names(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.Client.CreateAsync(Secret(at) with { Data = new Dictionary<string, byte[]> { ["a/b"] = [1] } }));
        Assert.Equal(["data[a/b] FieldValueInvalid"], refusal.Causes());
    }
}
