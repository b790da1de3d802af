using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Runner.Reviews;

namespace Foreman.Runner.Tests.Reviews;

public sealed class FindingReaderTests
{
    [Fact]
    public void A_finding_is_read_with_all_that_it_says()
    {
        var finding = Assert.Single(Read("""[{"severity":"Major","area":"tests","file":"a/b.cs","line":12,"message":"no test","suggestion":"add one"}]"""));

        Assert.Equal((Finding.Major, "tests", "a/b.cs", 12L, "no test", "add one"), (finding.Severity, finding.Area, finding.File, finding.Line, finding.Message, finding.Suggestion));
        Assert.Null(finding.SeverityClaimed);
    }

    [Theory]
    [InlineData("critical", "blocker", null)]
    [InlineData("HIGH", "major", null)]
    [InlineData("nit", "minor", null)]
    [InlineData("medium", "minor", "medium")]
    [InlineData("", "minor", null)]
    public void Other_words_for_a_severity_are_understood_where_they_mean_one_thing(string said, string severity, string? claimed)
    {
        var finding = Assert.Single(Read($$"""[{"severity":"{{said}}","message":"m"}]"""));

        Assert.Equal((severity, claimed), (finding.Severity, finding.SeverityClaimed));
    }

    [Theory]
    [InlineData("\"calc.py:3 returns a - b\"", "major", null)]
    [InlineData("""{"message":"m"}""", "major", null)]
    [InlineData("""{"what":"odd"}""", "major", null)]
    [InlineData("""{"message":"m","severity":"medium"}""", "major", "medium")]
    [InlineData("""{"message":"m","severity":"minor"}""", "minor", null)]
    [InlineData("""{"message":"m","severity":"nit"}""", "minor", null)]
    public void What_does_not_say_how_bad_it_is_is_as_bad_as_the_reader_is_told(string json, string severity, string? claimed)
    {
        var finding = Assert.Single(FindingReader.Read(JsonNode.Parse($"[{json}]"), Finding.Major, out _));

        Assert.Equal((severity, claimed), (finding.Severity, finding.SeverityClaimed));
    }

    [Fact]
    public void A_list_that_is_written_into_a_text_is_read()
    {
        var list = """ [{"severity":"blocker","file":"a.cs","line":7,"message":"first","message":"last"},"b.cs:8 is wrong",null]""";

        var findings = FindingReader.Read(JsonValue.Create(list), Finding.Minor, out _);

        Assert.Equal([("blocker", "a.cs", 7L, "last"), ("minor", "b.cs", 8L, "b.cs:8 is wrong")], findings.Select(f => (f.Severity, f.File!, f.Line!.Value, f.Message)));
        Assert.Equal("inner", Assert.Single(FindingReader.Read(JsonValue.Create("""{"findings":[{"message":"inner"}]}"""), Finding.Minor, out _)).Message);
        Assert.Empty(FindingReader.Read(JsonValue.Create("[]"), Finding.Minor, out _));
    }

    [Theory]
    [InlineData("[major] calc.py:3 returns a - b", 3L)]
    [InlineData("{calc.py:3", 3L)]
    public void A_text_that_only_begins_as_a_list_is_prose(string text, long line)
    {
        var finding = Assert.Single(FindingReader.Read(JsonValue.Create(text), Finding.Minor, out _));

        Assert.Equal((text, "calc.py", line), (finding.Message, finding.File, finding.Line));
    }

    [Theory]
    [InlineData("""{"message":"m","path":"a.cs","line_number":3}""")]
    [InlineData("""{"message":"m","filename":"a.cs","start_line":"3"}""")]
    [InlineData("""{"message":"m","file":"","path":"a.cs","line":null,"line_number":3}""")]
    public void Other_names_for_the_place_are_understood(string json)
    {
        var finding = Assert.Single(Read($"[{json}]"));

        Assert.Equal(("a.cs", 3L), (finding.File, finding.Line));
    }

    [Theory]
    [InlineData("\"12\"", 12L)]
    [InlineData("\"L12-25\"", 12L)]
    [InlineData("12.0", 12L)]
    [InlineData("0", null)]
    [InlineData("-3", null)]
    [InlineData("1e300", null)]
    [InlineData("null", null)]
    [InlineData("[1]", null)]
    public void A_line_is_a_number_from_1_however_it_is_written(string json, long? line) =>
        Assert.Equal(line, Assert.Single(Read($$"""[{"message":"m","file":"a.cs","line":{{json}}}]""")).Line);

    [Theory]
    [InlineData("""{"message":"m","file":"src/a.cs:7"}""", "src/a.cs", 7L)]
    [InlineData("""{"message":"m","file":"src/a.cs#L7-L9"}""", "src/a.cs", 7L)]
    [InlineData("\"calc.py:3 returns a - b\"", "calc.py", 3L)]
    [InlineData("\"In `src/calc.py`, line 3, the sign is wrong\"", "src/calc.py", 3L)]
    [InlineData("\"the sign in line 3 of calc.py is wrong\"", "calc.py", 3L)]
    [InlineData("\"it is all wrong\"", null, null)]
    [InlineData("\"it takes 3:30 hours\"", null, null)]
    public void A_place_in_the_path_or_in_the_words_is_found(string json, string? file, long? line)
    {
        var finding = Assert.Single(Read($"[{json}]"));

        Assert.Equal((file, line), (finding.File, finding.Line));
    }

    [Theory]
    [InlineData("\"all of it is wrong\"", "all of it is wrong")]
    [InlineData("""{"description":"d","severity":"blocker"}""", "d")]
    [InlineData("""{"findings":[{"message":"inner"}]}""", "inner")]
    [InlineData("""[{"what":"odd"}]""", """{"what":"odd"}""")]
    [InlineData("[17]", "17")]
    public void What_has_another_form_is_a_finding_of_prose(string json, string message) =>
        Assert.Equal(message, Assert.Single(Read(json)).Message);

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("[null,{},\"  \"]")]
    public void Nothing_is_no_finding(string json) => Assert.Empty(Read(json));

    [Fact]
    public void Findings_and_their_texts_are_bounded_and_cant_steer_a_terminal()
    {
        var many = new JsonArray([.. Enumerable.Range(0, 60).Select(i => (JsonNode)new JsonObject { ["message"] = i.ToString(CultureInfo.InvariantCulture) + new string('x', 5000) + "\u001b[2J" })]);

        var findings = FindingReader.Read(many, Finding.Minor, out var leftOut);

        Assert.Equal((FindingReader.MaxFindings, 10), (findings.Length, leftOut));
        Assert.All(findings, f => Assert.InRange(f.Message.Length, 1, FindingReader.MaxMessageBytes));
        Assert.Equal("a \\u001b[2J", Assert.Single(Read("\"a\\n\\u001b[2J\"")).Message);
    }

    private static ImmutableArray<Finding> Read(string json) => FindingReader.Read(JsonNode.Parse(json), Finding.Minor, out _);
}
