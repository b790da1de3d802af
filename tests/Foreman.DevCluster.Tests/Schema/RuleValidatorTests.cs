using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Schema;
using Foreman.DevCluster.Tests.Support;

namespace Foreman.DevCluster.Tests.Schema;

/// <summary>Which rules are evaluated on which values, and what is told of them.</summary>
[Trait("Kind", "14")]
public sealed class RuleValidatorTests
{
    private const string Size = """{"type":"object","x-kubernetes-validations":[{"rule":"self.size < 5"}],"properties":{"size":{"type":"integer"},"text":{"type":"string"}}}""";

    private static string[] Check(string spec, string value, string? stored = null, List<string>? warnings = null) =>
        [.. Errors(Whole(spec), "{\"spec\":" + value + "}", stored is null ? null : "{\"spec\":" + stored + "}", warnings).Select(error => error.ToString())];

    private static string Whole(string spec) => """{"type":"object","properties":{"spec":""" + spec + "}}";

    private static FieldErrors Errors(string schema, string value, string? stored = null, List<string>? warnings = null)
    {
        var errors = new FieldErrors();
        var rules = RuleReader.Read(SchemaParser.Parse((JsonObject)JsonNode.Parse(schema)!), errors);
        Assert.Empty(errors);
        RuleValidator.Validate(rules!, (JsonObject)Expressions.Read(value)!, stored is null ? null : (JsonObject)Expressions.Read(stored)!, errors, warnings ?? []);
        return errors;
    }

    private static string Rules(string type, params string[] rules) =>
        """{"type":"object","properties":{"v":{"type":"TYPE","x-kubernetes-validations":[""".Replace("TYPE", type, StringComparison.Ordinal) + string.Join(',', rules) + "]}}}";

    [Fact]
    public void A_rule_that_holds_says_nothing() => Assert.Empty(Check(Size, """{"size":4}"""));

    [Fact]
    public void A_broken_rule_is_told_by_itself() => Assert.Equal(["spec: Invalid value: failed rule: self.size < 5"], Check(Size, """{"size":5}"""));

    [Fact]
    public void A_rule_that_ends_in_an_error_is_told_with_it() =>
        Assert.Equal(["spec: Invalid value: \"object\": no such key: size evaluating rule: self.size < 5"], Check(Size, "{}"));

    [Fact]
    public void An_operator_that_is_not_defined_is_told_with_the_rule() => Assert.Equal(
        ["spec: Invalid value: \"object\": 'no such overload': call arguments did not match a supported operator, function or macro signature for rule: self.p + 1 > 0"],
        Check("""{"type":"object","properties":{"p":{"x-kubernetes-int-or-string":true}},"x-kubernetes-validations":[{"rule":"self.p + 1 > 0"}]}""", """{"p":"x"}"""));

    [Fact]
    public void Message_reason_and_field_of_the_rule_are_told()
    {
        const string Spec = """
            {"type":"object","properties":{"a":{"type":"integer"}},"x-kubernetes-validations":[
              {"rule":"self.a > 1","message":" must be more "},
              {"rule":"self.a > 2","reason":"FieldValueForbidden","fieldPath":".a","message":"too few"},
              {"rule":"self.a > 3","reason":"FieldValueRequired"},
              {"rule":"self.a > 4","reason":"FieldValueDuplicate"},
              {"rule":"self.a > 5","messageExpression":"'has ' + string(self.a)","message":"unused"},
              {"rule":"self.a > 6","messageExpression":"' '","message":"used"},
              {"rule":"self.a > 7","messageExpression":"'a\\nb'"},
              {"rule":"self.a > 8","messageExpression":"string(1 / 0)"}]}
            """;
        Assert.Equal(
            [
                "spec: Invalid value: must be more",
                "spec.a: Forbidden: too few",
                "spec: Required value: failed rule: self.a > 3",
                "spec: Duplicate value",
                "spec: Invalid value: has 1",
                "spec: Invalid value: used",
                "spec: Invalid value: failed rule: self.a > 7",
                "spec: Invalid value: failed rule: self.a > 8",
            ],
            Check(Spec, """{"a":1}"""));
    }

    // As kube-apiserver 1.36 answered the same object.
    [Theory]
    [InlineData("\"type\":\"string\"", "self == 'x'", "\"abc\"", "Invalid value: \"abc\": m", "Duplicate value: \"abc\"")]
    [InlineData("\"type\":\"boolean\"", "self", "false", "Invalid value: false: m", "Duplicate value: false")]
    [InlineData("\"type\":\"number\"", "self > 3.0", "1.5", "Invalid value: 1.5: m", "Duplicate value: 1.5")]
    [InlineData("\"x-kubernetes-int-or-string\":true", "self == 9", "\"7\"", "Invalid value: \"7\": m", "Duplicate value: \"7\"")]
    [InlineData("\"type\":\"array\",\"items\":{\"type\":\"string\"}", "self.size() > 5", "[\"q\"]", "Invalid value: m", "Duplicate value")]
    [InlineData("\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}", "self.size() > 5", "{\"k\":\"v\"}", "Invalid value: m", "Duplicate value")]
    public void A_value_is_told_where_it_is_a_scalar(string type, string rule, string value, string invalid, string duplicate)
    {
        var spec = $$"""{"type":"object","properties":{"v":{ {{type}},"x-kubernetes-validations":[{"rule":"{{rule}}","message":"m"},{"rule":"{{rule}}","message":"m","reason":"FieldValueDuplicate"}]} } }""";
        Assert.Equal([$"spec.v: {invalid}", $"spec.v: {duplicate}"], Check(spec, $$"""{"v": {{value}} }"""));
    }

    [Fact]
    public void Rules_of_the_whole_object_have_no_path()
    {
        const string Schema = """{"type":"object","properties":{"spec":{"type":"object","properties":{"a":{"type":"string"}}}},"x-kubernetes-validations":[{"rule":"self.metadata.name == self.spec.a"},{"rule":"self.kind == 'X'","fieldPath":".spec.a"}]}""";
        Assert.Equal(
            ["<nil>: Invalid value: failed rule: self.metadata.name == self.spec.a", "spec.a: Invalid value: failed rule: self.kind == 'X'"],
            Errors(Schema, """{"apiVersion":"v1","kind":"Y","metadata":{"name":"a","labels":{}},"spec":{"a":"b"}}""").Select(error => error.ToString()));
    }

    [Fact]
    public void Values_of_lists_and_maps_are_told_with_their_paths() => Assert.Equal(
        ["spec.list[1]: Invalid value: 0: failed rule: self > 0", "spec.map[b/c]: Invalid value: \"\": failed rule: self != ''"],
        Check(
            """
            {"type":"object","properties":{
              "list":{"type":"array","items":{"type":"integer","x-kubernetes-validations":[{"rule":"self > 0"}]}},
              "map":{"type":"object","additionalProperties":{"type":"string","x-kubernetes-validations":[{"rule":"self != ''"}]}}}}
            """,
            """{"list":[1,0],"map":{"a":"x","b/c":""}}"""));

    [Fact]
    public void Nothing_and_null_are_not_judged() =>
        Assert.Empty(Check("""{"type":"object","properties":{"v":{"type":"string","nullable":true,"x-kubernetes-validations":[{"rule":"false"}]}}}""", """{"v":null}"""));

    [Fact]
    public void A_comparison_with_what_was_stored_needs_something_stored()
    {
        var spec = Rules("integer", """{"rule":"self >= oldSelf"}""");
        Assert.Empty(Check(spec, """{"v":1}"""));
        Assert.Empty(Check(spec, """{"v":1}""", "{}"));
        Assert.Empty(Check(spec, "{}", """{"v":1}"""));
        Assert.Empty(Check(spec, """{"v":2}""", """{"v":1}"""));
        Assert.Equal(["spec.v: Invalid value: 1: failed rule: self >= oldSelf"], Check(spec, """{"v":1}""", """{"v":2}"""));
    }

    [Fact]
    public void Items_with_keys_are_compared_with_the_item_of_the_same_keys()
    {
        const string Spec = """
            {"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"],
             "items":{"type":"object","properties":{"k":{"type":"string"},"v":{"type":"integer","x-kubernetes-validations":[{"rule":"self >= oldSelf"}]}}}}
            """;
        Assert.Equal(
            ["spec[1].v: Invalid value: 0: failed rule: self >= oldSelf"],
            Check(Spec, """[{"k":"b","v":5},{"k":"a","v":0},{"k":"c","v":0}]""", """[{"k":"a","v":1},{"k":"b","v":4}]"""));
    }

    [Fact]
    public void What_did_not_change_is_a_warning()
    {
        var warnings = new List<string>();
        Assert.Empty(Check(Size, """{"size":9}""", """{"size":9}""", warnings));
        Assert.Equal(["spec: Invalid value: failed rule: self.size < 5"], warnings);
        Assert.Single(Check(Size, """{"size":9,"text":"t"}""", """{"size":9}"""));
        var item = """{"type":"array","items":{"type":"integer","x-kubernetes-validations":[{"rule":"self > 0"}]}}""";
        Assert.Empty(Check(item, "[0]", "[0]", warnings));
        Assert.Single(Check(item, "[0,1]", "[0]"));
    }

    [Fact]
    public void Rules_wait_until_types_and_required_fields_are_right()
    {
        var errors = new FieldErrors();
        errors.Add(FieldError.Required("spec.size"));
        var rules = RuleReader.Read(SchemaParser.Parse((JsonObject)JsonNode.Parse(Whole(Size))!), new FieldErrors())!;
        RuleValidator.Validate(rules, [], null, errors, []);
        Assert.Equal(
            "<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation",
            errors[1].ToString());
    }

    [Fact]
    public void One_call_that_costs_too_much_ends_the_rules()
    {
        var spec = Rules("array", """{"rule":"self.all(a, self.all(b, self.all(c, true)))"}""", """{"rule":"false"}""").Replace("\"array\"", "\"array\",\"items\":{\"type\":\"integer\"}", StringComparison.Ordinal);
        Assert.Equal(
            [
                "spec.v: Invalid value: \"array\": 'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: "
                    + "self.all(a, self.all(b, self.all(c, true)))",
            ],
            Check(spec, $$"""{"v":[{{string.Join(',', Enumerable.Range(0, 1_000))}}]}"""));
    }

    [Fact]
    public void All_rules_together_have_a_budget()
    {
        const string Spec = """{"type":"array","items":{"type":"array","items":{"type":"integer"},"x-kubernetes-validations":[{"rule":"self.all(a, self.all(b, b >= 0))"}]}}""";
        var row = "[" + string.Join(',', Enumerable.Range(0, 300)) + "]";
        var told = Assert.Single(Check(Spec, "[" + string.Join(',', Enumerable.Repeat(row, 200)) + "]"));
        Assert.EndsWith("]: Invalid value: \"array\": validation failed due to running out of cost budget, no further validation rules will be run", told, StringComparison.Ordinal);
    }
}
