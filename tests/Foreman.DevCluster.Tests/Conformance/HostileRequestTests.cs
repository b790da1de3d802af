using System.Text.Json.Nodes;
using Foreman.DevCluster.Tests.Support;

namespace Foreman.DevCluster.Tests.Conformance;

/// <summary>Alone, because it measures what the whole process allocates.</summary>
[CollectionDefinition(nameof(HostileRequestTests), DisableParallelization = true)]
public sealed class HostileRequests;

/// <summary>
/// Requests that the dev cluster refuses earlier than kube-apiserver, which takes gigabytes or half a minute for some of them. What both
/// answer alike stands in Foreman.Kubernetes.Behaviour.Tests.
/// </summary>
[Collection(nameof(HostileRequestTests))]
[Trait("Kind", "14")]
public sealed class HostileRequestTests(ITestOutputHelper output)
{
    /// <summary>Most that client and server together may allocate for one request, short-lived objects included.</summary>
    private const int MostMiB = 512;

    private static readonly HttpMethod Post = HttpMethod.Post;

    private sealed record Row(string Name, string MediaType, string Body, int Code, string Query = "");

    private static string Members(int count, Func<int, string> member) => string.Join(',', Enumerable.Range(0, count).Select(member));

    private static IEnumerable<Row> Rows()
    {
        const string Json = "application/json";
        const string Yaml = "application/yaml";
        yield return new("one long anchor, ten thousand aliases", Yaml, $"a: &a \"{Hostile.Times("x", 100_000)}\"\nb: [{Hostile.Times("*a,", 10_000)}]", 400);
        yield return new("a million empty lists", Json, "[" + Hostile.Times("[],", 1_000_000) + "[]]", 400);
        yield return new("nested 600 deep", Json, RawApi.Widget("deep", "{\"kind\":\"a\",\"free\":" + Hostile.Times("{\"a\":", 600) + "1" + Hostile.Times("}", 600) + "}"), 400);
        yield return new("a key of a megabyte above many members", Json, RawApi.Widget("key", "{\"kind\":\"a\",\"free\":{\"" + Hostile.Times("k", 1_000_000) + "\":{" + Members(30_000, i => $"\"m{i}\":1") + "}}}"), 201);
        yield return new("a hundred thousand wrong labels", Json, RawApi.Widget("labels", metadata: ",\"labels\":{" + Members(100_000, i => $"\"-{i}\":\"v v\"") + "}"), 422);
        yield return new("a hundred thousand items of the wrong type", Json, RawApi.Widget("tags", "{\"kind\":\"a\",\"tags\":[" + Members(100_000, _ => "1") + "]}"), 422);
        yield return new("a hundred thousand items of a set", Json, RawApi.Widget("set", "{\"kind\":\"a\",\"set\":[" + Members(100_000, i => $"\"{i}\"") + "]}"), 201);
        yield return new("a hundred thousand equal items of a set", Json, RawApi.Widget("equal", "{\"kind\":\"a\",\"set\":[" + Members(100_000, _ => "\"x\"") + "]}"), 422);
        yield return new("a hundred thousand unknown fields", Json, RawApi.Widget("unknown", "{\"kind\":\"a\"," + Members(100_000, i => $"\"u{i}\":1") + "}"), 201);
        yield return new("the same, strict", Json, RawApi.Widget("strict", "{\"kind\":\"a\"," + Members(100_000, i => $"\"u{i}\":1") + "}"), 400, "?fieldValidation=Strict");
        yield return new("unknown fields that no header can hold", Json, RawApi.Widget("header", "{\"kind\":\"a\",\"é\":1,\"a\\nb\":1,\"\\u0000\":2,\"" + Hostile.Times("h", 100_000) + "\":1}"), 201);
        yield return new("protobuf of great length", "application/vnd.kubernetes.protobuf", "k8s\0\n\u007f\u007f\u007f\u007f", 400);
        yield return new("YAML of a million empty lists", Yaml, "a: [" + Hostile.Times("[],", 1_000_000) + "]", 400);
    }

    [Fact]
    public async Task Each_is_answered_within_its_memory_and_the_server_goes_on()
    {
        var cluster = await EmbeddedDevCluster.SharedAsync();
        using var api = await RawApi.WithWidgetsAsync(cluster);
        foreach (var row in Rows())
        {
            var before = GC.GetTotalAllocatedBytes();
            var reply = await api.SendAsync(Post, api.Widgets + row.Query, row.Body, row.MediaType);
            var taken = (GC.GetTotalAllocatedBytes() - before) / (1024 * 1024);
            output.WriteLine($"{row.Name}: {reply.Code}, {taken} MiB, {reply.Text.Length} bytes");
            Assert.True(row.Code == reply.Code, $"{row.Name}: {reply.Code} {reply.Text[..Math.Min(500, reply.Text.Length)]}");
            Assert.True(taken <= MostMiB, $"{row.Name}: {taken} MiB");
            Assert.True(row.Code < 300 || reply.Text.Length < 1_000_000, $"{row.Name}: an answer of {reply.Text.Length} bytes");
            Assert.Equal("ok", (await api.GetAsync("healthz")).Text);
        }
    }

    [Fact]
    public async Task Half_a_surrogate_in_a_warning_or_a_message_is_no_fault_of_the_server()
    {
        using var api = await RawApi.WithWidgetsAsync(await EmbeddedDevCluster.SharedAsync());
        Assert.Equal(201, (await api.PostAsync(api.Widgets, RawApi.Widget("one", """{"kind":"a","\ud83d":1}"""))).Code);
        Assert.Equal(422, (await api.PostAsync(api.Widgets, RawApi.Widget("two", """{"kind":"\ud83d"}"""))).Code);
        Assert.Equal(400, (await api.PostAsync("apis/authorization.k8s.io/v1/selfsubjectaccessreviews", """{"spec":"\ud83d"}""")).Code);
    }

    [Fact]
    public async Task A_watch_may_ask_for_any_time()
    {
        using var api = await RawApi.WithWidgetsAsync(await EmbeddedDevCluster.SharedAsync());
        Assert.Equal(201, (await api.PostAsync(api.Widgets, RawApi.Widget("one"))).Code);
        await using var watch = await api.Watch(api.Widgets + "?watch=1&timeoutSeconds=9223372036854775807").OpenAsync();
        Assert.Equal("ADDED one", await watch.NextWordsAsync());
    }

    [Fact]
    public async Task More_headers_than_a_request_may_have_are_431()
    {
        using var api = await RawApi.WithWidgetsAsync(await EmbeddedDevCluster.SharedAsync());
        using var request = new HttpRequestMessage(HttpMethod.Get, "healthz");
        for (var i = 0; i < 200; i++)
        {
            request.Headers.Add($"X-{i}", "y");
        }

        using var answer = await api.SendAsync(request);
        Assert.Equal(431, (int)answer.StatusCode);
    }

    /// <summary>A definition whose pattern would backtrack for ever is served, and matched in linear time.</summary>
    [Fact]
    public async Task A_pattern_that_could_backtrack_is_matched()
    {
        using var api = await RawApi.WithWidgetsAsync(await EmbeddedDevCluster.SharedAsync());
        var definition = JsonNode.Parse("""
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"traps.hostile.foreman.dev"},
             "spec":{"group":"hostile.foreman.dev","scope":"Namespaced","names":{"kind":"Trap","plural":"traps"},
              "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{"text":{"type":"string","pattern":"^(a+)+$"}}}}}]}}
            """)!;
        Assert.Equal(201, (await api.PostAsync("apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition.ToJsonString())).Code);
        var trap = $$"""{"apiVersion":"hostile.foreman.dev/v1","kind":"Trap","metadata":{"name":"one"},"text":"{{Hostile.Times("a", 100_000)}}!"}""";
        Assert.Equal(422, (await api.PostAsync($"apis/hostile.foreman.dev/v1/namespaces/{api.Namespace}/traps", trap)).Code);
        definition["metadata"]!["name"] = "others.hostile.foreman.dev";
        definition["spec"]!["names"] = new JsonObject { ["kind"] = "Other", ["plural"] = "others" };
        definition["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["text"]!["pattern"] = "(a)\\1";
        Assert.Equal(422, (await api.PostAsync("apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition.ToJsonString())).Code);
    }
}
