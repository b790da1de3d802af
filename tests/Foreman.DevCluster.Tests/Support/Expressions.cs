using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Cel;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Schema;

namespace Foreman.DevCluster.Tests.Support;

/// <summary>CEL expressions over a few variables, and values as text.</summary>
internal static class Expressions
{
    private const string SchemaText = """
        {"type":"object","properties":{
          "number":{"type":"integer"},"text":{"type":"string"},"flag":{"type":"boolean"},"ratio":{"type":"number"},"absent":{"type":"string"},"maybe":{"type":"string","nullable":true},
          "when":{"type":"string","format":"date-time"},"day":{"type":"string","format":"date"},"wait":{"type":"string","format":"duration"},"data":{"type":"string","format":"byte"},
          "port":{"x-kubernetes-int-or-string":true},"size":{"x-kubernetes-int-or-string":true},"a-b":{"type":"integer"},"namespace":{"type":"string"},"a__b":{"type":"integer"},"x.y/z":{"type":"integer"},
          "list":{"type":"array","items":{"type":"integer"}},"set":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}},
          "ports":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],"items":{"type":"object","properties":{"name":{"type":"string"},"number":{"type":"integer"}}}},
          "labels":{"type":"object","additionalProperties":{"type":"string"}},"inner":{"type":"object","properties":{"a":{"type":"integer"},"list":{"type":"array","items":{"type":"object","properties":{"b":{"type":"string"}}}}}},
          "other":{"type":"object","properties":{"a":{"type":"integer"}}},
          "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true},"unknown":{"x-kubernetes-preserve-unknown-fields":true}}}
        """;

    private const string ValueText = """
        {"apiVersion":"v1","kind":"Thing","metadata":{"name":"one","labels":{"a":"b"}},
         "number":7,"text":"häß😀","flag":true,"ratio":2,"maybe":null,"when":"2026-01-02T03:04:05.678+02:00","day":"2026-01-02","wait":"1m30s","data":"AQI=","port":80,"size":"5Gi",
         "a-b":1,"namespace":"n","a__b":2,"x.y/z":3,"list":[3,1,2],"set":["a","b"],"ports":[{"name":"p","number":1},{"name":"q","number":2}],"labels":{"app":"x","in":"y"},
         "inner":{"a":1,"list":[{"b":"c"},{}]},"other":{"a":1},"free":{"x":[1]},"unknown":{"y":1}}
        """;

    public static StructuralSchema Schema { get; } = CelSchemas.Whole(SchemaParser.Parse((JsonObject)JsonNode.Parse(SchemaText)!));

    public static IReadOnlyDictionary<string, CelType> Types { get; } = new Dictionary<string, CelType> { ["self"] = CelSchemas.TypeOf(Schema)!, ["oldSelf"] = CelSchemas.TypeOf(Schema)! };

    private static readonly Dictionary<string, CelValue> Values = new()
    {
        ["self"] = CelSchemas.ValueOf(Read(ValueText), Schema),
        ["oldSelf"] = CelSchemas.ValueOf(
            Read(ValueText.Replace("""["a","b"]""", """["b","a"]""", StringComparison.Ordinal)
                .Replace("""[{"name":"p","number":1},{"name":"q","number":2}]""", """[{"name":"q","number":2},{"name":"p","number":1}]""", StringComparison.Ordinal)
                .Replace("[3,1,2]", "[1,2,3]", StringComparison.Ordinal)),
            Schema),
    };

    /// <summary>JSON as the dev cluster reads it: integers are 64-bit ones.</summary>
    public static JsonNode? Read(string json) => JsonDecoder.Decode(System.Text.Encoding.UTF8.GetBytes(json)).Root;

    /// <summary>The result as text, or "error: " and what went wrong.</summary>
    public static string Evaluate(string text, long limit = RuleValidator.CallLimit)
    {
        var program = CelProgram.Compile(text, Types);
        return Show(program.Evaluate(Values, program.Start(limit)));
    }

    /// <summary>What an evaluation costs.</summary>
    public static long Cost(string text)
    {
        var program = CelProgram.Compile(text, Types);
        var run = program.Start(long.MaxValue);
        program.Evaluate(Values, run);
        return run.Cost;
    }

    /// <summary>Why an expression does not compile.</summary>
    public static string Fault(string text) => Assert.Throws<CelException>(() => CelProgram.Compile(text, Types)).Fault;

    private static string Show(CelValue value) => value switch
    {
        CelError error => "error: " + error.Message,
        CelNull => "null",
        CelBool flag => flag.Value ? "true" : "false",
        CelInt number => number.Value.ToString(CultureInfo.InvariantCulture),
        CelUint number => number.Value.ToString(CultureInfo.InvariantCulture) + "u",
        CelDouble number => number.Value.ToString("R", CultureInfo.InvariantCulture) is var shown && shown.All(c => char.IsAsciiDigit(c) || c == '-') ? shown + ".0" : number.Value.ToString("R", CultureInfo.InvariantCulture),
        CelText text => $"'{text.Value}'",
        CelBytes bytes => "b:" + Convert.ToHexString(bytes.Value),
        CelTypeValue type => "type " + type.Name,
        CelTime time => CelTimes.Show(time),
        CelDuration duration => CelTimes.Show(duration),
        CelList list => "[" + string.Join(", ", Enumerable.Range(0, list.Count).Select(i => Show(list[i]))) + "]",
        CelMap map => "{" + string.Join(", ", map.Keys.Select(key => Show(key) + ": " + Show(map.Find(key, new CelRun(long.MaxValue, new Dictionary<string, SchemaPattern>()))!))) + "}",
        _ => value.TypeName,
    };
}
