using System.Text.Json;
using System.Text.Json.Nodes;

namespace Foreman.Kubernetes.Behaviour.Tests.KubectlSide;

/// <summary>kubectl sees every object that the library wrote exactly as the library meant it.</summary>
public sealed class WrittenByTheLibraryTests
{
    private const string Tricky = "Grüße, 世界 \U0001F6E0️ \"q\" <b>&amp;</b> \\ tab\t nul\u0001 line\n end\u2028";
    private static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2));

    private static V1ObjectMeta Named(Workspace at) => new()
    {
        Name = "one",
        NamespaceProperty = at.Namespace,
        Labels = new Dictionary<string, string> { ["example.com/part"] = "A_b.c-9", ["empty"] = "" },
        Annotations = new Dictionary<string, string> { ["note"] = Tricky, ["example.com/empty"] = "" },
        Finalizers = ["example.com/first", "example.com/second"],
        OwnerReferences = [new() { ApiVersion = "v1", Kind = "Namespace", Name = "default", Uid = Guid.Empty.ToString(), Controller = true, BlockOwnerDeletion = false }],
    };

    /// <summary>Writes an object by the library, reads it by kubectl, and compares everything that was meant with what is shown.</summary>
    private static async Task SeesAsync<T>(Workspace at, T meant, string meantJson)
        where T : class, IResource<T>
    {
        await at.Client.CreateAsync(meant);
        var shown = await GetAsync(at, T.Type, meant.Name(), meant.Namespace());
        Assert.Equal((T.Type.ApiVersion, T.Type.Kind), (shown.Text("apiVersion"), shown.Text("kind")));
        Same(Tree.Of(meantJson), Body(shown));
        Same(About(Tree.Of(JsonSerializer.Serialize(meant, T.TypeInfo))), About(shown));

        // And back: what the library reads is what kubectl shows.
        var read = await at.Client.ReadAsync<T>(meant.Name(), meant.Namespace());
        Same(Body(Tree.Of(JsonSerializer.Serialize(read, T.TypeInfo))), Body(shown));
    }

    internal static async Task<JsonObject> GetAsync(Workspace at, ResourceType type, string name, string? ns)
    {
        string[] where = ns is null ? [] : ["-n", ns];
        var kind = type.Group.Length == 0 ? type.Plural : $"{type.Plural}.{type.Group}";
        return Tree.Of(await at.Cluster.Kubectl.RunAsync(["get", kind, name, "-o", "json", .. where]));
    }

    internal static void Same(JsonNode meant, JsonNode shown) =>
        Assert.Equal(Tree.Sorted(meant)!.ToJsonString(Tree.Relaxed), Tree.Sorted(shown)!.ToJsonString(Tree.Relaxed));

    /// <summary>The metadata that people write.</summary>
    private static JsonObject About(JsonObject shown) =>
        new(shown["metadata"]!.AsObject().Where(field => field.Key is "name" or "namespace" or "labels" or "annotations" or "finalizers" or "ownerReferences").Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));

    /// <summary>Everything but type and metadata.</summary>
    internal static JsonObject Body(JsonObject shown) =>
        new(shown.Where(field => field.Key is not ("apiVersion" or "kind" or "metadata")).Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));

    private static string Json(string text) => JsonSerializer.Serialize(text);

    [Theory, DevCluster, KubeApiServer]
    public async Task A_config_map_is_seen_as_it_was_meant(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var map = new V1ConfigMap { Metadata = Named(at), Data = new Dictionary<string, string> { ["a.txt"] = Tricky, ["empty"] = "", ["number"] = "007", ["yes"] = "yes" } };
        await SeesAsync(at, map, $$$"""{"data":{"a.txt":{{{Json(Tricky)}}},"empty":"","number":"007","yes":"yes"}}""");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_secret_is_seen_as_it_was_meant(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var bytes = Enumerable.Range(0, 256).Select(value => (byte)value).ToArray();
        var secret = new V1Secret
        {
            Metadata = Named(at),
            SecretType = "example.com/kind",
            Data = new Dictionary<string, byte[]> { ["all"] = bytes, ["none"] = [] },
            StringData = new Dictionary<string, string> { ["text"] = "grün" },
        };
        await SeesAsync(at, secret, $$$"""{"type":"example.com/kind","data":{"all":"{{{Convert.ToBase64String(bytes)}}}","none":"","text":"Z3LDvG4="}}""");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_lease_is_seen_as_it_was_meant(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var lease = new V1Lease
        {
            Metadata = Named(at),
            Spec = new() { HolderIdentity = "höst_1", LeaseDurationSeconds = int.MaxValue, AcquireTime = Time.AddTicks(10), RenewTime = Time.AddTicks(9_999_990), LeaseTransitions = 0 },
        };
        await SeesAsync(at, lease, """
            {"spec":{"holderIdentity":"höst_1","leaseDurationSeconds":2147483647,"leaseTransitions":0,
             "acquireTime":"2026-01-02T01:04:05.000001Z","renewTime":"2026-01-02T01:04:05.999999Z"}}
            """);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_service_account_is_seen_as_it_was_meant(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await SeesAsync(at, new V1ServiceAccount { Metadata = Named(at) }, "{}");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_event_is_seen_as_it_was_meant(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.Client.CreateAsync(new CoreV1Event
        {
            Metadata = Named(at),
            InvolvedObject = new() { ApiVersion = "v1", Kind = "ConfigMap", Name = "m", NamespaceProperty = at.Namespace, Uid = "u", ResourceVersion = "7", FieldPath = "data.a" },
            Reason = "Tested",
            Message = Tricky,
            Source = new() { Component = "tester", Host = "here" },
            FirstTimestamp = Time,
            LastTimestamp = Time.AddSeconds(1),
            Count = 3,
            EventType = "Warning",
            ReportingComponent = "example.com/tester",
            ReportingInstance = "tester-1",
        });
        var shown = Body(await GetAsync(at, CoreV1Event.Type, "one", at.Namespace));

        // The API server shows a time that was never set as null.
        shown.Remove("eventTime");
        Same(
            Tree.Of($$$"""
                {"involvedObject":{"apiVersion":"v1","kind":"ConfigMap","name":"m","namespace":"{{{at.Namespace}}}","uid":"u","resourceVersion":"7","fieldPath":"data.a"},
                 "reason":"Tested","message":{{{Json(Tricky)}}},"source":{"component":"tester","host":"here"},"count":3,"type":"Warning",
                 "firstTimestamp":"2026-01-02T01:04:05Z","lastTimestamp":"2026-01-02T01:04:06Z",
                 "reportingComponent":"example.com/tester","reportingInstance":"tester-1"}
                """),
            shown);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_namespace_is_seen_as_it_was_meant(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var name = at.ClusterName("more");
        await at.Client.CreateAsync(new V1Namespace
        {
            Metadata = new() { Name = name, Labels = new Dictionary<string, string> { ["a"] = "b" }, Annotations = new Dictionary<string, string> { ["note"] = Tricky } },
        });
        var shown = await GetAsync(at, V1Namespace.Type, name, null);
        Assert.Equal((Tricky, "b"), (shown.Text("metadata.annotations.note"), shown.Text("metadata.labels.a")));
        Assert.Equal(2, shown["metadata"]!["labels"]!.AsObject().Count);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_custom_object_is_seen_as_it_was_meant(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var gadget = new Gadget
        {
            Metadata = Named(at),
            Spec = new()
            {
                Kind = "b",
                Size = 0,
                Total = long.MinValue,
                Ratio = 0.1,
                Name = "abc",
                Text = Tricky,
                Tags = ["x", "", "ü"],
                Set = [],
                Ports = [new("p", 80), new("p", 53, "UDP")],
                Labels = new Dictionary<string, string> { ["a/b"] = "c" },
                Whole = new Dictionary<string, string>(),
                Anything = Tree.Of("""{"big":9223372036854775807,"half":0.5,"null":null,"list":[1,"2",null,{"x":{}}],"empty":{},"yes":"yes"}"""),
                Port = JsonValue.Create("http"),
                Memory = JsonValue.Create(7),
                When = Time,
                Flag = false,
                Template = Tree.Of("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","labels":{"a":"b"}},"spec":{"free":[1]}}"""),
            },
        };
        await SeesAsync(at, gadget, $$$"""
            {"spec":{"kind":"b","size":0,"total":-9223372036854775808,"ratio":0.1,"name":"abc","text":{{{Json(Tricky)}}},"tags":["x","","ü"],"set":[],
             "ports":[{"name":"p","number":80,"protocol":"TCP"},{"name":"p","number":53,"protocol":"UDP"}],"labels":{"a/b":"c"},"whole":{},
             "anything":{"big":9223372036854775807,"half":0.5,"null":null,"list":[1,"2",null,{"x":{}}],"empty":{},"yes":"yes"},
             "port":"http","memory":7,"when":"2026-01-02T01:04:05Z","flag":false,"level":"low","nested":{"a":"x"},
             "template":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","labels":{"a":"b"}},"spec":{"free":[1]}} }}
            """);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_status_is_seen_as_it_was_meant(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.Client.CreateAsync(new Gadget { Metadata = new() { Name = "one", NamespaceProperty = at.Namespace }, Spec = new() { Kind = "a" } });
        var conditions = Conditions.Set(null, new() { Type = "Ready", Status = "False", Reason = "Waiting", Message = Tricky, ObservedGeneration = 1 }, Time);
        await at.Client.ReplaceAsync(created with { Status = new() { Phase = "Running", Attempt = 0, Conditions = conditions } }, new() { Subresource = "status" });
        var shown = await GetAsync(at, Gadget.Type, "one", at.Namespace);
        Same(
            Tree.Of($$$"""
                {"phase":"Running","attempt":0,
                 "conditions":[{"type":"Ready","status":"False","reason":"Waiting","message":{{{Json(Tricky)}}},"observedGeneration":1,"lastTransitionTime":"2026-01-02T01:04:05Z"}]}
                """),
            shown["status"]!);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_was_patched_and_applied_is_seen_as_it_was_meant(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.ApplyAsync("me", "one", """{"kind":"a","text":"t","tags":["x"],"anything":{"n":1}}""");
        await at.MergeAsync("one", $$$"""{"spec":{"text":{{{Json(Tricky)}}},"tags":null,"anything":{"n":null,"m":9223372036854775807}} }""");
        await at.JsonPatchAsync("one", """[{"op":"add","path":"/spec/set","value":["s"]},{"op":"replace","path":"/spec/size","value":9}]""");
        var shown = await GetAsync(at, Gadget.Type, "one", at.Namespace);
        Same(
            Tree.Of($$$"""{"kind":"a","text":{{{Json(Tricky)}}},"anything":{"m":9223372036854775807},"set":["s"],"size":9,"level":"low","nested":{"a":"x"}}"""),
            shown["spec"]!);
    }
}
