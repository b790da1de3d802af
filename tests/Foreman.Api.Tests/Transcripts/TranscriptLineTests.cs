using System.Buffers;
using System.Text;

namespace Foreman.Api.Tests.Transcripts;

[Trait("Kind", "4")]
public sealed class TranscriptLineTests
{
    [Fact]
    public void A_record_is_one_line_of_readable_text()
    {
        var line = Write(new MessageSent { Role = "user", Content = "漢字\n\"x\" <b>" });

        Assert.EndsWith("\n", line, StringComparison.Ordinal);
        Assert.Equal(1, line.Count(c => c == '\n'));
        Assert.Contains("漢字\\n\\\"x\\\" <b>", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_of_a_character_is_replaced() =>
        Assert.Equal("a\ufffdb", ((MessageSent)TranscriptLine.Read(Encoding.UTF8.GetBytes(Write(new MessageSent { Content = "a\ud83db" })))!).Content);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"type\":\"message\",\"content\":5}")]
    [InlineData("{\"type\":\"message\",\"content\":\"\\ud83d\"}")]
    [InlineData("{\"type\":\"end\",\"result\":{\"extra\":{\"a\":1,\"a\":2}}} x")]
    [InlineData("{\"turn\":1e99}")]
    public void What_is_no_record_is_none(string line) => Assert.Null(TranscriptLine.Read(Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void A_reference_without_a_hash_names_nothing() => Assert.Equal(
        new ContentRef("", 5), ((MessageSent)TranscriptLine.Read("""{"type":"message","contentRef":{"size":5}}"""u8)!).ContentRef);

    [Fact]
    public void Deep_JSON_is_none() => Assert.Null(TranscriptLine.Read(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"type\":\"end\",\"result\":", 100_000)))));

    [Fact]
    public void Bytes_that_are_no_text_are_none() => Assert.Null(TranscriptLine.Read([.. "{\"type\":\"message\",\"content\":\""u8, 0xFF, .. "\"}"u8]));

    private static string Write(TranscriptRecord record)
    {
        var output = new ArrayBufferWriter<byte>();
        TranscriptLine.Write(record, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
