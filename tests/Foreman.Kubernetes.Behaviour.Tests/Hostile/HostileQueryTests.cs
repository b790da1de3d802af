using System.Text;

namespace Foreman.Kubernetes.Behaviour.Tests.Hostile;

/// <summary>Selectors, tokens and options of any length and content.</summary>
[Trait("Kind", "14")]
public sealed class HostileQueryTests
{
    private static Task<RawAnswer> ListAsync(Workspace at, string query) =>
        RawServer.SendAsync(at, new ApiRequest(HttpMethod.Get, Gadget.Type.CollectionPath(at.Namespace) + query));

    private static string Token(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    [Theory, DevCluster, KubeApiServer]
    public async Task A_selector_of_hundreds_of_kilobytes_is_used(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one", metadata: """{"labels":{"a":"x"}}""");
        foreach (var query in new[]
        {
            $"?labelSelector=a%20in%20({Nested.Times("x,", 200_000)}x)",
            $"?labelSelector={string.Join(',', Enumerable.Repeat("a=x", 20_000))}",
            $"?fieldSelector={string.Join(',', Enumerable.Repeat("metadata.name%3Done", 20_000))}",
        })
        {
            var answer = await ListAsync(at, query);
            Assert.Equal(200, answer.Code);
            Assert.Equal(["one"], answer.Json!.Names());
        }

        Assert.Empty((await ListAsync(at, $"?fieldSelector=metadata.name%3D{Nested.Times("x", 300_000)}")).Json!.Names());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Selectors_that_are_none_are_400(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        foreach (var query in new[]
        {
            "?labelSelector=" + Nested.Times("!", 20_000),
            "?labelSelector=a%20in%20" + Nested.Times("(", 20_000),
            "?labelSelector=a" + Nested.Times("%20", 20_000) + "!",
            "?labelSelector=a%3D" + Nested.Times("x", 5_000),
            "?labelSelector=a%3Ex",
            "?labelSelector=a%3E99999999999999999999",
            "?fieldSelector=spec.nope%3Dx",
            "?fieldSelector=%3D%3D%3D",
            "?limit=99999999999999999999",
            "?limit=x",
            "?limit=1e3",
            "?resourceVersion=99999999999999999999",
            "?resourceVersion=-1",
            "?watch=1&timeoutSeconds=x",
            "?watch=1&timeoutSeconds=99999999999999999999",
        })
        {
            var answer = await ListAsync(at, query);
            Assert.Equal((query[..Math.Min(query.Length, 60)], 400, "BadRequest"), (query[..Math.Min(query.Length, 60)], answer.Code, answer.Reason));
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Continue_tokens_that_the_server_did_not_make_are_400(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        foreach (var token in new[] { "x", Token("{}"), Token("[]"), Token(Nested.Times("[", 100_000)), Token(Nested.Times("x", 500_000)), Token("""{"v":"meta.k8s.io/v1","rv":"5","start":"t/a"}""") })
        {
            var answer = await ListAsync(at, "?limit=1&continue=" + token);
            Assert.Equal((400, "BadRequest"), (answer.Code, answer.Reason));
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_watch_that_ends_before_it_began_is_opened_and_over(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Equal(200, (await ListAsync(at, "?watch=1&timeoutSeconds=-5")).Code);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_limit_beyond_all_objects_is_no_limit(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        foreach (var limit in new[] { "9223372036854775807", "-1", "0" })
        {
            Assert.Equal(["one"], (await ListAsync(at, "?limit=" + limit)).Json!.Names());
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_field_manager_that_is_too_long_or_unprintable_is_422(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        foreach (var manager in new[] { Nested.Times("m", 129), "%01" })
        {
            var answer = await RawServer.SendAsync(at, HttpMethod.Post, Gadget.Type.CollectionPath(at.Namespace) + "?fieldManager=" + manager, at.Manifest("one").ToJsonString());
            Assert.Equal((422, "Invalid"), (answer.Code, answer.Reason));
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Headers_of_any_content_are_answered(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var path = Gadget.Type.CollectionPath(at.Namespace);
        var wide = await RawServer.SendAsync(at, new ApiRequest(HttpMethod.Get, path) { Accept = Nested.Times("text/x,", 50_000) + "application/json" });
        var none = await RawServer.SendAsync(at, new ApiRequest(HttpMethod.Get, path) { Accept = "text/html" });
        Assert.Equal((200, 406), (wide.Code, none.Code));
    }
}
