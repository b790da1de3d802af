using System.Text.Json.Nodes;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Patching;
using Foreman.DevCluster.Tests.Support;

namespace Foreman.DevCluster.Tests.Patching;

[Trait("Kind", "14")]
public sealed class MergePatchTests
{
    private static JsonObject Members(int count, Func<int, JsonNode?> value) => new(Enumerable.Range(0, count).Select(i => KeyValuePair.Create($"k{i}", value(i))));

    /// <summary>One by one, each removal would move all the members behind it: ten billion moves.</summary>
    [Fact]
    public void A_hundred_thousand_members_are_removed_in_one_pass()
    {
        var merged = MergePatch.Apply(Members(150_000, i => i), Members(150_000, i => i == 7 ? 8 : null));
        Assert.Equal("""{"k7":8}""", JsonTree.ToText(merged));
    }

    [Fact]
    public void Members_that_stay_keep_their_order()
    {
        var merged = MergePatch.Apply(Members(20, i => i), Members(10, _ => null));
        Assert.Equal(Enumerable.Range(10, 10).Select(i => $"k{i}"), merged.Select(field => field.Key));
    }

    [Fact]
    public void A_strategic_patch_of_many_items_finds_each_by_its_key()
    {
        JsonArray Owners(int from, int count) => [.. Enumerable.Range(from, count).Select(i => (JsonNode)new JsonObject { ["uid"] = $"u{i}" })];
        var root = new JsonObject { ["ownerReferences"] = Owners(0, 20_000) };
        var merged = StrategicMergePatch.Apply(root, new JsonObject { ["ownerReferences"] = Owners(10_000, 20_000) });
        Assert.Equal(30_000, merged.Array("ownerReferences")!.Count);
        var gone = StrategicMergePatch.Apply(merged, new JsonObject
        {
            ["ownerReferences"] = new JsonArray([.. Enumerable.Range(0, 29_999).Select(i => (JsonNode)new JsonObject { ["uid"] = $"u{i}", ["$patch"] = "delete" })]),
            ["$deleteFromPrimitiveList/finalizers"] = new JsonArray("a"),
        });
        Assert.Equal("""[{"uid":"u29999"}]""", JsonTree.ToText(gone["ownerReferences"]));
    }

    [Fact]
    public void Keys_of_paths_that_repeat_a_long_step_do_not_multiply()
    {
        var merged = MergePatch.Apply([], new JsonObject { [Hostile.Times("k", 1_000_000)] = Members(10_000, i => i) });
        Assert.Single(merged);
    }
}
