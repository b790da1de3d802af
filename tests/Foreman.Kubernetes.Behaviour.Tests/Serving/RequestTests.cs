namespace Foreman.Kubernetes.Behaviour.Tests.Serving;

/// <summary>Requests that are wrong in themselves.</summary>
public sealed class RequestTests
{
    private const string Yaml = """
        apiVersion: behaviour.foreman.dev/v1
        kind: Gadget
        metadata:
          name: one
        spec: {kind: a, size: 0x7, text: "yes", flag: y, total: 0o17, tags: [~x, "1"]}
        """;

    [Theory, DevCluster, KubeApiServer]
    public async Task Json_that_is_none_is_400(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        foreach (var body in new[] { "{bad", "", "[]", "null", "\"text\"", """{"kind":"Gadget"}{}""" })
        {
            var answer = await RawServer.SendAsync(at, HttpMethod.Post, Gadget.Type.CollectionPath(at.Namespace), body);
            Assert.Equal((body, 400, "BadRequest"), (body, answer.Code, answer.Reason));
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_object_may_be_sent_as_yaml(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var answer = await RawServer.SendAsync(at, HttpMethod.Post, Gadget.Type.CollectionPath(at.Namespace), Yaml, "application/yaml");
        Assert.Equal((201, 7L, "yes", 15L), (answer.Code, answer.Json.Number("spec.size"), answer.Json.Text("spec.text"), answer.Json.Number("spec.total")));
        Assert.Equal(("true", """["~x","1"]"""), (answer.Json.Show("spec.flag"), answer.Json.Show("spec.tags")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Yaml_may_begin_with_a_brace(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var answer = await RawServer.SendAsync(
            at, HttpMethod.Post, Gadget.Type.CollectionPath(at.Namespace), "{apiVersion: behaviour.foreman.dev/v1, kind: Gadget, metadata: {name: one}, spec: {kind: b}}", "application/yaml");
        Assert.Equal((201, "b"), (answer.Code, answer.Json.Text("spec.kind")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Yaml_that_is_none_is_400(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        foreach (var body in new[] { "{a: b", "a: [", "\tx: y", "- a", "just text", "a: b: c" })
        {
            var answer = await RawServer.SendAsync(at, HttpMethod.Post, Gadget.Type.CollectionPath(at.Namespace), body, "application/yaml");
            Assert.Equal((body, 400), (body, answer.Code));
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_apply_may_be_sent_as_yaml_and_broken_yaml_is_400(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var path = Gadget.Type.CollectionPath(at.Namespace) + "/one?fieldManager=me";
        Assert.Equal(201, (await RawServer.SendAsync(at, HttpMethod.Patch, path, Yaml, "application/apply-patch+yaml")).Code);
        Assert.Equal(400, (await RawServer.SendAsync(at, HttpMethod.Patch, path, "{a: b", "application/apply-patch+yaml")).Code);
        Assert.Equal(400, (await RawServer.SendAsync(at, HttpMethod.Patch, path, "a: [", "application/apply-patch+yaml")).Code);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_broken_patch_body_is_400(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        foreach (var type in new[] { "application/json-patch+json", "application/merge-patch+json" })
        {
            var answer = await RawServer.SendAsync(at, HttpMethod.Patch, Gadget.Type.CollectionPath(at.Namespace) + "/one", "{bad", type);
            Assert.Equal((type, 400, "BadRequest"), (type, answer.Code, answer.Reason));
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_media_type_that_is_not_understood_is_415(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        var created = await RawServer.SendAsync(at, HttpMethod.Post, Gadget.Type.CollectionPath(at.Namespace), "x", "text/plain");
        var patched = await RawServer.SendAsync(at, HttpMethod.Patch, Gadget.Type.CollectionPath(at.Namespace) + "/one", "{}", "application/json");
        Assert.Equal([(415, "UnsupportedMediaType"), (415, "UnsupportedMediaType")], [(created.Code, created.Reason), (patched.Code, patched.Reason)]);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_answer_that_can_not_be_made_is_406(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        foreach (var accept in new[] { "text/html", "application/json;as=Sketch;g=meta.k8s.io;v=v1", "application/json;as=Table;g=meta.k8s.io;v=v9" })
        {
            var answer = await RawServer.SendAsync(at, new ApiRequest(HttpMethod.Get, Gadget.Type.CollectionPath(at.Namespace)) { Accept = accept });
            Assert.Equal((accept, 406, "NotAcceptable"), (accept, answer.Code, answer.Reason));
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task The_first_answer_that_can_be_made_is_taken(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var answer = await RawServer.SendAsync(
            at, new ApiRequest(HttpMethod.Get, Gadget.Type.CollectionPath(at.Namespace)) { Accept = "text/html,application/json;as=Table;g=meta.k8s.io;v=v1,application/json" });
        Assert.Equal((200, "Table"), (answer.Code, answer.Json.Text("kind")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_verb_that_a_path_lacks_is_405(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        var path = Gadget.Type.CollectionPath(at.Namespace);
        Assert.Equal((405, "MethodNotAllowed"), (await Workspace.RefusedAsync(() => at.Dynamic.CreateSubresourceAsync(at.Key("one"), "status", []))).Kind());
        Assert.Equal(405, (await RawServer.SendAsync(at, HttpMethod.Delete, path + "/one/status")).Code);
        var maps = V1ConfigMap.Type.CollectionPath(at.Namespace);
        Assert.Equal(405, (await RawServer.SendAsync(at, HttpMethod.Put, maps, "{}")).Code);
        Assert.Equal(405, (await RawServer.SendAsync(at, HttpMethod.Patch, maps, "{}", "application/merge-patch+json")).Code);
        Assert.Equal(405, (await RawServer.SendAsync(at, HttpMethod.Post, maps + "/one", "{}")).Code);
        Assert.Equal(405, (await RawServer.SendAsync(at, HttpMethod.Post, V1ConfigMap.Type.CollectionPath(), "{}")).Code);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Replacing_or_patching_a_custom_kind_without_a_name_is_400(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var path = Gadget.Type.CollectionPath(at.Namespace);
        Assert.Equal((400, "BadRequest"), ((await RawServer.SendAsync(at, HttpMethod.Put, path, "{}")).Code, (await RawServer.SendAsync(at, HttpMethod.Put, path, "{}")).Reason));
        Assert.Equal(400, (await RawServer.SendAsync(at, HttpMethod.Patch, path, "{}", "application/merge-patch+json")).Code);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_path_that_nothing_has_is_404(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        foreach (var path in new[] { "/nowhere", "/apis/nowhere/v1", "/apis/behaviour.foreman.dev/v1/wodgets", "/api/v2", "/api/v1/wodgets", Gadget.Type.CollectionPath(at.Namespace) + "/one/two/three" })
        {
            Assert.Equal((path, 404), (path, (await RawServer.SendAsync(at, HttpMethod.Get, path)).Code));
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_wrong_token_is_401(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        using var stranger = new KubernetesClient(at.Client.Configuration with { AccessToken = "wrong" });
        var refusal = await Workspace.RefusedAsync(() => stranger.ListAsync<Gadget>(at.Namespace));
        Assert.Equal((401, "Unauthorized"), refusal.Kind());
        Assert.True(refusal.IsUnauthorized);
    }

    [Theory, KubeApiServer]
    [NotOnDevCluster("RBAC is not there: one user on one machine has nobody to be kept from.")]
    public async Task An_identity_without_rights_is_403(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        using var nobody = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(await cluster.KubeconfigForAsync("nobody", at.Namespace)));
        var refusal = await Workspace.RefusedAsync(() => nobody.ListAsync<V1Secret>(at.Namespace));
        Assert.Equal((403, "Forbidden"), refusal.Kind());
        Assert.Contains("cannot list resource \"secrets\"", refusal.Status.Message);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_body_beyond_the_limit_is_413(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var answer = await RawServer.SendAsync(at, HttpMethod.Post, Gadget.Type.CollectionPath(at.Namespace), $$"""{"a":"{{new string('x', 3 * 1024 * 1024)}}"}""");
        Assert.Equal((413, "RequestEntityTooLarge"), (answer.Code, answer.Reason));
    }
}
