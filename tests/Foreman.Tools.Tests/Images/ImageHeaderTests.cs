using System.Buffers.Binary;
using Foreman.Tools.Images;

namespace Foreman.Tools.Tests.Images;

public sealed class ImageHeaderTests
{
    /// <summary>Whole pictures of the smallest kind, as their own programs wrote them.</summary>
    public static TheoryData<string, string> Pictures => new()
    {
        { "image/png", Samples.Png },
        { "image/gif", Samples.Gif },
        { "image/webp", "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA" },
        { "image/webp", "UklGRkoAAABXRUJQVlA4WAoAAAAQAAAAAAAAAAAAQUxQSAwAAAARBxAR/Q9ERP8DAABWUDggGAAAABQBAJ0BKgEAAQAAAP4AAA3AAP7mtQAAAA==" },
    };

    [Theory]
    [MemberData(nameof(Pictures))]
    public void The_type_and_size_of_a_picture_are_read(string type, string base64) =>
        Assert.Equal(new ImageHeader(type, 1, 1), ImageHeader.Read(Convert.FromBase64String(base64)));

    [Fact]
    public void Sizes_are_read_in_each_formats_own_byte_order()
    {
        var gif = Convert.FromBase64String(Samples.Gif);
        (gif[6], gif[7], gif[8], gif[9]) = (0x80, 0x02, 0xE0, 0x01);

        Assert.Equal(new ImageHeader("image/png", 640, 480), ImageHeader.Read(Samples.PngOf(640, 480)));
        Assert.Equal(new ImageHeader("image/gif", 640, 480), ImageHeader.Read(gif));
        Assert.Equal(new ImageHeader("image/jpeg", 640, 480), ImageHeader.Read(Jpeg(0xC0)));
        Assert.Equal(new ImageHeader("image/webp", 640, 480), ImageHeader.Read(WebP("VP8 ", [0x30, 0x01, 0x00, 0x9D, 0x01, 0x2A, 0x80, 0x42, 0xE0, 0x81])));
        Assert.Equal(new ImageHeader("image/webp", 640, 480), ImageHeader.Read(WebP("VP8L", [0x2F, .. Packed(639 | (479 << 14))])));
        Assert.Equal(new ImageHeader("image/webp", 640, 480), ImageHeader.Read(WebP("VP8X", [0x10, 0, 0, 0, 0x7F, 0x02, 0x00, 0xDF, 0x01, 0x00])));
    }

    [Theory]
    [InlineData(0xC1)]
    [InlineData(0xC2)]
    [InlineData(0xCF)]
    public void Every_frame_of_a_jpeg_has_its_size(byte frame) =>
        Assert.Equal(new ImageHeader("image/jpeg", 640, 480), ImageHeader.Read(Jpeg(frame)));

    [Theory]
    [InlineData(0xC4)]
    [InlineData(0xDA)]
    [InlineData(0xD9)]
    public void What_is_no_frame_of_a_jpeg_has_none(byte marker) => Assert.Null(ImageHeader.Read(Jpeg(marker)));

    [Fact]
    public void A_size_of_nothing_is_damage()
    {
        Assert.Null(ImageHeader.Read(Samples.PngOf(0, 480)));
        Assert.Null(ImageHeader.Read(Samples.PngOf(640, 0)));
        Assert.Null(ImageHeader.Read(Samples.PngOf(uint.MaxValue, 1)));
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Every_beginning_of_a_picture_is_that_picture_or_none(string type, string base64)
    {
        var picture = Convert.FromBase64String(base64);
        for (var length = 0; length < picture.Length; length++)
        {
            var header = ImageHeader.Read(picture.AsSpan(0, length));
            Assert.True(header is null || header == new ImageHeader(type, 1, 1), $"{length} bytes: {header}");
        }
    }

    [Theory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>")]
    [InlineData("%PDF-1.7")]
    [InlineData("BM6\0\0\0")]
    [InlineData("RIFF\u0001\0\0\0WAVEfmt \u0001\0\0\0\0\0\0\0\0\0\0\0\0\0\0")]
    [InlineData("")]
    public void Other_files_are_none(string text) => Assert.Null(ImageHeader.Read(System.Text.Encoding.Latin1.GetBytes(text)));

    private static byte[] Jpeg(byte marker) =>
    [
        0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x10, (byte)'J', (byte)'F', (byte)'I', (byte)'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0,
        0xFF, 0xFF, 0xDB, 0x00, 0x04, 0xFF, 0xC0, 0xFF, marker, 0x00, 0x0B, 0x08, 0x01, 0xE0, 0x02, 0x80, 0x01, 0x11, 0x00, 0x00, 0x00,
    ];

    private static byte[] WebP(string form, byte[] body) =>
        [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBP"u8, .. System.Text.Encoding.ASCII.GetBytes(form), 0, 0, 0, 0, .. body, .. new byte[12]];

    private static byte[] Packed(int bits)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bits);
        return bytes;
    }
}
