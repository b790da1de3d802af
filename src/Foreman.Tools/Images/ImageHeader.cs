using System.Buffers.Binary;

namespace Foreman.Tools.Images;

/// <summary>What the header of an image says. Nothing is decoded.</summary>
/// <param name="MediaType">image/png, image/jpeg, image/webp or image/gif, by its first bytes.</param>
/// <param name="Width">In pixels, from 1.</param>
/// <param name="Height">In pixels, from 1.</param>
internal readonly record struct ImageHeader(string MediaType, int Width, int Height)
{
    /// <summary>The formats that are read, for messages.</summary>
    internal const string Formats = "PNG, JPEG, WebP or GIF";

    /// <summary>Reads a header.</summary>
    /// <param name="image">A whole image, or anything else.</param>
    /// <returns>Null when it is none of these formats, or its header names no size.</returns>
    internal static ImageHeader? Read(ReadOnlySpan<byte> image)
    {
        var (type, size) = image.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]) ? ("image/png", Png(image))
            : image.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? ("image/jpeg", Jpeg(image))
            : image.StartsWith("GIF87a"u8) || image.StartsWith("GIF89a"u8) ? ("image/gif", Gif(image))
            : image.StartsWith("RIFF"u8) && image.Length > 16 && image[8..].StartsWith("WEBP"u8) ? ("image/webp", WebP(image))
            : ("", default);
        return size is { Width: > 0 and <= int.MaxValue, Height: > 0 and <= int.MaxValue } ? new ImageHeader(type, (int)size.Width, (int)size.Height) : null;
    }

    private static (long Width, long Height) Png(ReadOnlySpan<byte> image) => image.Length >= 24 && image[12..].StartsWith("IHDR"u8)
        ? (BinaryPrimitives.ReadUInt32BigEndian(image[16..]), BinaryPrimitives.ReadUInt32BigEndian(image[20..]))
        : default;

    private static (long Width, long Height) Gif(ReadOnlySpan<byte> image) => image.Length >= 10
        ? (BinaryPrimitives.ReadUInt16LittleEndian(image[6..]), BinaryPrimitives.ReadUInt16LittleEndian(image[8..]))
        : default;

    /// <summary>The size stands in the first frame header; the segments before it are passed over by their lengths.</summary>
    private static (long Width, long Height) Jpeg(ReadOnlySpan<byte> image)
    {
        for (var at = 2; at + 9 < image.Length && image[at] == 0xFF;)
        {
            var marker = image[at + 1];
            switch (marker)
            {
                case 0xFF:
                    at++;
                    break;
                case 0x01 or (>= 0xD0 and <= 0xD7):
                    at += 2;
                    break;
                case >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC):
                    return (BinaryPrimitives.ReadUInt16BigEndian(image[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(image[(at + 5)..]));
                case 0xD8 or 0xD9 or 0xDA:
                    return default;
                default:
                    at += 2 + Math.Max((int)BinaryPrimitives.ReadUInt16BigEndian(image[(at + 2)..]), 2);
                    break;
            }
        }

        return default;
    }

    private static (long Width, long Height) WebP(ReadOnlySpan<byte> image)
    {
        if (image.Length < 30)
        {
            return default;
        }

        var form = image[12..];
        var body = image[20..];
        if (form.StartsWith("VP8X"u8))
        {
            return (1 + Number24(body[4..]), 1 + Number24(body[7..]));
        }

        if (form.StartsWith("VP8L"u8) && body[0] == 0x2F)
        {
            var packed = BinaryPrimitives.ReadUInt32LittleEndian(body[1..]);
            return (1 + (packed & 0x3FFF), 1 + ((packed >> 14) & 0x3FFF));
        }

        // Two bits of each side are a scale, which is not part of the size.
        return form.StartsWith("VP8 "u8) && body[3..].StartsWith((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A])
            ? (BinaryPrimitives.ReadUInt16LittleEndian(body[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(body[8..]) & 0x3FFF)
            : default;
    }

    private static int Number24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
