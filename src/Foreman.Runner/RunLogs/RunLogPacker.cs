using System.IO.Compression;
using System.Text;

namespace Foreman.Runner.RunLogs;

/// <summary>A segment's content as it is stored.</summary>
/// <param name="Codec">How <paramref name="Data"/> is packed.</param>
/// <param name="Data">At most 256 KiB.</param>
public readonly record struct PackedText(string Codec, string Data);

/// <summary>A segment's content as it was before it was packed.</summary>
/// <param name="Bytes">UTF-8, unless the segment is damaged.</param>
/// <param name="IsCut">True when there was more than the bound.</param>
public readonly record struct UnpackedText(ReadOnlyMemory<byte> Bytes, bool IsCut)
{
    /// <summary>The content as text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Bytes.Span);
}

/// <summary>
/// Packs transcript text into segments. The transcript of an attempt is the unpacked texts of its segments, put together
/// in order: a long record may begin in one segment and end in the next. Pure.
/// </summary>
public static class RunLogPacker
{
    /// <summary>Lines of JSON as they are: short segments can be read with kubectl.</summary>
    public const string Plain = "jsonl";

    /// <summary>Lines of JSON, compressed, in base64.</summary>
    public const string Compressed = "gzip+base64";

    /// <summary>Text up to this size stays plain.</summary>
    public const int MaxPlainBytes = 16 * 1024;

    /// <summary>Text of one segment at most: even when it does not compress, base64 of it stays under 256 KiB.</summary>
    public const int MaxTextBytes = 176 * 1024;

    /// <summary>Most bytes that readers take of one segment: 256 KiB of base64 may unpack to 190 MB.</summary>
    public const int MaxUnpackedBytes = 1024 * 1024;

    /// <summary>Cuts and packs text in UTF-8.</summary>
    public static IReadOnlyList<PackedText> Pack(ReadOnlySpan<byte> text)
    {
        var packed = new List<PackedText>();
        while (!text.IsEmpty)
        {
            var length = CutLength(text);
            packed.Add(PackOne(text[..length]));
            text = text[length..];
        }

        return packed;
    }

    /// <summary>The text of a segment, up to a bound.</summary>
    /// <param name="codec">How it is packed.</param>
    /// <param name="data">As it is stored.</param>
    /// <param name="maxBytes">From 1.</param>
    /// <exception cref="InvalidDataException">The codec is unknown, or the data is damaged.</exception>
    public static UnpackedText Unpack(string codec, string data, int maxBytes = MaxUnpackedBytes)
    {
        if (codec == Plain)
        {
            var bytes = Encoding.UTF8.GetBytes(data);
            return new(bytes.AsMemory(0, Math.Min(bytes.Length, maxBytes)), bytes.Length > maxBytes);
        }

        if (codec != Compressed)
        {
            throw new InvalidDataException($"unknown codec '{(codec.Length > 40 ? codec[..40] : codec)}' of a transcript's segment");
        }

        try
        {
            using var unzip = new GZipStream(new MemoryStream(Convert.FromBase64String(data)), CompressionMode.Decompress);
            using var unpacked = new MemoryStream();
            var buffer = new byte[16 * 1024];
            int count;
            while (unpacked.Length <= maxBytes && (count = unzip.Read(buffer)) > 0)
            {
                unpacked.Write(buffer, 0, count);
            }

            var length = (int)Math.Min(unpacked.Length, maxBytes);
            return new(unpacked.GetBuffer().AsMemory(0, length), unpacked.Length > maxBytes);
        }
        catch (Exception e) when (e is FormatException or IOException)
        {
            throw new InvalidDataException($"a transcript's segment is damaged: {e.Message}", e);
        }
    }

    // Cuts between characters, so that every segment is valid UTF-8 by itself.
    private static int CutLength(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= MaxTextBytes)
        {
            return bytes.Length;
        }

        var length = MaxTextBytes;
        while ((bytes[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return length;
    }

    private static PackedText PackOne(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= MaxPlainBytes)
        {
            return new(Plain, Encoding.UTF8.GetString(bytes));
        }

        using var memory = new MemoryStream();
        using (var zip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(bytes);
        }

        return new(Compressed, Convert.ToBase64String(memory.GetBuffer().AsSpan(0, (int)memory.Length)));
    }
}
