using System.Text;
using System.Text.Json.Nodes;
using Foreman.Operator.Digests;

namespace Foreman.Operator.Tests.Digests;

[Trait("Kind", "4")]
public sealed class RecordShortenerTests
{
    private readonly RecordShortener _shortener = new();

    [Fact]
    public void Arguments_of_calls_are_cut_wherever_they_stand()
    {
        var record = Short($$$"""{"type":"answer","turn":3,"toolCalls":[{"id":"1","arguments":"{{{new string('x', 9000)}}}"}],"failed":true,"usage":{"turns":1.5},"model":null}""");

        Assert.Equal(2001, ((string)record["toolCalls"]![0]!["arguments"]!).Length);
        Assert.Equal((3, true, 1.5), ((int)record["turn"]!, (bool)record["failed"]!, (double)record["usage"]!["turns"]!));
    }

    [Fact]
    public void Only_fields_of_the_record_itself_are_left_out()
    {
        var record = Short("""{"tools":[{"a":1}],"effects":{"x":[1]},"agent":"y","inner":{"tools":1}}""");

        Assert.Equal(["inner"], record.Select(p => p.Key));
        Assert.Equal(1, (int)record["inner"]!["tools"]!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("{\"a\":1")]
    [InlineData("{\"a\":1} {\"b\":2}")]
    [InlineData("{a:1}")]
    public void What_is_no_record_is_none(string line) => Assert.Null(_shortener.Shorten(Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void Deep_JSON_is_no_record() =>
        Assert.Null(_shortener.Shorten(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 100_000)))));

    [Fact]
    public void Half_of_a_character_and_bytes_that_are_no_text_do_no_harm()
    {
        byte[] line = [.. """{"type":"answer","content":"a\ud83d","reasoning":"b"""u8, 0xFF, 0xC3, .. "\"}"u8];

        var record = JsonNode.Parse(_shortener.Shorten(line)!)!.AsObject();

        Assert.Contains('a', (string)record["content"]!);
        Assert.StartsWith("b\ufffd", (string)record["reasoning"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_of_many_fields_leaves_a_note_with_its_type()
    {
        var many = string.Concat(Enumerable.Range(0, 50_000).Select(i => $",\"field{i}\":{i}"));

        var record = Short($$"""{"type":"answer"{{many}}}""");

        Assert.Equal(("answer", "the record has too many fields"), ((string?)record["type"], (string?)record["omitted"]));
    }

    private JsonObject Short(string line) => JsonNode.Parse(_shortener.Shorten(Encoding.UTF8.GetBytes(line))!)!.AsObject();
}
