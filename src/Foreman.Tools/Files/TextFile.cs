using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace Foreman.Tools.Files;

/// <summary>Bytes as text and back.</summary>
internal static class TextFile
{
    /// <summary>The picture of NUL in Unicode.</summary>
    internal const char NulSymbol = '\u2400';

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The byte order mark of UTF-8.</summary>
    internal static ReadOnlySpan<byte> Mark => "\uFEFF"u8;

    /// <summary>The text of a file, null when it is binary: it has a NUL byte or is not UTF-8.</summary>
    internal static string? TryDecode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Contains((byte)0))
        {
            return null;
        }

        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Where the text begins: behind the byte order mark, if there is one.</summary>
    internal static int StartOf(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Mark) ? Mark.Length : 0;

    /// <summary>What a file is that holds a NUL byte, in words.</summary>
    /// <param name="head">Its first bytes, two at least if it has them.</param>
    /// <param name="size">In bytes.</param>
    internal static string KindOfBinary(ReadOnlySpan<byte> head, long size) => head is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]
        ? "UTF-16 text, which the tools don't read: it must be converted to UTF-8 first"
        : $"a binary file of {size} bytes";

    /// <summary>Bytes as text, what is no UTF-8 as U+FFFD.</summary>
    /// <param name="bytes">A line.</param>
    /// <param name="isCut">True when it goes on: a character that is cut in two at the end is left out.</param>
    /// <param name="into">At least as long as the bytes.</param>
    /// <returns>The number of characters.</returns>
    internal static int Decode(ReadOnlySpan<byte> bytes, bool isCut, Span<char> into)
    {
        _ = Utf8.ToUtf16(bytes, into, out _, out var written, replaceInvalidSequences: true, isFinalBlock: !isCut);
        return written;
    }

    /// <summary>The same as a string.</summary>
    internal static string Decode(ReadOnlySpan<byte> bytes, bool isCut)
    {
        var rented = ArrayPool<char>.Shared.Rent(Math.Max(1, bytes.Length));
        var text = new string(rented, 0, Decode(bytes, isCut, rented));
        ArrayPool<char>.Shared.Return(rented);
        return text;
    }

    /// <summary>Text for the model: servers end texts at a NUL character, so <see cref="NulSymbol"/> stands for it.</summary>
    internal static string ShowNul(string text) => text.Replace('\0', NulSymbol);

    internal static string Sha256(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
