using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Patching;
using Foreman.DevCluster.Tests.Support;

namespace Foreman.DevCluster.Tests.Patching;

[Trait("Kind", "14")]
public sealed class JsonPatchTests
{
    private static JsonObject Stored(string json) => (JsonObject)JsonNode.Parse(json)!;

    private static JsonArray Operations(params IEnumerable<(string Op, string Path, JsonNode? Value, string? From)> operations) =>
        [.. operations.Select(row =>
        {
            var operation = new JsonObject { ["op"] = row.Op, ["path"] = row.Path };
            if (row.From is not null)
            {
                operation["from"] = row.From;
            }
            else
            {
                operation["value"] = row.Value;
            }

            return (JsonNode)operation;
        })];

    private static int Refusal(JsonObject root, JsonNode patch) => Assert.Throws<ApiException>(() => JsonPatch.Apply(root, patch)).Code;

    [Fact]
    public void A_move_is_a_removal_and_then_an_addition()
    {
        var moved = JsonPatch.Apply(Stored("""{"a":[{"n":0},{"n":1},{"n":2}]}"""), JsonNode.Parse("""[{"op":"move","from":"/a/0","path":"/a/1/x"}]"""));
        Assert.Equal("""{"a":[{"n":1},{"n":2,"x":{"n":0}}]}""", JsonTree.ToText(moved));
    }

    [Fact]
    public void Copies_are_refused_before_they_are_made()
    {
        var patch = Operations(Enumerable.Range(0, 22).Select(i => ("copy", $"/a/c{i}", (JsonNode?)null, (string?)"/a")));
        var root = new JsonObject { ["a"] = new JsonObject { ["s"] = Hostile.Times("x", 100_000) } };
        Assert.InRange(Hostile.Allocated(() => Assert.Equal(422, Refusal(root, patch))), 0, 40);
    }

    [Fact]
    public void A_tree_gets_no_deeper_than_one_that_may_be_read()
    {
        JsonNode Deep(int depth) => Enumerable.Range(0, depth).Aggregate((JsonNode)new JsonObject(), (node, _) => new JsonObject { ["a"] = node });
        var root = new JsonObject { ["a"] = Deep(400) };
        Assert.Equal(422, Refusal(root, Operations(("add", Hostile.Times("/a", 300), Deep(300), null))));
        Assert.Equal(422, Refusal(root, Operations(("copy", Hostile.Times("/a", 300), null, "/a"))));
        Assert.Equal(422, Refusal(new JsonObject { ["a"] = Deep(400), ["b"] = Deep(400) }, Operations(("move", Hostile.Times("/a", 300), null, "/b"))));
        Assert.Equal(422, Refusal(root, Operations(Enumerable.Range(0, 40).Select(i => ("copy", Hostile.Times("/a", 10 * (i + 1)), (JsonNode?)null, (string?)"/a")))));
    }

    [Fact]
    public void Moving_something_large_deeper_and_back_for_ever_is_refused()
    {
        var large = new JsonArray([.. Enumerable.Range(0, 100_000).Select(i => (JsonNode)i)]);
        var root = new JsonObject { ["l"] = large, ["d"] = new JsonObject { ["e"] = new JsonObject() } };
        var patch = Operations(Enumerable.Range(0, 10_000).Select(i => i % 2 == 0 ? ("move", "/d/e/l", (JsonNode?)null, (string?)"/l") : ("move", "/l", null, "/d/e/l")));
        Assert.Equal(413, Refusal(root, patch));
    }

    [Fact]
    public void Inserting_before_a_hundred_thousand_items_for_ever_is_refused()
    {
        var root = new JsonObject { ["l"] = new JsonArray([.. Enumerable.Range(0, 500_000).Select(i => (JsonNode)i)]) };
        Assert.Equal(413, Refusal(root, Operations(Enumerable.Range(0, 10_000).Select(i => ("add", "/l/0", (JsonNode?)i, (string?)null)))));
    }

    [Fact]
    public void A_path_of_a_million_steps_costs_no_more_than_its_first_absent_one()
    {
        var patch = Operations(("add", Hostile.Times("/a", 1_000_000), 1, null));
        Assert.InRange(Hostile.Allocated(() => Assert.Equal(422, Refusal(Stored("""{"a":{}}"""), patch))), 0, 1);
    }
}
