using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Schema;
using Foreman.DevCluster.Tests.Support;

namespace Foreman.DevCluster.Tests.Schema;

[Trait("Kind", "14")]
public sealed class SchemaValidatorTests
{
    private static FieldErrors Check(string schema, JsonNode value, JsonNode? stored = null)
    {
        var errors = new FieldErrors();
        SchemaValidator.Validate(value, SchemaParser.Parse((JsonObject)JsonNode.Parse(schema)!), FieldPath.Root.Field("spec"), errors, stored);
        return errors;
    }

    private static JsonArray Items(int count, Func<int, JsonNode?> item) => [.. Enumerable.Range(0, count).Select(item)];

    [Fact]
    public void A_list_that_is_wrong_in_every_item_is_told_with_its_first_hundred()
    {
        var errors = Check("""{"type":"array","items":{"type":"string"}}""", Items(200_000, i => (long)i));
        Assert.Equal((100, "spec[0]"), (errors.Count, errors[0].Field));
    }

    /// <summary>Comparing each item with all before it would take twenty billion comparisons.</summary>
    [Fact]
    public void A_set_of_two_hundred_thousand_is_checked_in_one_pass()
    {
        Assert.Empty(Check("""{"type":"array","x-kubernetes-list-type":"set","items":{"type":"integer"}}""", Items(200_000, i => (long)i)));
        Assert.Equal("spec[199999]", Assert.Single(Check("""{"type":"array","x-kubernetes-list-type":"set","items":{"type":"integer"}}""", Items(200_000, i => (long)i % 199_999))).Field);
        Assert.Single(Check("""{"type":"array","uniqueItems":true,"items":{"type":"integer"}}""", Items(200_000, i => (long)i % 199_999)));
    }

    [Fact]
    public void Items_of_a_set_are_the_same_by_their_content()
    {
        Assert.Single(Check("""{"type":"array","x-kubernetes-list-type":"set","items":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}""", JsonNode.Parse("""[{"a":1,"b":[2]},{"b":[2],"a":1}]""")!));
        Assert.Empty(Check("""{"type":"array","x-kubernetes-list-type":"set","items":{}}""", JsonNode.Parse("""[0,"0",false,null,[],{},"",[0]]""")!));
    }

    [Fact]
    public void Items_of_a_large_map_find_what_was_stored_under_their_key()
    {
        JsonArray Ports(int size) => Items(50_000, i => new JsonObject { ["name"] = $"p{i}", ["number"] = (long)size });
        const string Schema = """{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],"items":{"type":"object","properties":{"name":{"type":"string"},"number":{"type":"integer","maximum":5}}}}""";
        Assert.Empty(Check(Schema, Ports(9), Ports(9)));
        Assert.Equal(100, Check(Schema, Ports(9), Ports(8)).Count);
    }

    [Fact]
    public void A_schema_and_an_object_that_multiply_are_refused()
    {
        var branches = string.Join(',', Enumerable.Range(0, 2_000).Select(i => $$"""{"enum":["e{{i}}"]}"""));
        var refusal = Assert.Throws<ApiException>(() => Check("""{"type":"array","items":{"anyOf":[""" + branches + "]}}", Items(200_000, _ => "e1999")));
        Assert.Equal(413, refusal.Code);
    }

    [Fact]
    public void Paths_below_a_long_key_are_not_written_out()
    {
        var value = new JsonObject { [Hostile.Times("k", 1_000_000)] = new JsonObject(Enumerable.Range(0, 10_000).Select(i => KeyValuePair.Create($"m{i}", (JsonNode?)"x"))) };
        const string Schema = """{"type":"object","additionalProperties":{"type":"object","additionalProperties":{"type":"string"}}}""";
        Assert.InRange(Hostile.Allocated(() => Assert.Empty(Check(Schema, value))), 0, 20);
    }
}
