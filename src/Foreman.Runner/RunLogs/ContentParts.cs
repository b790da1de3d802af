using System.Text;
using System.Text.Unicode;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;

namespace Foreman.Runner.RunLogs;

/// <summary>Cuts a large content into records for a transcript that has no files beside it. Pure.</summary>
internal static class ContentParts
{
    /// <summary>Most bytes of one part.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>The parts in order; put together they are the content.</summary>
    public static IEnumerable<ContentStored> Of(SideContent content)
    {
        var isText = IsText(content.Bytes.Span);
        for (var offset = 0; offset < content.Bytes.Length;)
        {
            var length = Length(content.Bytes.Span[offset..], isText);
            var part = content.Bytes.Slice(offset, length);
            yield return new ContentStored
            {
                Sha256 = content.Ref.Sha256,
                Offset = offset,
                Content = isText ? Encoding.UTF8.GetString(part.Span) : null,
                Bytes = isText ? null : part.ToArray(),
            };
            offset += length;
        }
    }

    // What holds a zero byte or is no UTF-8 can't be stored as text.
    private static bool IsText(ReadOnlySpan<byte> bytes) => Utf8.IsValid(bytes) && !bytes.Contains((byte)0);

    // Text is cut between characters.
    private static int Length(ReadOnlySpan<byte> bytes, bool isText)
    {
        var length = Math.Min(bytes.Length, MaxBytes);
        while (isText && length < bytes.Length && (bytes[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return length;
    }
}
