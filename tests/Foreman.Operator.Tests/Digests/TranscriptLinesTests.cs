using System.IO.Compression;
using System.Text;
using Foreman.Api;
using Foreman.Operator.Digests;
using Foreman.Runner.RunLogs;

namespace Foreman.Operator.Tests.Digests;

[Trait("Kind", "4")]
public sealed class TranscriptLinesTests
{
    private readonly LeftOut _leftOut = new();

    [Fact]
    public void A_line_over_several_segments_is_put_together() =>
        Assert.Equal(["abc", "d"], Lines(Plain(0, "a"), Plain(1, "b"), Plain(2, "c\nd\n")));

    [Fact]
    public void A_gap_costs_the_lines_that_it_cuts_and_is_counted()
    {
        Assert.Equal(["a", "f"], Lines(Plain(0, "a\nb"), Plain(4, "e\nf\n")));
        Assert.Equal(["segments that are missing: 3"], _leftOut.Sentences());
    }

    [Fact]
    public void A_place_that_was_taken_before_is_not_taken_again()
    {
        Assert.Equal(["a"], Lines(Plain(0, "a\n"), Plain(0, "b\n")));
        Assert.Equal(["segments that are there twice: 1"], _leftOut.Sentences());
    }

    [Theory]
    [InlineData("zstd", "x")]
    [InlineData("gzip+base64", "no base64")]
    [InlineData("gzip+base64", "AAAA")]
    public void A_segment_that_cannot_be_read_costs_only_itself(string codec, string data)
    {
        Assert.Equal(["a", "d"], Lines(Plain(0, "a\nb"), new RunLogSpec { Seq = 1, Codec = codec, Data = data }, Plain(2, "c\nd\n")));
        Assert.Single(_leftOut.Sentences(), s => s.Contains("damaged", StringComparison.Ordinal));
    }

    [Fact]
    public void A_line_that_is_too_long_is_left_out_and_the_next_is_read()
    {
        var part = new string('x', 160_000);

        var lines = Lines([.. Enumerable.Range(0, 15).Select(i => Plain(i, part)), Plain(15, "\nb\n")]);

        Assert.Equal(["b"], lines);
        Assert.Equal(["lines that are too long or no record: 1"], _leftOut.Sentences());
    }

    [Fact]
    public void A_last_line_without_an_end_is_counted()
    {
        Assert.Equal(["a"], Lines(Plain(0, "a\nb")));
        Assert.Equal(["lines that are too long or no record: 1"], _leftOut.Sentences());
    }

    [Fact]
    public void Bombs_are_read_up_to_their_bound_and_to_a_bound_of_all()
    {
        var lines = new TranscriptLines(_leftOut);
        var bomb = Bomb(150);
        var (seq, bytes) = (0, 0L);
        while (!lines.IsFull && seq < 1000)
        {
            bytes += lines.Add(bomb with { Seq = seq++ }).Sum(l => l.Length);
        }

        Assert.InRange(seq, 2, 200);
        Assert.Contains(_leftOut.Sentences(), s => s.Contains("larger than a runner makes them", StringComparison.Ordinal));
        Assert.Contains(_leftOut.Sentences(), s => s.Contains("more than 96 MiB", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Segments_of_any_kind_throw_nothing_and_what_is_whole_comes_through(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var digest = new Digest();
            var lines = new TranscriptLines(digest.LeftOut);
            for (var i = 0; i < 6; i++)
            {
                foreach (var line in lines.Add(Any(random)))
                {
                    digest.Add(line.Span);
                }
            }

            lines.End();
            var built = digest.Build(Fakes.Sample.Task("t"));
            Assert.True(built.Data!.Sum(d => Encoding.UTF8.GetByteCount(d.Value)) <= 128 * 1024);
            Assert.NotNull(System.Text.Json.Nodes.JsonNode.Parse(built.Data!["transcript.json"]));
        }
    }

    private static RunLogSpec Any(Random random)
    {
        string[] pieces =
        [
            "{\"type\":\"answer\",\"content\":\"", "x", "\\ud83d", "\"}", "\n", "[[[[", "{\"a\":{\"a\":", "1e999", "null", "\"type\":\"b\",", "😀", "\u0000", new string('[', 500), "{\"type\":\"end\"}\n", ",",
        ];
        var text = string.Concat(random.GetItems(pieces, random.Next(0, 60)));
        var data = random.Next(3) switch
        {
            0 => (RunLogPacker.Plain, text),
            1 => (RunLogPacker.Compressed, Convert.ToBase64String(Zip(Torn(random, Encoding.UTF8.GetBytes(text))))),
            _ => (RunLogPacker.Compressed, Convert.ToBase64String(Torn(random, Zip(Encoding.UTF8.GetBytes(text))))),
        };
        return new RunLogSpec { Seq = random.Next(-2, 8), Codec = data.Item1, Data = data.Item2 };
    }

    private static byte[] Torn(Random random, byte[] bytes)
    {
        for (var i = random.Next(0, 4); i > 0 && bytes.Length > 0; i--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }

    private static RunLogSpec Bomb(int megabytes)
    {
        using var memory = new MemoryStream();
        using (var zip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true))
        {
            var part = new byte[1 << 20];
            for (var i = 0; i < megabytes; i++)
            {
                zip.Write(part);
            }
        }

        return new RunLogSpec { Codec = RunLogPacker.Compressed, Data = Convert.ToBase64String(memory.ToArray()) };
    }

    private static byte[] Zip(byte[] bytes)
    {
        using var memory = new MemoryStream();
        using (var zip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(bytes);
        }

        return memory.ToArray();
    }

    private static RunLogSpec Plain(int seq, string data) => new() { Seq = seq, Codec = RunLogPacker.Plain, Data = data };

    private List<string> Lines(params RunLogSpec[] segments)
    {
        var lines = new TranscriptLines(_leftOut);
        var read = segments.SelectMany(s => lines.Add(s).Select(l => Encoding.UTF8.GetString(l.Span))).ToList();
        lines.End();
        return read;
    }
}
