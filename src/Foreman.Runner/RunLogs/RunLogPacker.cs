using System.IO.Compression;
using System.Text;

namespace Foreman.Runner.RunLogs;

/// <summary>A segment's content as it is stored.</summary>
/// <param name="Codec">How <paramref name="Data"/> is packed.</param>
/// <param name="Data">At most 256 KiB.</param>
internal readonly record struct PackedText(string Codec, string Data);

/// <summary>
/// Packs transcript text into segments. The transcript of an attempt is the unpacked texts of its segments, put together
/// in order: a long record may begin in one segment and end in the next. Pure.
/// </summary>
internal static class RunLogPacker
{
    /// <summary>Lines of JSON as they are: short segments can be read with kubectl.</summary>
    public const string Plain = "jsonl";

    /// <summary>Lines of JSON, compressed, in base64.</summary>
    public const string Compressed = "gzip+base64";

    /// <summary>Text up to this size stays plain.</summary>
    public const int MaxPlainBytes = 16 * 1024;

    /// <summary>Text of one segment at most: even when it does not compress, base64 of it stays under 256 KiB.</summary>
    public const int MaxTextBytes = 176 * 1024;

    /// <summary>Cuts and packs text.</summary>
    public static IReadOnlyList<PackedText> Pack(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var packed = new List<PackedText>();
        for (var start = 0; start < bytes.Length;)
        {
            var length = CutLength(bytes.AsSpan(start));
            packed.Add(PackOne(bytes.AsSpan(start, length)));
            start += length;
        }

        return packed;
    }

    /// <summary>The text of a segment.</summary>
    /// <exception cref="InvalidDataException">The codec is unknown, or the data is damaged.</exception>
    public static string Unpack(string codec, string data)
    {
        if (codec == Plain)
        {
            return data;
        }

        if (codec != Compressed)
        {
            throw new InvalidDataException($"unknown codec '{codec}' of a transcript's segment");
        }

        using var unzip = new GZipStream(new MemoryStream(Convert.FromBase64String(data)), CompressionMode.Decompress);
        using var reader = new StreamReader(unzip, Encoding.UTF8);
        return reader.ReadToEnd();
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
