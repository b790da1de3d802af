using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Admission;
using Foreman.DevCluster.Builtins;
using Foreman.DevCluster.Cel;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Lifecycle;
using Foreman.DevCluster.Patching;
using Foreman.DevCluster.Protobuf;
using Foreman.DevCluster.Routing;
using Foreman.DevCluster.Schema;
using Foreman.DevCluster.Selection;
using Foreman.DevCluster.Storage;
using Foreman.DevCluster.Tables;
using Foreman.DevCluster.Tests.Support;
using Foreman.DevCluster.Writing;
using YamlDotNet.Core;

namespace Foreman.DevCluster.Tests.Properties;

/// <summary>No text makes a reader throw anything but its own error, keeps it busy or takes more than 256 MiB.</summary>
[Trait("Kind", "14")]
public sealed class FuzzTests(ITestOutputHelper output)
{
    private static readonly JsonObject Stored = (JsonObject)JsonNode.Parse("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","finalizers":["x/y"],"ownerReferences":[{"uid":"1","name":"o"}]},"data":{"a":"b"},"list":[1,{"n":2},[3]]}""")!;

    private static readonly string[] Jsons =
    [
        """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{"k":"v"}},"data":{"a":"\u00e9\n"},"n":[1,-2.5e3,true,null,{"x":[]}]}""",
        """{"metadata":{"ownerReferences":[{"uid":"1","$patch":"delete"}],"$deleteFromPrimitiveList/finalizers":["x/y"],"$retainKeys":["name"]},"data":{"a":null}}""",
    ];

    private static readonly string[] Patches =
    [
        """[{"op":"test","path":"/data/a","value":"b"},{"op":"add","path":"/list/-","value":{"m":[1]}},{"op":"remove","path":"/list/0"}]""",
        """[{"op":"copy","from":"/list","path":"/data/c"},{"op":"move","from":"/data/a","path":"/data/m~1n"},{"op":"replace","path":"/list/1/n","value":null}]""",
    ];

    private static readonly string[] Yamls =
    [
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: &l {k: \"v\"}}\ndata:\n  a: |\n    text\n  b: 'x'\n  c: 0x1F\nmore: [*l, 1.5, ~, yes]\n",
        "---\n? a\n: - b\n  - - c\n    - d: \"\\u00e9\"\n---\nx: y\n",
    ];

    private void Holds(Action<byte[]> read, params string[] corpus)
    {
        var target = new FuzzTarget(TestContext.Current.TestMethod?.MethodName ?? "", [.. corpus.Select(Encoding.UTF8.GetBytes)], input => Refuse(read, input))
        {
            MaxAllocatedBytes = 256L << 20,
            Allowed = [typeof(ApiException), typeof(JsonException), typeof(YamlException), typeof(FormatException), typeof(CelException), typeof(CelCostException)],
        };
        output.WriteLine(Fuzzer.Run(target).ToString());
    }

    /// <summary>A 5xx would be a fault of the server, not of the text.</summary>
    private static void Refuse(Action<byte[]> read, byte[] input)
    {
        try
        {
            read(input);
        }
        catch (ApiException e) when (e.Code >= 500)
        {
            throw new InvalidOperationException(e.Message, e);
        }
    }

    private static JsonNode? Json(byte[] text) => JsonDecoder.Decode(text).Root;

    private static string Text(byte[] text) => Encoding.UTF8.GetString(text);

    [Fact]
    public void Json_bodies() => Holds(text => Assert.NotNull(JsonTree.ToText(Json(text))), Jsons);

    [Fact]
    public void Yaml_bodies() => Holds(text => Assert.NotNull(JsonTree.ToText(YamlDecoder.DecodeFirst(text).Root)), Yamls);

    [Fact]
    public void Json_patches() => Holds(text => Assert.NotNull(JsonTree.ToText(JsonPatch.Apply(Stored, Json(text)))), Patches);

    [Fact]
    public void Merge_patches() => Holds(text => Assert.NotNull(JsonTree.ToText(MergePatch.Apply(Stored, Json(text)))), Jsons);

    [Fact]
    public void Strategic_merge_patches() => Holds(text => Assert.NotNull(JsonTree.ToText(StrategicMergePatch.Apply(Stored, Json(text)))), Jsons);

    [Fact]
    public void Managed_fields() => Holds(
        text =>
        {
            var metadata = Json(text) as JsonObject ?? [];
            var kept = ManagedFields.Sent(metadata, []);
            ManagedFields.Set(metadata, kept);
            var budget = new PathBudget();
            foreach (var path in ManagedFields.Read(metadata, budget).SelectMany(owner => owner.Paths))
            {
                Assert.NotNull(FieldPaths.Show(path));
                FieldPaths.Remove(Stored.Clone(), path, BuiltinSchemas.ObjectMeta, budget);
            }
        },
        """{"managedFields":[{"manager":"m","operation":"Apply","fieldsV1":{"f:metadata":{"f:finalizers":{".":{},"v:\"x/y\"":{}},"f:ownerReferences":{"k:{\"uid\":\"1\"}":{".":{},"f:name":{}}}}}}]}""");

    [Fact]
    public void Label_selectors() => Holds(text => LabelSelector.Parse(Text(text)).Matches(Stored), "a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1", "app.kubernetes.io/name==x");

    [Fact]
    public void Field_selectors() => Holds(text => FieldSelector.Parse(Text(text), BuiltinSchemas.Kinds[0]).Matches(Stored), "metadata.name=a,status.phase!=b", "metadata.name==a\\,b\\=c");

    [Fact]
    public void Continue_tokens() => Holds(text => ContinueToken.Decode(Text(text)), new ContinueToken(5, new ObjectName("a", "b")).Encode());

    [Fact]
    public void Continue_tokens_within() => Holds(text => ContinueToken.Decode(Convert.ToBase64String(text)), """{"v":"meta.k8s.io/v1","rv":5,"start":"a/b"}""");

    [Fact]
    public void Printer_columns() => Holds(text => JsonPath.Parse(Text(text)).Find(Stored), """.status.conditions[?(@.type=="Ready")].status""", ".list[1].n", "{.metadata['name']}", ".list[*]");

    [Fact]
    public void Protobuf_bodies()
    {
        // The envelope and a ConfigMap of one label and one key.
        const string Body = "k8s\0\n\u000f\n\u0002v1\u0012\tConfigMap\u0012\u001d\n\u0013\n\u0001aB\u0004\b\u0001\u0010\u0002Z\b\n\u0001k\u0012\u0003v v\u0012\u0006\n\u0001a\u0012\u0001b";
        Holds(text => Assert.NotNull(JsonTree.ToText(ProtobufDecoder.Decode(text))), Body);
    }

    [Fact]
    public void Access_reviews() => Holds(
        text => ReviewRules.Check("SelfSubjectAccessReview", ObjectDecoder.Decode("application/json", text, "SelfSubjectAccessReview"), null, new WriteOptions()),
        """{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","metadata":{},"spec":{"resourceAttributes":{"verb":"get","resource":"pods"}}}""",
        """{"spec":{"nonResourceAttributes":{"path":"/x","verb":"get"}}}""");

    [Fact]
    public void Definitions() => Holds(
        text => DefinitionReader.Read(Json(text) as JsonObject ?? [], new FieldErrors()),
        """{"metadata":{"name":"things.x"},"spec":{"group":"x","scope":"Namespaced","names":{"kind":"Thing","plural":"things"},"versions":[{"name":"v1","served":true,"storage":true,"selectableFields":[{"jsonPath":".spec.a"}],"additionalPrinterColumns":[{"name":"A","type":"string","jsonPath":".spec.a"}],"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","required":["a"],"properties":{"a":{"type":"string","pattern":"^[a-z]{2,5}$","enum":["a"]},"l":{"type":"array","items":{"anyOf":[{"type":"integer"}],"maximum":5}}},"x-kubernetes-validations":[{"rule":"self.a != oldSelf.a && self.l.all(x, x > 0)","message":"m","messageExpression":"self.a + 'x'","reason":"FieldValueForbidden","fieldPath":".a"}]}}}}}]}}""");

    [Fact]
    public void Policies() => Holds(
        text => PolicyReader.Read(Json(text) as JsonObject ?? [], new FieldErrors()),
        """{"metadata":{"name":"p"},"spec":{"failurePolicy":"Ignore","matchConstraints":{"resourceRules":[{"resources":["*"]}]},"matchConditions":[{"name":"c","expression":"request.name == 'a'"}],"variables":[{"name":"v","expression":"object.spec.a"}],"validations":[{"expression":"variables.v > 1","messageExpression":"'m'","reason":"Forbidden"}]}}""");

    /// <summary>Parsing, checking and evaluating end in a value or in an error of theirs.</summary>
    [Fact]
    public void Expressions_of_CEL() => Holds(
        text => Assert.NotNull(Expressions.Evaluate(Text(text), limit: 10_000)),
        "!has(self.text) || self.list.all(i, (has(self.number) ? 1 : 0) + (i > 1 ? 1 : 0) == 1 && !self.text.matches('(^|/)[.][.](/|$)'))",
        "self.labels.exists_one(k, self.labels[k] in ['x', \"y\", r'z']) ? b'\\xff\\101' + bytes('ä') : b\"\"\"a\"\"\" // end",
        "[1, -2, 0x1F].map(x, x % 2 == 0, {'a': [x], 'b': [x - 1]}).filter(m, m.a[0] < 9223372036854775807 && 'b' in m)[0].b == oldSelf.list",
        "timestamp('2026-01-02T03:04:05.5+01:00') - duration('1h30m') > self.when || self.text.split('a', 2).join('-').replace('b', '', 1).substring(1, 2) == 'x' && type(dyn(1.5e3)) == double");

    [Fact]
    public void Objects_against_a_schema()
    {
        var schema = SchemaParser.Parse((JsonObject)JsonNode.Parse("""{"type":"object","properties":{"apiVersion":{"type":"string","pattern":"^v[0-9]$"},"data":{"type":"object","additionalProperties":{"type":"string","format":"date-time","maxLength":3}},"n":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"integer","format":"int32","multipleOf":2}}}}""")!);
        Holds(
            text =>
            {
                var root = Json(text) as JsonObject ?? [];
                SchemaValidator.Validate(root, schema, FieldPath.Root, new FieldErrors());
                EmptyFields.Drop(root, schema);
                Pruning.PruneObject(root, schema, []);
                Defaulting.Apply(root, schema);
                FieldPaths.Leaves(root, schema, status: false, new PathBudget());
            },
            Jsons);
    }
}
