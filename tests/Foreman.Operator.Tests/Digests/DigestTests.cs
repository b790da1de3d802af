using System.Text;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Digests;
using Foreman.Testing;

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
        var digest = Build(Record("start"), Record("end"));

        Assert.Equal(("foreman-transcript-hello", "team"), (digest.Name(), digest.Namespace()));
        Assert.Equal("u-1", digest.GetLabel(Labels.TranscriptUid));
        Assert.Equal("u-1", Assert.Single(digest.Metadata.OwnerReferences!).Uid);
        var meta = JsonNode.Parse(digest.Data!["meta.json"])!;
        Assert.Equal(("GO", 2, 2), ((string?)meta["verdict"], (int)meta["attempt"]!, (int)meta["records"]!));
        Assert.Null(meta["leftOut"]);
        Assert.Equal(["start", "end"], JsonNode.Parse(digest.Data["transcript.json"])!.AsArray().Select(r => (string?)r!["type"]));
    }

    [Fact]
    public void A_long_transcript_keeps_its_start_and_its_end_and_stays_within_128_KiB()
    {
        var records = Enumerable.Range(0, 500).Select(i => Record("answer", new string('ü', 1500) + i)).Prepend(Record("start")).Append(Record("end")).ToArray();

        var digest = Build(records);

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

        var shown = JsonNode.Parse(Build(record).Data!["transcript.json"])!.AsArray()[0]!.AsObject();

        Assert.Equal(2001, ((string)shown["content"]!).Length);
        Assert.False(shown.ContainsKey("effects"));
    }

    [Fact]
    [Trait("Kind", "4")]
    public void Many_attempts_with_long_causes_stay_within_128_KiB_and_the_last_one_is_told()
    {
        var attempts = Enumerable.Range(1, 40).Select(i => new TaskAttempt { Attempt = i, Message = new string('\u0001', 1024), Reason = new string('故', 500) }).ToArray();
        var digest = new Digest();
        for (var i = 0; i < 500; i++)
        {
            digest.Add(Encoding.UTF8.GetBytes(Record("answer", new string('x', 1500)).ToJsonString()));
        }

        var built = digest.Build(Task with { Status = Task.Status with { Attempts = attempts } });

        Assert.True(built.Data!.Sum(d => Encoding.UTF8.GetByteCount(d.Value)) <= 128 * 1024);
        Assert.Equal(40, (long)JsonNode.Parse(built.Data!["meta.json"])!["attempts"]!.AsArray()[^1]!["attempt"]!);
    }

    [Fact]
    [Trait("Kind", "4")]
    public void Contents_beside_the_records_are_no_records()
    {
        var digest = Build(Record("start"), Record("content", "part"), Record("end"));

        Assert.Equal(2, (int)JsonNode.Parse(digest.Data!["meta.json"])!["records"]!);
    }

    [Fact]
    [Trait("Kind", "4")]
    public void What_was_left_out_stands_in_the_meta_data()
    {
        var digest = new Digest();
        digest.Add("garbage"u8);
        digest.LeftOut.Missing = 3;

        var meta = JsonNode.Parse(digest.Build(Task).Data!["meta.json"])!;

        Assert.Equal(["segments that are missing: 3", "lines that are too long or no record: 1"], meta["leftOut"]!.AsArray().Select(s => (string?)s));
    }

    [Fact]
    [Trait("Kind", "4")]
    public void Ever_so_many_records_take_no_more_memory_than_a_few()
    {
        var count = LongRun.IsOn ? 1_000_000 : 50_000;
        var digest = new Digest();
        var line = Encoding.UTF8.GetBytes(Record("answer", "some text").ToJsonString());
        for (var i = 0; i < count; i++)
        {
            digest.Add(line);
        }

        var built = digest.Build(Task);

        Assert.Equal(count, (int)JsonNode.Parse(built.Data!["meta.json"])!["records"]!);
        Assert.True(built.Data.Sum(d => Encoding.UTF8.GetByteCount(d.Value)) <= 128 * 1024);
    }

    private static V1ConfigMap Build(params JsonObject[] records)
    {
        var digest = new Digest();
        foreach (var record in records)
        {
            digest.Add(Encoding.UTF8.GetBytes(record.ToJsonString()));
        }

        return digest.Build(Task);
    }

    private static JsonObject Record(string type, string? content = null) => new() { ["type"] = type, ["content"] = content };
}
