using System.IO.Compression;
using System.Text;
using Foreman.Runner.RunLogs;

namespace Foreman.Runner.Tests.RunLogs;

public sealed class RunLogPackerTests
{
    [Fact]
    public void A_short_text_stays_readable()
    {
        var segment = Assert.Single(Pack("{\"type\":\"start\"}\n"));
        Assert.Equal(new PackedText(RunLogPacker.Plain, "{\"type\":\"start\"}\n"), segment);
    }

    [Fact]
    public void No_text_makes_no_segment() => Assert.Empty(Pack(""));

    [Theory]
    [InlineData(20_000)]
    [InlineData(176 * 1024)]
    [InlineData((176 * 1024) + 1)]
    [InlineData(1_000_000)]
    public void Segments_put_together_in_order_are_the_text_and_none_exceeds_256_KiB(int length)
    {
        var text = Noise(length);
        var segments = Pack(text);
        Assert.All(segments, s => Assert.True(s.Data.Length <= 256 * 1024, $"{s.Data.Length}"));
        Assert.Equal(text, string.Concat(segments.Select(s => RunLogPacker.Unpack(s.Codec, s.Data))));
    }

    [Fact]
    public void A_cut_never_falls_into_a_character()
    {
        var text = string.Concat(Enumerable.Repeat("€😀é", 40_000));
        Assert.Equal(text, string.Concat(Pack(text).Select(s => RunLogPacker.Unpack(s.Codec, s.Data))));
    }

    [Fact]
    [Trait("Kind", "4")]
    public void A_segment_that_unpacks_to_hundreds_of_megabytes_is_cut_at_the_bound()
    {
        using var memory = new MemoryStream();
        using (var zip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 150; i++)
            {
                zip.Write(zeros);
            }
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var text = RunLogPacker.Unpack(RunLogPacker.Compressed, Convert.ToBase64String(memory.ToArray()));

        Assert.True(text.IsCut);
        Assert.Equal(RunLogPacker.MaxUnpackedBytes, text.Bytes.Length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
    }

    [Theory]
    [Trait("Kind", "4")]
    [InlineData("gzip+base64", "?")]
    [InlineData("gzip+base64", "AAAA")]
    [InlineData("gzip+base64", "H4sIAAAAAAAAA/////8=")]
    [InlineData("gzip+base64", "漢字")]
    public void Data_that_is_not_what_the_codec_says_is_refused(string codec, string data) =>
        Assert.Throws<InvalidDataException>(() => RunLogPacker.Unpack(codec, data));

    [Fact]
    public void An_unknown_codec_is_refused() => Assert.Throws<InvalidDataException>(() => RunLogPacker.Unpack("zstd", ""));

    private static IReadOnlyList<PackedText> Pack(string text) => RunLogPacker.Pack(Encoding.UTF8.GetBytes(text));

    // Random bytes as text: what compresses worst.
    private static string Noise(int length)
    {
        var random = new Random(4711);
        var text = new StringBuilder(length);
        while (text.Length < length)
        {
            text.Append((char)random.Next(32, 127));
        }

        return text.ToString();
    }
}
