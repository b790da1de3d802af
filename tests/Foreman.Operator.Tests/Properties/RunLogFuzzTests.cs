using System.Text;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Operator.Digests;
using Foreman.Operator.Tests.Fakes;
using Foreman.Runner.RunLogs;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Properties;

[Trait("Kind", "2")]
[Trait("Kind", "4")]
public sealed class RunLogFuzzTests
{
    private const string Lines =
        """
        {"type":"start","taskUid":"u","attempt":1,"agent":{"tools":["read_file"]},"tools":[{"name":"read_file"}]}
        {"type":"answer","turn":0,"content":"c","toolCalls":[{"id":"1","name":"write_file","arguments":"{\"path\":\"a.txt\"}"}],"usage":{"turns":1}}
        {"type":"result","turn":1,"callId":"1","content":"wrote","failed":true,"effects":[{"path":"a"}]}
        {"type":"content","sha256":"x","offset":0,"content":"part"}
        {"type":"end","result":{"verdict":"GO","summary":"done"}}

        """;

    private static readonly byte[] Packed = Encoding.UTF8.GetBytes(RunLogPacker.Pack(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Lines, 40))))[0].Data);

    [Fact]
    public void Lines_of_any_bytes_become_a_digest_of_valid_JSON() =>
        Fuzzer.Run(new FuzzTarget("lines of a RunLog", [Encoding.UTF8.GetBytes(Lines)], input =>
        {
            var digest = new Digest();
            foreach (var line in Encoding.Latin1.GetString(input).Split('\n'))
            {
                digest.Add(Encoding.Latin1.GetBytes(line));
            }

            Check(digest);
        }));

    [Fact]
    public void A_packed_segment_of_any_text_becomes_a_digest() =>
        Fuzzer.Run(new FuzzTarget("packed RunLog", [Packed, Encoding.UTF8.GetBytes(Lines)], input =>
        {
            var digest = new Digest();
            var lines = new TranscriptLines(digest.LeftOut);
            var text = Encoding.UTF8.GetString(input);
            RunLogSpec[] segments = [new() { Seq = 0, Codec = RunLogPacker.Compressed, Data = text }, new() { Seq = 2, Codec = RunLogPacker.Plain, Data = text }];
            foreach (var line in segments.SelectMany(lines.Add))
            {
                digest.Add(line.Span);
            }

            lines.End();
            Check(digest);
        }));

    [Fact]
    public void Gzip_of_any_bytes_is_unpacked_within_its_bound_or_refused() =>
        Fuzzer.Run(new FuzzTarget("gzip", [Convert.FromBase64String(Encoding.UTF8.GetString(Packed))], input =>
            Assert.InRange(RunLogPacker.Unpack(RunLogPacker.Compressed, Convert.ToBase64String(input)).Bytes.Length, 0, RunLogPacker.MaxUnpackedBytes))
        { Allowed = [typeof(InvalidDataException)] });

    private static void Check(Digest digest)
    {
        var built = digest.Build(Sample.Task("t"));
        Assert.True(built.Data!.Sum(d => Encoding.UTF8.GetByteCount(d.Value)) <= 128 * 1024);
        Assert.NotNull(JsonNode.Parse(built.Data!["transcript.json"]));
    }
}
