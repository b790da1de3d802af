using System.Buffers;
using System.Text;

namespace Foreman.Primitives;

/// <summary>Text from outside, read as UTF-8 up to a bound; bytes that are no UTF-8 become U+FFFD.</summary>
/// <param name="Text">What was read.</param>
/// <param name="Truncated">True when there was more than the bound.</param>
public sealed record BoundedText(string Text, bool Truncated)
{
    /// <summary>Reads a stream to its end and keeps at most so many bytes, so that a writer on the other side never blocks.</summary>
    /// <param name="stream">The source.</param>
    /// <param name="maxBytes">Bytes to keep, at least 1.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<BoundedText> ReadToEndAsync(Stream stream, int maxBytes, CancellationToken cancellationToken)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[Math.Min(maxBytes + 1, 16 * 1024)];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            await kept.WriteAsync(buffer.AsMemory(0, (int)Math.Min(count, maxBytes + 1 - kept.Length)), cancellationToken).ConfigureAwait(false);
        }

        return Decode(kept.GetBuffer().AsSpan(0, (int)kept.Length), maxBytes);
    }

    /// <summary>Reads a file, also one whose size is not told, such as those of <c>/proc</c>; null when it is absent or unreadable.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">Bytes to read, at least 1.</param>
    public static BoundedText? ReadFile(string path, int maxBytes)
    {
        try
        {
            return ReadFileOrThrow(path, maxBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>As <see cref="ReadFile"/>, for a caller who tells why it can't be read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">Bytes to read, at least 1.</param>
    /// <exception cref="IOException">It is not there, or the disk fails.</exception>
    /// <exception cref="UnauthorizedAccessException">It is a folder, or may not be read.</exception>
    public static BoundedText ReadFileOrThrow(string path, int maxBytes)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var buffer = ArrayPool<byte>.Shared.Rent(maxBytes + 1);
        try
        {
            var wanted = buffer.AsSpan(0, maxBytes + 1);
            return Decode(wanted[..file.ReadAtLeast(wanted, wanted.Length, throwOnEndOfStream: false)], maxBytes);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static BoundedText Decode(ReadOnlySpan<byte> bytes, int maxBytes)
    {
        if (bytes.Length <= maxBytes)
        {
            return new BoundedText(Encoding.UTF8.GetString(bytes), Truncated: false);
        }

        // A character is never cut in two.
        var end = maxBytes;
        while (end > 0 && maxBytes - end < 4 && (bytes[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return new BoundedText(Encoding.UTF8.GetString(bytes[..end]), Truncated: true);
    }
}
