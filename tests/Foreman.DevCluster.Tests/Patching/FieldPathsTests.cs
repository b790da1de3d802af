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
        Assert.InRange(Hostile.Allocated(() => Assert.Equal(413, Assert.Throws<ApiException>(() => FieldPaths.Leaves(root, Schema, status: false)).Code)), 0, 100);
    }

    [Fact]
    public void Owned_fields_below_a_long_key_are_refused()
    {
        var members = new JsonObject(Enumerable.Range(0, 10_000).Select(i => KeyValuePair.Create($"f:m{i}", (JsonNode?)new JsonObject())));
        var metadata = new JsonObject { ["managedFields"] = new JsonArray(new JsonObject { ["manager"] = "m", ["fieldsV1"] = new JsonObject { ["f:" + Hostile.Times("k", 1_000_000)] = members } }) };
        Assert.Equal(413, Assert.Throws<ApiException>(() => ManagedFields.Read(metadata)).Code);
    }
}
