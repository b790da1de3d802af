using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Schema;

namespace Foreman.DevCluster.Tests.Schema;

/// <summary>Rules that can't be obeyed are refused with the definition, each with its path.</summary>
[Trait("Kind", "14")]
public sealed class RuleReaderTests
{
    private const string Path = "spec.validation.openAPIV3Schema";

    private static (SchemaRules? Rules, string[] Faults) Read(string spec)
    {
        var errors = new FieldErrors();
        var rules = RuleReader.Read(SchemaParser.Parse((JsonObject)JsonNode.Parse("""{"type":"object","properties":{"spec":""" + spec + "}}")!), errors);
        return (rules, [.. errors.Select(error => $"{error.Field.Replace(Path, "…", StringComparison.Ordinal)} {error.Reason} {error.Message}")]);
    }

    private static string Rule(string rule, string more = "") =>
        """{"type":"object","properties":{"a":{"type":"integer"}},"x-kubernetes-validations":[{"rule":""" + JsonValue.Create(rule)!.ToJsonString() + more + "}]}";

    [Fact]
    public void A_schema_without_rules_has_none() => Assert.Null(Read("""{"type":"object","properties":{"a":{"type":"array","items":{"type":"string"}}}}""").Rules);

    [Fact]
    public void Rules_stand_where_they_were_written()
    {
        var (rules, faults) = Read("""
            {"type":"object","x-kubernetes-validations":[{"rule":"self.list.size() > 0"},{"rule":"has(oldSelf.list)","message":" told ","reason":"FieldValueForbidden","fieldPath":".list"}],
             "properties":{
               "list":{"type":"array","items":{"type":"object","properties":{"b":{"type":"string","x-kubernetes-validations":[{"rule":"self != ''"}]}}}},
               "map":{"type":"object","additionalProperties":{"type":"integer","x-kubernetes-validations":[{"rule":"self > 0","messageExpression":"'not ' + string(self)"}]}},
               "plain":{"type":"string"}}}
            """);
        Assert.Empty(faults);
        var spec = rules!.Properties["spec"];
        Assert.Equal(["list", "map"], spec.Properties.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([("self.list.size() > 0", "", false), ("has(oldSelf.list)", "told", true)], spec.Rules.Select(rule => (rule.Text, rule.Message, rule.IsTransition)));
        Assert.Equal(("FieldValueForbidden", "list"), (spec.Rules[1].Reason, spec.Rules[1].FieldPath));
        Assert.Equal("self != ''", Assert.Single(spec.Properties["list"].Items!.Properties["b"].Rules).Text);
        Assert.NotNull(Assert.Single(spec.Properties["map"].Values!.Rules).MessageProgram);
    }

    [Theory]
    [InlineData("self.b > 0", "undefined field 'b'")]
    [InlineData("self.a > 0 &&", "Syntax error: mismatched input '<EOF>'")]
    [InlineData("ip(self.a)", "undeclared reference to 'ip' (in container '')")]
    [InlineData("self.a == 'x'", "found no matching overload for '_==_' applied to '(int, string)'")]
    public void A_rule_that_does_not_compile_is_refused_with_its_place(string rule, string fault)
    {
        var (_, faults) = Read(Rule(rule));
        var told = Assert.Single(faults);
        Assert.StartsWith("….properties[spec].x-kubernetes-validations[0].rule FieldValueInvalid Invalid value: apiextensions.ValidationRule{Rule:\"", told, StringComparison.Ordinal);
        Assert.Contains("}: compilation failed: ERROR: <input>:1:", told, StringComparison.Ordinal);
        Assert.Contains(fault, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("self.a", "", ".rule FieldValueInvalid", "cel expression must evaluate to a bool")]
    [InlineData("dyn(true)", "", ".rule FieldValueInvalid", "cel expression must evaluate to a bool")]
    [InlineData(" ", "", ".rule FieldValueRequired", "rule is not specified")]
    [InlineData("true", ""","message":"  " """, ".message FieldValueInvalid", "message must be non-empty if specified")]
    [InlineData("true", ""","message":"a\nb" """, ".message FieldValueInvalid", "message must not contain line breaks")]
    [InlineData("true\n|| true", "", ".message FieldValueRequired", "message must be specified if rule contains line breaks")]
    [InlineData("true", ""","messageExpression":" " """, ".messageExpression FieldValueRequired", "must be non-empty if specified")]
    [InlineData("true", ""","messageExpression":"1" """, ".messageExpression FieldValueInvalid", "messageExpression must evaluate to a string")]
    [InlineData("true", ""","messageExpression":"self.c" """, ".messageExpression FieldValueInvalid", "messageExpression compilation failed: ERROR: <input>:1:5: undefined field 'c'")]
    [InlineData("true", ""","reason":"Other" """, ".reason FieldValueNotSupported", "\"FieldValueDuplicate\", \"FieldValueForbidden\", \"FieldValueInvalid\", \"FieldValueRequired\"")]
    [InlineData("true", ""","fieldPath":".c" """, ".fieldPath FieldValueInvalid", "fieldPath must be a valid path")]
    [InlineData("true", ""","fieldPath":"a" """, ".fieldPath FieldValueInvalid", "fieldPath must be a valid path")]
    [InlineData("true", ""","optionalOldSelf":true """, ".optionalOldSelf FieldValueForbidden", "optional")]
    public void What_is_wrong_about_a_rule_is_told(string rule, string more, string field, string fault)
    {
        var (_, faults) = Read(Rule(rule, more));
        var told = Assert.Single(faults);
        Assert.StartsWith("….properties[spec].x-kubernetes-validations[0]" + field, told, StringComparison.Ordinal);
        Assert.Contains(fault, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("atomic", false)]
    [InlineData("set", false)]
    [InlineData("map", true)]
    public void Only_items_that_are_told_apart_have_an_earlier_value(string list, bool taken)
    {
        const string Spec = """
            {"type":"array","x-kubernetes-list-type":"LIST","x-kubernetes-list-map-keys":["k"],
             "items":{"type":"object","properties":{"k":{"type":"string"},"v":{"type":"integer","x-kubernetes-validations":[{"rule":"self == oldSelf"}]}}}}
            """;
        string[] expected = taken
            ? []
            : ["….properties[spec].items.properties[v].x-kubernetes-validations[0].rule FieldValueInvalid Invalid value: \"self == oldSelf\": "
                + "oldSelf cannot be used on the uncorrelatable portion of the schema within spec.validation.openAPIV3Schema.properties[spec]"];
        Assert.Equal(expected, Read(Spec.Replace("LIST", list, StringComparison.Ordinal)).Faults);
    }

    [Theory]
    [InlineData("""{"type":"object","allOf":[{"properties":{"a":{"x-kubernetes-validations":[{"rule":"true"}]}}}]}""", ".allOf[0].properties[a].x-kubernetes-validations FieldValueForbidden Forbidden: must be empty to be structural")]
    [InlineData("""{"type":"object","not":{"x-kubernetes-validations":[{"rule":"true"}]}}""", ".not.x-kubernetes-validations FieldValueForbidden Forbidden: must be empty to be structural")]
    [InlineData("""{"x-kubernetes-preserve-unknown-fields":true,"x-kubernetes-validations":[{"rule":"true"}]}""", ".x-kubernetes-validations FieldValueForbidden Forbidden: rules can't read a value of an unknown type")]
    public void Rules_stand_only_where_they_can_be_evaluated(string spec, string fault) => Assert.Equal(["….properties[spec]" + fault], Read(spec).Faults);

    [Fact]
    public void Each_broken_rule_is_told()
    {
        var (_, faults) = Read("""{"type":"object","x-kubernetes-validations":[{"rule":"self.x"},{"rule":"true"},{"rule":"self.y"}]}""");
        Assert.Equal(2, faults.Length);
    }
}
