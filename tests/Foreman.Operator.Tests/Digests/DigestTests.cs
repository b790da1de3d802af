using System.Text;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Digests;

namespace Foreman.Operator.Tests.Digests;

public class DigestTests
{
    private static readonly AgenticTask Task = new()
    {
        Metadata = new() { Name = "hello", NamespaceProperty = "team", Uid = "u-1" },
        Status = new() { Phase = TaskPhase.Succeeded, Verdict = Verdict.Go, Attempt = 2, AssignedNode = "mac-1" },
    };

    [Fact]
    public void The_digest_belongs_to_the_task_and_tells_how_it_ended()
    {
        var digest = Digest.Build(Task, [Record("start"), Record("end")]);

        Assert.Equal(("foreman-transcript-hello", "team"), (digest.Name(), digest.Namespace()));
        Assert.Equal("u-1", digest.GetLabel(Labels.TranscriptUid));
        Assert.Equal("u-1", Assert.Single(digest.Metadata.OwnerReferences!).Uid);
        var meta = JsonNode.Parse(digest.Data!["meta.json"])!;
        Assert.Equal(("GO", 2, 2), ((string?)meta["verdict"], (int)meta["attempt"]!, (int)meta["records"]!));
        Assert.Equal(["start", "end"], JsonNode.Parse(digest.Data["transcript.json"])!.AsArray().Select(r => (string?)r!["type"]));
    }

    [Fact]
    public void A_long_transcript_keeps_its_start_and_its_end_and_stays_within_128_KiB()
    {
        var records = Enumerable.Range(0, 500).Select(i => Record("answer", new string('ü', 1500) + i)).Prepend(Record("start")).Append(Record("end")).ToArray();

        var digest = Digest.Build(Task, records);

        Assert.True(digest.Data!.Sum(d => Encoding.UTF8.GetByteCount(d.Value)) <= 128 * 1024);
        var shown = JsonNode.Parse(digest.Data!["transcript.json"])!.AsArray();
        Assert.Equal(("start", "end"), ((string?)shown[0]!["type"], (string?)shown[^1]!["type"]));
        var omitted = Assert.Single(shown, r => (string?)r!["type"] == "omitted");
        Assert.Equal(502, shown.Count - 1 + (int)omitted!["records"]!);
    }

    [Fact]
    public void Long_texts_and_whole_files_are_left_out()
    {
        var record = Record("result", new string('x', 9000));
        record["effects"] = new JsonArray(new JsonObject { ["content"] = new string('y', 9000) });

        var shown = JsonNode.Parse(Digest.Build(Task, [record]).Data!["transcript.json"])!.AsArray()[0]!.AsObject();

        Assert.Equal(2001, ((string)shown["content"]!).Length);
        Assert.False(shown.ContainsKey("effects"));
    }

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

    private static JsonObject Record(string type, string? content = null) => new() { ["type"] = type, ["content"] = content };
}
