using System.Text;

namespace Foreman.Kubernetes.Behaviour.Tests.Hostile;

/// <summary>Bodies that are torn, deep or full: each ends in the answer that kube-apiserver gives, and the server goes on.</summary>
[Trait("Kind", "14")]
public sealed class HostileBodyTests
{
    private const string Yaml = "application/yaml";
    private const string Head = "apiVersion: behaviour.foreman.dev/v1\nkind: Gadget\nmetadata: {name: one}\n";

    private static string Body(string name, string spec, string metadata = "") =>
        $$"""{"apiVersion":"behaviour.foreman.dev/v1","kind":"Gadget","metadata":{"name":"{{name}}"{{metadata}}},"spec":{{spec}}}""";

    /// <summary>A body in which @@ stands for bytes that are no UTF-8.</summary>
    private static byte[] Torn(string text)
    {
        var parts = text.Split("@@");
        return [.. Encoding.UTF8.GetBytes(parts[0]), 0xFF, 0xFE, .. Encoding.UTF8.GetBytes(parts[1])];
    }

    private static Task<RawAnswer> PostAsync(Workspace at, ResourceType type, byte[] body, string mediaType = "application/json", string query = "") =>
        RawServer.SendAsync(at, new ApiRequest(HttpMethod.Post, type.CollectionPath(at.Namespace) + query) { ContentType = mediaType, Body = body });

    private static Task<RawAnswer> PostAsync(Workspace at, string body, string mediaType = "application/json", string query = "") =>
        PostAsync(at, Gadget.Type, Encoding.UTF8.GetBytes(body), mediaType, query);

    private static async Task RefusesAsync(Workspace at, string mediaType, params string[] bodies)
    {
        foreach (var body in bodies)
        {
            var answer = await PostAsync(at, body, mediaType);
            Assert.Equal((Start(body), 400, "BadRequest"), (Start(body), answer.Code, answer.Reason));
        }
    }

    private static string Start(string body) => body[..Math.Min(body.Length, 60)];

    [Theory, DevCluster, KubeApiServer]
    public async Task Json_nested_beyond_the_limit_is_400(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await RefusesAsync(
            at,
            "application/json",
            Body("a", $$"""{"kind":"a","anything":{{Nested.Objects(200_000)}}}"""),
            Body("b", $$$"""{"kind":"a","anything":{"x":{{{Nested.Arrays(200_000)}}}}}"""),
            Nested.Times("[", 200_000),
            Nested.Times("{\"a\":", 200_000));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Json_nested_four_hundred_deep_is_stored(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var answer = await PostAsync(at, Body("one", $$"""{"kind":"a","anything":{{Nested.Objects(400)}}}"""));
        Assert.Equal(201, answer.Code);
        await at.CreateAsync("two");
        Assert.Equal(["one", "two"], (await at.Client.ListAsync<Gadget>(at.Namespace)).Items.Select(gadget => gadget.Name()));
        Assert.Equal(["one", "two"], (await at.ListAsync()).Names());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Bytes_that_are_no_text_become_replacement_characters(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var torn = await PostAsync(at, Gadget.Type, Torn(Body("torn", """{"kind":"a","text":"@@"}""")));
        Assert.Equal((201, "\uFFFD\uFFFD"), (torn.Code, torn.Json.Text("spec.text")));
        var half = await PostAsync(at, Body("half", """{"kind":"a","text":"a\ud83db"}"""));
        Assert.Equal((201, "a\uFFFDb"), (half.Code, half.Json.Text("spec.text")));
        var key = await PostAsync(at, Gadget.Type, Torn(Body("key", """{"kind":"a","anything":{"@@":1}}""")));
        Assert.Equal((201, """{"��":1}"""), (key.Code, key.Json.Show("spec.anything")));
        var map = await PostAsync(at, V1ConfigMap.Type, Torn("""{"metadata":{"name":"torn"},"data":{"a":"@@"}}"""));
        Assert.Equal((201, "\uFFFD\uFFFD"), (map.Code, map.Json.Text("data.a")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Torn_text_outside_of_strings_is_400(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var whole = Body("one", """{"kind":"a"}""");
        byte[][] bodies =
        [
            Torn("@@" + whole),
            [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(whole)],
            Encoding.Unicode.GetBytes(whole),
            Encoding.UTF8.GetBytes("/* */" + whole),
            Encoding.UTF8.GetBytes(whole + "x"),
        ];
        foreach (var body in bodies)
        {
            var answer = await PostAsync(at, Gadget.Type, body);
            Assert.Equal((400, "BadRequest"), (answer.Code, answer.Reason));
        }

        await RefusesAsync(at, "application/json", Body("one", "{\"kind\":\"a\",\"text\":\"\u0001\"}"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Numbers_that_fit_no_float_are_400(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await RefusesAsync(
            at,
            "application/json",
            Body("a", """{"kind":"a","anything":{"x":1e400}}"""),
            Body("b", """{"kind":"a","ratio":-1e400}"""),
            Body("c", $$$"""{"kind":"a","anything":{"x":{{{Nested.Times("9", 300_000)}}}}}"""));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_member_that_comes_a_hundred_thousand_times_is_warned_about_once(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var spec = $$"""{"kind":"a","anything":{ {{Nested.Times("\"u\":1,", 100_000)}}"u":2} }""";
        var warned = await PostAsync(at, Body("one", spec));
        Assert.Equal((201, 2), (warned.Code, warned.Json.Number("spec.anything.u")));
        var refused = await PostAsync(at, Body("two", spec), query: "?fieldValidation=Strict");
        Assert.Equal((400, "BadRequest"), (refused.Code, refused.Reason));
        Assert.InRange(refused.Text.Length, 1, 1_000);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Ten_thousand_labels_are_stored(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var labels = string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"k{i}\":\"v\""));
        Assert.Equal(201, (await PostAsync(at, Body("one", """{"kind":"a"}""", $",\"labels\":{{{labels}}}"))).Code);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_name_of_a_megabyte_is_422(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var answer = await PostAsync(at, Body(Nested.Times("x", 1_000_000), """{"kind":"a"}"""));
        Assert.Equal((422, "Invalid"), (answer.Code, answer.Reason));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_object_beyond_what_etcd_takes_is_refused(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var answer = await PostAsync(at, Body("one", $$"""{"kind":"a","text":"{{Nested.Times("x", 2_000_000)}}"}"""));
        Assert.Equal((500, (string?)null, "etcdserver: request is too large"), (answer.Code, answer.Reason, answer.Json.Text("message")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Yaml_nested_beyond_the_limit_is_400(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await RefusesAsync(
            at,
            Yaml,
            Nested.Times("[", 80_000),
            "a: " + Nested.Arrays(40_000),
            "a: " + Nested.Times("{a: ", 20_000) + Nested.Times("}", 20_000),
            Nested.Times("- ", 40_000),
            Nested.Times("? ", 40_000));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Yaml_whose_aliases_multiply_is_400(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await RefusesAsync(at, Yaml, Nested.AliasBomb(), "a: &a [*a]", "a: *nowhere");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Aliases_in_moderation_are_written_out(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var answer = await PostAsync(at, Head + "spec: {kind: a, anything: {a: &a {x: 1}, b: [*a, *a]}}", Yaml);
        Assert.Equal((201, """[{"x":1},{"x":1}]"""), (answer.Code, answer.Json.Show("spec.anything.b")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Yaml_that_is_no_text_is_400(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var torn = await PostAsync(at, Gadget.Type, Torn(Head + "spec: {kind: a, text: \"@@\"}"), Yaml);
        Assert.Equal((400, "BadRequest"), (torn.Code, torn.Reason));
        await RefusesAsync(at, Yaml, Head + "spec: {kind: a, text: \"\0\"}", Head + "spec: {kind: a, text: \"\\ud83d\"}", "\"" + Nested.Times("\\\"", 40_000));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_key_that_yaml_has_twice_is_a_duplicate_field(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var warned = await PostAsync(at, Head + "spec: {kind: a, kind: b}", Yaml);
        Assert.Equal((201, "b"), (warned.Code, warned.Json.Text("spec.kind")));
        var refused = await PostAsync(at, Head + "spec: {kind: a, kind: b}", Yaml, "?fieldValidation=Strict");
        Assert.Equal((400, "BadRequest"), (refused.Code, refused.Reason));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_media_type_is_read_whatever_its_case(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Equal(201, (await PostAsync(at, Body("one", """{"kind":"a"}"""), "APPLICATION/JSON")).Code);
        Assert.Equal(201, (await PostAsync(at, Body("two", """{"kind":"a"}"""), "application/json; charset=latin1")).Code);
    }
}
