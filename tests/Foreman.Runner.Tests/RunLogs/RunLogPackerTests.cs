using System.Text;
using Foreman.Runner.RunLogs;

namespace Foreman.Runner.Tests.RunLogs;

public sealed class RunLogPackerTests
{
    [Fact]
    public void A_short_text_stays_readable()
    {
        var segment = Assert.Single(RunLogPacker.Pack("{\"type\":\"start\"}\n"));
        Assert.Equal(new PackedText(RunLogPacker.Plain, "{\"type\":\"start\"}\n"), segment);
    }

    [Fact]
    public void No_text_makes_no_segment() => Assert.Empty(RunLogPacker.Pack(""));

    [Theory]
    [InlineData(20_000)]
    [InlineData(176 * 1024)]
    [InlineData((176 * 1024) + 1)]
    [InlineData(1_000_000)]
    public void Segments_put_together_in_order_are_the_text_and_none_exceeds_256_KiB(int length)
    {
        var text = Noise(length);
        var segments = RunLogPacker.Pack(text);
        Assert.All(segments, s => Assert.True(s.Data.Length <= 256 * 1024, $"{s.Data.Length}"));
        Assert.Equal(text, string.Concat(segments.Select(s => RunLogPacker.Unpack(s.Codec, s.Data))));
    }

    [Fact]
    public void A_cut_never_falls_into_a_character()
    {
        var text = string.Concat(Enumerable.Repeat("€😀é", 40_000));
        Assert.Equal(text, string.Concat(RunLogPacker.Pack(text).Select(s => RunLogPacker.Unpack(s.Codec, s.Data))));
    }

    [Fact]
    public void An_unknown_codec_is_refused() => Assert.Throws<InvalidDataException>(() => RunLogPacker.Unpack("zstd", ""));

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
