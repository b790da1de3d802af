using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.AgentLoop.Results;
using Foreman.Api;

namespace Foreman.AgentLoop.Tests.Results;

[Trait("Kind", "2")]
public sealed class ResultLimitTests
{
    [Fact]
    public void A_small_result_stays_as_it_is()
    {
        var json = ResultLimit.Fit(new ResultEnvelope { Verdict = Verdict.Go, Summary = "done", Extra = new JsonObject { ["turnCount"] = 2 } });
        Assert.Equal("""{"schemaVersion":"foreman.v1","kind":"native-agent-loop","verdict":"GO","summary":"done","extra":{"turnCount":2},"elapsedSec":0}""", json.ToJsonString());
    }

    [Fact]
    public void A_large_result_loses_its_largest_parts_and_says_which()
    {
        var extra = Fit(new JsonObject { ["files"] = new string('f', 50_000), ["modelExtra"] = new string('m', 60_000), ["turnCount"] = 2 });

        Assert.Equal(["files", "turnCount", ResultLimit.LeftOut], extra.Select(p => p.Key));
        Assert.StartsWith("modelExtra:", extra[ResultLimit.LeftOut]![0]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\u001b")]
    [InlineData("<")]
    [InlineData("\U0001F600")]
    [InlineData("\"")]
    [InlineData("é")]
    public void The_bound_holds_with_every_escape_counted(string piece)
    {
        var extra = Fit(new JsonObject { ["text"] = string.Concat(Enumerable.Repeat(piece, 30_000)), ["kept"] = 1 });
        Assert.Equal(1, extra["kept"]!.GetValue<int>());
    }

    [Fact]
    public void Thousands_of_small_parts_are_left_out_in_a_moment_and_ten_are_named()
    {
        var many = new JsonObject();
        for (var i = 0; i < 20_000; i++)
        {
            many[$"{new string('k', 60)}{i}"] = i;
        }

        var extra = Fit(many);

        Assert.Equal(11, extra[ResultLimit.LeftOut]!.AsArray().Count);
        Assert.EndsWith("more", extra[ResultLimit.LeftOut]![10]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(31, false)]
    [InlineData(32, true)]
    [InlineData(61, true)]
    [InlineData(900, true)]
    public void What_is_nested_too_deep_is_replaced_by_a_note(int levels, bool isCut)
    {
        foreach (var (open, close) in new[] { ("""{"a":""", "}"), ("[", "]") })
        {
            var deep = JsonNode.Parse(string.Concat(Enumerable.Repeat(open, levels)) + "1" + string.Concat(Enumerable.Repeat(close, levels)), documentOptions: new JsonDocumentOptions { MaxDepth = 1000 });
            var extra = Fit(new JsonObject { ["deep"] = deep, ["turnCount"] = 2 });

            Assert.Equal(isCut, extra.ToJsonString().Contains("nested deeper than 32 levels", StringComparison.Ordinal));
            Assert.True(Depth(extra) <= ResultEnvelope.MaxExtraDepth, $"{levels}: {Depth(extra)}");
            Assert.Equal(2, extra["turnCount"]!.GetValue<int>());
        }
    }

    [Fact]
    public void Halves_of_pairs_become_the_replacement_character_in_texts_and_names()
    {
        var model = JsonNode.Parse("""{"say":"a\ud83d b","\udc00x":"\ud83d\ude00","ok":"\\ud83d"}""")!;

        var extra = Fit(new JsonObject { ["modelExtra"] = model, ["path"] = "a\ud83db", ["turnCount"] = 2 });

        Assert.DoesNotContain("d83d ", extra.ToJsonString(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(2, extra["turnCount"]!.GetValue<int>());
        Assert.Contains("\uFFFD", extra["path"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_models_own_JSON_is_repaired_and_not_lost()
    {
        using var document = JsonDocument.Parse("""{"say":"a\ud83d b","twice":1,"twice":2,"huge":1e999,"long":1111111111111111111111111111111111111111111111111111111111111111111111,"n":1.50}""");

        var copy = ResultLimit.Copy(document.RootElement, 4)!;

        Assert.Equal("a\uFFFD b", copy["say"]!.GetValue<string>());
        Assert.Equal(2, copy["twice"]!.GetValue<int>());
        Assert.Equal("1e999", copy["huge"]!.GetValue<string>());
        Assert.Equal(JsonValueKind.String, copy["long"]!.GetValueKind());
        Assert.Equal("1.50", copy["n"]!.ToJsonString());
    }

    [Theory]
    [InlineData("one\ntwo\tthree", "one two three")]
    [InlineData("  \n done \n", "done")]
    [InlineData("\u001b[31mred", "\\u001b[31mred")]
    [InlineData("a\u202eb", "a\\u202eb")]
    public void A_summary_is_one_line_that_steers_nothing(string summary, string line) =>
        Assert.Equal(line, ResultLimit.Bound(new ResultEnvelope { Summary = summary }).Summary);

    [Fact]
    public void A_summary_with_half_a_pair_is_valid_text() =>
        Assert.Equal("a\uFFFDb", ResultLimit.Bound(new ResultEnvelope { Summary = "a" + '\ud83d' + "b" }).Summary);

    [Theory]
    [InlineData(280)]
    [InlineData(281)]
    [InlineData(1_000_000)]
    public void A_summary_has_at_most_280_bytes(int length)
    {
        foreach (var piece in new[] { "x", "é", "\U0001F600" })
        {
            var summary = ResultLimit.Bound(new ResultEnvelope { Summary = string.Concat(Enumerable.Repeat(piece, length)) }).Summary;
            Assert.InRange(Encoding.UTF8.GetByteCount(summary), 277, ResultEnvelope.MaxSummaryBytes);
            Assert.DoesNotContain("\uFFFD", summary, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1)]
    public void A_time_that_is_no_number_of_seconds_is_zero(double elapsed) =>
        Assert.Equal(0, ResultLimit.Fit(new ResultEnvelope { ElapsedSec = elapsed })["elapsedSec"]!.GetValue<double>());

    [Fact]
    public void No_extra_that_a_seed_makes_breaks_a_bound()
    {
        var random = new Random(7);
        for (var round = 0; round < 100; round++)
        {
            var extra = new JsonObject();
            for (var i = random.Next(12); i >= 0; i--)
            {
                extra[Text(random, random.Next(40))] = Node(random, random.Next(45));
            }

            Fit(extra);
        }
    }

    private static JsonNode? Node(Random random, int levels) => (levels <= 0 ? 4 : random.Next(6)) switch
    {
        0 => new JsonArray(Node(random, levels - 1), Node(random, levels - 9)),
        1 or 2 or 3 => new JsonObject { [Text(random, 5)] = Node(random, levels - 1), ["b"] = Node(random, levels - 7) },
        4 => Text(random, random.Next(300)),
        _ => random.NextDouble() * 1e300,
    };

    private static string Text(Random random, int length) => string.Concat(Enumerable.Range(0, length).Select(_ => (char)random.Next(random.Next(2) == 0 ? 0x80 : 0x10000)));

    private static JsonObject Fit(JsonObject extra)
    {
        var json = ResultLimit.Fit(new ResultEnvelope { Verdict = Verdict.Go, Summary = "done", Extra = extra });
        Assert.True(Encoding.UTF8.GetByteCount(json.ToJsonString()) <= ResultEnvelope.MaxBytes, $"{Encoding.UTF8.GetByteCount(json.ToJsonString())} bytes");

        // What stores and sends it has the usual limits of depth.
        return JsonNode.Parse(JsonSerializer.Serialize(json, ApiJson.Default.JsonObject))!["extra"]!.AsObject();
    }

    private static int Depth(JsonNode? node) => node switch
    {
        JsonObject o => 1 + o.Select(p => Depth(p.Value)).DefaultIfEmpty().Max(),
        JsonArray a => 1 + a.Select(Depth).DefaultIfEmpty().Max(),
        _ => 0,
    };
}
