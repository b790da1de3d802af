using Foreman.Api;
using Foreman.Operator.Digests;

namespace Foreman.Operator.Tests.Digests;

public sealed class TranscriptTextTests
{
    [Fact]
    public void Segments_are_put_together_in_order_and_what_is_missing_costs_only_itself()
    {
        RunLog Segment(int seq, string data, string codec = "jsonl") => new() { Spec = new() { Seq = seq, Codec = codec, Data = data } };

        var records = TranscriptText.Records(
        [
            Segment(2, "\"c\"}\n{\"type\":\"end\"}\n"),
            Segment(0, "{\"type\":\"start\"}\n{\"type\":"),
            Segment(1, "\"b\"}\n{\"type\":"),
            Segment(3, "?", codec: "zstd"),
        ]);

        Assert.Equal(["start", "b", "c", "end"], records.Select(r => (string?)r["type"]));
    }

    [Fact]
    public void A_record_with_a_doubled_key_is_skipped()
    {
        var segment = new RunLog { Spec = new() { Codec = "jsonl", Data = "{\"type\":\"a\",\"type\":\"b\"}\n{\"type\":\"c\"}\n" } };

        Assert.Equal(["c"], TranscriptText.Records([segment]).Select(r => (string?)r["type"]));
    }
}
