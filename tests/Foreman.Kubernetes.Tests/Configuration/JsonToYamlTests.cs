using System.Text.Json.Nodes;

namespace Foreman.Kubernetes.Tests.Configuration;

public sealed class JsonToYamlTests
{
    [Fact]
    public void Values_are_written_as_people_write_manifests() => Assert.Equal(
        """
        kind: FleetNode
        spec:
          roles:
          - worker
          - gpu
          slots: 2
          empty: {}
          none: []
          why: null
          text: |-
            one
            two
          version: "1.5"
          flag: "yes"

        """.ReplaceLineEndings("\n"),
        JsonToYaml.Convert(JsonNode.Parse(
            """{"kind":"FleetNode","spec":{"roles":["worker","gpu"],"slots":2,"empty":{},"none":[],"why":null,"text":"one\ntwo","version":"1.5","flag":"yes"}}""")));

    [Theory]
    [InlineData("")]
    [InlineData(" leading and trailing ")]
    [InlineData("true")]
    [InlineData("~")]
    [InlineData("- not a list")]
    [InlineData("# no comment")]
    [InlineData("key: value")]
    [InlineData("line\n")]
    [InlineData("\nline\n\n")]
    [InlineData("  indented\nless")]
    [InlineData("tab\tand\u0007bell")]
    [InlineData("2026-11-28")]
    [InlineData("0x1F")]
    [InlineData(".5")]
    [InlineData("'quoted' \"twice\" \\ back")]
    [InlineData("---")]
    [InlineData("😀 é")]
    [InlineData("@at `tick` %percent !bang &and *star")]
    public void A_text_comes_back_as_it_was(string text)
    {
        var json = new JsonObject { ["a"] = text, [text.Length == 0 ? "b" : text] = new JsonArray(text) };

        Assert.Equal(json.ToJsonString(), YamlToJson.Convert(JsonToYaml.Convert(json)).ToJsonString());
    }

    [Fact]
    public void Any_tree_comes_back_as_it_was()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var json = new JsonObject { ["root"] = Tree(new Random(seed), 4) };

            Assert.Equal(json.ToJsonString(), YamlToJson.Convert(JsonToYaml.Convert(json)).ToJsonString());
        }
    }

    private static JsonNode? Tree(Random random, int depth) => random.Next(depth == 0 ? 4 : 6) switch
    {
        0 => random.Next(-5, 50),
        1 => random.Next(2) == 0,
        2 => null,
        3 => Text(random),
        4 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Tree(random, depth - 1))]),
        _ => new JsonObject(Enumerable.Range(0, random.Next(4)).Select(i => KeyValuePair.Create($"{i}{Text(random)}", Tree(random, depth - 1)))),
    };

    private static string Text(Random random) => new([.. Enumerable.Range(0, random.Next(8)).Select(_ => "ab :-#\n\t'\"{}[]0,.~&*!|>%@`\\?"[random.Next(28)])]);
}
