using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Patching;
using Foreman.DevCluster.Schema;
using Foreman.DevCluster.Tests.Support;

namespace Foreman.DevCluster.Tests.Patching;

[Trait("Kind", "14")]
public sealed class FieldPathsTests
{
    private static readonly StructuralSchema Schema = SchemaParser.Parse((JsonObject)JsonNode.Parse("""{"type":"object","properties":{"spec":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}""")!);

    /// <summary>Each leaf's path repeats the key: twenty gigabytes from one megabyte.</summary>
    [Fact]
    public void Leaves_below_a_long_key_are_refused()
    {
        var members = new JsonObject(Enumerable.Range(0, 10_000).Select(i => KeyValuePair.Create($"m{i}", (JsonNode?)i)));
        var root = new JsonObject { ["spec"] = new JsonObject { [Hostile.Times("k", 1_000_000)] = members } };
        Assert.InRange(Hostile.Allocated(() => Assert.Equal(413, Assert.Throws<ApiException>(() => FieldPaths.Leaves(root, Schema, status: false, new PathBudget())).Code)), 0, 100);
    }

    [Fact]
    public void Owned_fields_below_a_long_key_are_refused()
    {
        var members = new JsonObject(Enumerable.Range(0, 10_000).Select(i => KeyValuePair.Create($"f:m{i}", (JsonNode?)new JsonObject())));
        var metadata = new JsonObject { ["managedFields"] = new JsonArray(new JsonObject { ["manager"] = "m", ["fieldsV1"] = new JsonObject { ["f:" + Hostile.Times("k", 1_000_000)] = members } }) };
        Assert.Equal(413, Assert.Throws<ApiException>(() => ManagedFields.Read(metadata, new PathBudget())).Code);
    }

    /// <summary>Each of fifty entries is within the bound of a request; together they are not.</summary>
    [Fact]
    public void The_paths_of_all_entries_are_bounded_together()
    {
        var members = new JsonObject(Enumerable.Range(0, 4_000).Select(i => KeyValuePair.Create($"f:m{i}", (JsonNode?)new JsonObject())));
        var fields = new JsonObject { ["f:" + Hostile.Times("k", 2_000)] = members };
        var one = new JsonArray(new JsonObject { ["manager"] = "m", ["fieldsV1"] = fields.DeepClone() });
        var fifty = new JsonArray([.. Enumerable.Range(0, 50).Select(i => (JsonNode)new JsonObject { ["manager"] = $"m{i}", ["fieldsV1"] = fields.DeepClone() })]);

        Assert.Equal(4_000, Assert.Single(ManagedFields.Read(new JsonObject { ["managedFields"] = one }, new PathBudget())).Paths.Count);
        Assert.InRange(
            Hostile.Allocated(() => Assert.Equal(413, Assert.Throws<ApiException>(() => ManagedFields.Read(new JsonObject { ["managedFields"] = fifty }, new PathBudget())).Code)), 0, 100);
    }

    [Fact]
    public void More_owners_than_the_bound_are_refused_and_not_stored()
    {
        JsonArray Entries(int count) => new([.. Enumerable.Range(0, count).Select(i => (JsonNode)new JsonObject { ["manager"] = $"m{i}", ["fieldsV1"] = new JsonObject { ["f:a"] = new JsonObject() } })]);
        JsonObject Metadata(int count) => new() { ["managedFields"] = Entries(count) };

        Assert.Equal(ManagedFields.MaxOwners, ManagedFields.Read(Metadata(ManagedFields.MaxOwners), new PathBudget()).Count);
        Assert.Equal(413, Assert.Throws<ApiException>(() => ManagedFields.Read(Metadata(ManagedFields.MaxOwners + 1), new PathBudget())).Code);
        Assert.Null(ManagedFields.Sent(Metadata(ManagedFields.MaxOwners + 1), []));
    }

    [Theory]
    [InlineData("")]
    [InlineData("f")]
    [InlineData("f:")]
    [InlineData("k:{bad")]
    [InlineData("k:[1]")]
    [InlineData("k:1")]
    [InlineData("v:")]
    [InlineData("v:{bad")]
    [InlineData("x:a")]
    [InlineData("..")]
    [InlineData("f:a\u001ff:b")]
    public void Entries_with_a_malformed_step_are_not_stored_and_not_fatal(string step)
    {
        var fields = new JsonObject { ["f:spec"] = new JsonObject { [step] = new JsonObject() } };
        Assert.Null(ManagedFields.Sent(new JsonObject { ["managedFields"] = new JsonArray(new JsonObject { ["manager"] = "m", ["fieldsV1"] = fields }) }, []));

        var path = "f:spec" + FieldPaths.Separator + step;
        FieldPaths.Remove(new JsonObject { ["spec"] = new JsonObject { ["a"] = 1 } }, path, Schema, new PathBudget());
        Assert.StartsWith(".spec", FieldPaths.Show(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Entries_with_every_kind_of_step_are_stored()
    {
        var fields = (JsonObject)JsonNode.Parse("""{"f:spec":{"f:list":{"k:{\"id\":\"a\"}":{".":{},"f:name":{}}},"f:set":{"v:\"x\"":{},"v:1":{}}}}""")!;
        Assert.NotNull(ManagedFields.Sent(new JsonObject { ["managedFields"] = new JsonArray(new JsonObject { ["manager"] = "m", ["fieldsV1"] = fields }) }, []));
    }
}
