using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Tests.Support;

namespace Foreman.DevCluster.Tests.Conformance;

/// <summary>CEL rules of definitions, on both servers.</summary>
public sealed class RuleTests
{
    /// <summary>Changes of one rule each; both servers judge them alike.</summary>
    private static readonly string[] Rules =
    [
        "self.from <= self.to",
        "self.from < self.to",
        "self.from == self.to",
        "self.from != self.to",
        "!(self.from <= self.to)",
        "self.from <= self.to || 1 / 0 == 1",
        "1 / 0 == 1 || self.from <= self.to",
        "self.from <= self.to && has(self.text)",
        "!has(self.text) || self.text.startsWith('a')",
        "!has(self.text) || self.text.matches('^a+$')",
        "!has(self.text) || size(self.text) == 2",
        "has(self.text) ? self.text.endsWith('b') : self.from == 1",
        "self.list.all(x, x > 0)",
        "self.list.exists(x, x == 2)",
        "self.list.exists_one(x, x % 2 == 1)",
        "self.list.map(x, x * 2) == [2, 4]",
        "self.list.filter(x, x > 1).size() == 1",
        "self.list.sum() == 3 && self.list.isSorted()",
        "self.labels.all(k, self.labels[k] in ['x', 'y'])",
        "'app' in self.labels && self.labels.app == 'x'",
        "self.set == ['b', 'a']",
        "type(self.port) == int ? self.port > 0 : self.port.size() > 1",
        "self.when < timestamp('2026-06-01T00:00:00Z') && self.when.getFullYear() == 2026",
        "self.wait == duration('90s')",
        "self.text == 'ab' || self.labels.none == 'x'",
    ];

    private const string Spec = """
        {"type":"object","properties":{"from":{"type":"integer"},"to":{"type":"integer"},"text":{"type":"string","maxLength":10},"list":{"type":"array","maxItems":10,"items":{"type":"integer"}},
         "set":{"type":"array","x-kubernetes-list-type":"set","maxItems":10,"items":{"type":"string","maxLength":10}},"labels":{"type":"object","maxProperties":10,"additionalProperties":{"type":"string","maxLength":10}},
         "port":{"x-kubernetes-int-or-string":true},"when":{"type":"string","format":"date-time"},"wait":{"type":"string","format":"duration"}},
         "x-kubernetes-validations":[RULES]}
        """;

    private static readonly string[] Values =
    [
        """{"from":1,"to":2,"text":"ab","list":[1,2],"set":["a","b"],"labels":{"app":"x"},"port":80,"when":"2026-01-02T03:04:05Z","wait":"1m30s"}""",
        """{"from":2,"to":2,"text":"aa","list":[2,1],"set":["b"],"labels":{"app":"z"},"port":"http","when":"2026-12-02T03:04:05Z","wait":"90s"}""",
        """{"from":3,"to":2,"list":[],"set":[],"labels":{},"port":"x","when":"2025-01-02T03:04:05Z","wait":"2s"}""",
    ];

    private static int _kinds;

    private static string Definition(string group, string rules) => $$$"""
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"ruleds.{{{group}}}"},
         "spec":{"group":"{{{group}}}","scope":"Namespaced","names":{"kind":"Ruled","plural":"ruleds"},
         "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},"schema":{"openAPIV3Schema":{"type":"object","properties":{
           "spec": {{{Spec.Replace("RULES", rules, StringComparison.Ordinal)}}},
           "status":{"type":"object","properties":{"count":{"type":"integer","x-kubernetes-validations":[{"rule":"self >= oldSelf","message":"count never falls"}] } } } } } } }]} }
        """;

    private static string Rule(string rule, string more = "") => "{\"rule\":" + JsonValue.Create(rule)!.ToJsonString() + more + "}";

    /// <summary>The number of the rule in a cause, which ends with it whether the rule was false or an error.</summary>
    private static int Number(string cause) => int.Parse(cause.AsSpan(cause.LastIndexOf("rule ", StringComparison.Ordinal) + 5), CultureInfo.InvariantCulture);

    private static string Object(string group, string spec, string name = "one") =>
        $$$"""{"apiVersion":"{{{group}}}/v1","kind":"Ruled","metadata":{"name":"{{{name}}}"},"spec":{{{spec}}} }""";

    private static string Group() => string.Create(CultureInfo.InvariantCulture, $"k{Interlocked.Increment(ref _kinds)}-{Guid.NewGuid().ToString("n")[..6]}.foreman.dev");

    private static async Task<string> ServeAsync(RawApi api, string group, string rules)
    {
        var path = $"apis/{group}/v1/namespaces/{api.Namespace}/ruleds";
        var reply = await api.PostAsync("apis/apiextensions.k8s.io/v1/customresourcedefinitions", Definition(group, rules));
        Assert.True(reply.Code == 201, reply.Text);
        await Eventually.TrueAsync(async () => (await api.GetAsync(path)).Code == 200, "the kind to be served");
        return path;
    }

    private static async Task<RawApi> ConnectAsync(IClusterUnderTest cluster) => RawApi.Connect(cluster.AdminKubeconfigPath, await cluster.NewNamespaceAsync());

    [Theory, DevCluster, KubeApiServer]
    public async Task Each_change_of_a_rule_is_judged_as_on_the_other_server(IClusterUnderTest cluster)
    {
        using var api = await ConnectAsync(cluster);
        var group = Group();
        var path = await ServeAsync(api, group, string.Join(',', Rules.Select((rule, i) => Rule(rule, $",\"message\":\"rule {i}\""))));
        var broken = new List<string>();
        foreach (var value in Values)
        {
            var reply = await api.PostAsync(path + "?dryRun=All", Object(group, value));
            Assert.Equal(422, reply.Code);
            broken.Add(string.Join(' ', reply.Causes.Select(Number).Order()));
        }

        Assert.Equal(["2 4 9", "1 3 4 11 15 17 18 19 20 22 24", "0 1 2 5 6 7 11 13 14 15 16 17 19 20 21 22 23 24"], broken);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_broken_rule_answers_422_with_its_text(IClusterUnderTest cluster)
    {
        using var api = await ConnectAsync(cluster);
        var group = Group();
        var path = await ServeAsync(api, group, Rule("self.from <= self.to") + "," + Rule("self.from > 0", ""","message":"too early","reason":"FieldValueForbidden","fieldPath":".from" """));
        var reply = await api.PostAsync(path, Object(group, """{"from":0,"to":-1}"""));
        Assert.Equal((422, "Invalid"), (reply.Code, reply.Reason));
        Assert.Equal(
            ["spec FieldValueInvalid Invalid value: failed rule: self.from <= self.to", "spec.from FieldValueForbidden Forbidden: too early"],
            reply.Causes);
        var missing = await api.PostAsync(path, Object(group, """{"from":1}"""));
        Assert.Equal(["spec FieldValueInvalid Invalid value: \"object\": no such key: to evaluating rule: self.from <= self.to"], missing.Causes);
        var wrong = await api.PostAsync(path, Object(group, """{"from":"x","to":1}"""));
        Assert.Contains(wrong.Causes, cause => cause.EndsWith("some validation rules were not checked because the object was invalid; correct the existing errors to complete validation", StringComparison.Ordinal));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Every_way_to_write_is_judged(IClusterUnderTest cluster)
    {
        using var api = await ConnectAsync(cluster);
        var group = Group();
        var path = await ServeAsync(api, group, Rule("self.from <= self.to") + "," + Rule("self.from >= oldSelf.from", ""","message":"from never falls" """));
        Assert.Equal(201, (await api.PostAsync(path, Object(group, """{"from":1,"to":2}"""))).Code);
        var one = path + "/one";
        Assert.Equal(422, (await api.MergePatchAsync(one, """{"spec":{"from":3}}""")).Code);
        Assert.Equal(422, (await api.JsonPatchAsync(one, """[{"op":"replace","path":"/spec/from","value":0}]""")).Code);
        Assert.Equal(422, (await api.ApplyPatchAsync(one + "?fieldManager=m&force=true", Object(group, """{"from":3,"to":2}"""))).Code);
        var stored = (await api.GetAsync(one)).Json!;
        stored["spec"]!["from"] = 0;
        Assert.Contains("from never falls", (await api.PutAsync(one, stored.ToJsonString())).Message);
        Assert.Equal(422, (await api.ApplyPatchAsync(path + "/two?fieldManager=m", Object(group, """{"from":3,"to":2}""", "two"))).Code);
        Assert.Equal(200, (await api.MergePatchAsync(one, """{"spec":{"from":2}}""")).Code);
        Assert.Equal(200, (await api.MergePatchAsync(one + "/status", """{"status":{"count":2}}""")).Code);
        var fallen = await api.MergePatchAsync(one + "/status", """{"status":{"count":1}}""");
        Assert.Equal(["status.count FieldValueInvalid Invalid value: 1: count never falls"], fallen.Causes);
        Assert.Equal(200, (await api.MergePatchAsync(one + "/status", """{"status":{"count":null}}""")).Code);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_breaks_a_newer_rule_may_stay_with_a_warning(IClusterUnderTest cluster)
    {
        using var api = await ConnectAsync(cluster);
        var group = Group();
        var path = await ServeAsync(api, group, Rule("true"));
        Assert.Equal(201, (await api.PostAsync(path, Object(group, """{"from":3,"to":2}"""))).Code);
        var definition = "apis/apiextensions.k8s.io/v1/customresourcedefinitions/ruleds." + group;
        var rules = Rule("self.from <= self.to");
        Assert.Equal(200, (await api.JsonPatchAsync(definition, """[{"op":"replace","path":"/spec/versions/0/schema/openAPIV3Schema/properties/spec/x-kubernetes-validations","value":[""" + rules + "]}]")).Code);
        await Eventually.TrueAsync(async () => (await api.PostAsync(path + "?dryRun=All", Object(group, """{"from":3,"to":2}""", "two"))).Code == 422, "the new rule to hold");
        var kept = await api.MergePatchAsync(path + "/one", """{"metadata":{"labels":{"a":"b"}}}""");
        Assert.Equal(200, kept.Code);
        Assert.Equal(["spec: Invalid value: failed rule: self.from <= self.to"], kept.Warnings);
        Assert.Equal(422, (await api.MergePatchAsync(path + "/one", """{"spec":{"to":1}}""")).Code);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_definition_with_a_rule_that_does_not_compile_is_refused(IClusterUnderTest cluster)
    {
        using var api = await ConnectAsync(cluster);
        foreach (var (rule, fault) in new[]
        {
            ("self.nothing > 0", "compilation failed: ERROR: <input>:1:5: undefined field 'nothing'"),
            ("self.from == 'a'", "compilation failed: ERROR: <input>:1:11: found no matching overload for '_==_' applied to '(int, string)'"),
            ("nothing(self)", "compilation failed: ERROR: <input>:1:8: undeclared reference to 'nothing' (in container '')"),
            ("self.from", "must evaluate to a bool"),
            ("self.from >", "Syntax error: mismatched input '<EOF>'"),
            ("self.text.matches('(')", "invalid matches argument"),
        })
        {
            var reply = await api.PostAsync("apis/apiextensions.k8s.io/v1/customresourcedefinitions", Definition(Group(), Rule(rule)));
            Assert.Equal((422, "Invalid"), (reply.Code, reply.Reason));
            Assert.Contains(reply.Causes, cause => cause.StartsWith("spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule ", StringComparison.Ordinal) && cause.Contains(fault, StringComparison.Ordinal));
        }
    }
}
