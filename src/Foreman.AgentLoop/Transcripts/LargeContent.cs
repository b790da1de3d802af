using System.Security.Cryptography;
using System.Text;
using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.AgentLoop.Transcripts;

/// <summary>A content that stands beside the records.</summary>
/// <param name="Ref">Its name.</param>
/// <param name="Bytes">The whole of it.</param>
public readonly record struct SideContent(ContentRef Ref, ReadOnlyMemory<byte> Bytes);

/// <summary>Takes large texts, files and all images out of records and puts them back, so that every line of a transcript stays short. Pure.</summary>
public static class LargeContent
{
    /// <summary>Texts and files of more UTF-8 bytes stand beside the records.</summary>
    public const int MaxInlineBytes = 16 * 1024;

    /// <summary>Characters of a large text that stay in its record.</summary>
    public const int HeadCharacters = 1024;

    /// <summary>Takes out what is large.</summary>
    /// <param name="record">Any record.</param>
    /// <param name="contents">What was taken out, in the record's order; equal ones may occur twice.</param>
    /// <returns>The record with the beginnings and the names of what was taken out; the same record when nothing was.</returns>
    public static TranscriptRecord Split(TranscriptRecord record, out IReadOnlyList<SideContent> contents)
    {
        var taken = new List<SideContent>();
        contents = taken;
        switch (record)
        {
            case MessageSent r:
                var (text, shown) = (Take(r.Content, taken), Take(r.Images, taken));
                return taken.Count == 0 ? r : r with { Content = text is null ? r.Content : Head(r.Content), ContentRef = text, Images = shown };

            case ToolReturned r:
                var (result, images) = (Take(r.Content, taken), Take(r.Images, taken));
                var effects = r.Effects?.Select(e => Take(e, taken)).ToList();
                return taken.Count == 0 ? r : r with { Content = result is null ? r.Content : Head(r.Content), ContentRef = result, Images = images, Effects = effects };

            case ModelAnswered r:
                var (content, reasoning) = (Take(r.Content, taken), Take(r.Reasoning, taken));
                var calls = r.ToolCalls?.Select(c => Take(c.Arguments, taken) is { } a ? c with { Arguments = Head(c.Arguments), ArgumentsRef = a } : c).ToList();
                return taken.Count == 0 ? r : r with
                {
                    Content = content is null ? r.Content : Head(r.Content!),
                    ContentRef = content,
                    Reasoning = reasoning is null ? r.Reasoning : Head(r.Reasoning!),
                    ReasoningRef = reasoning,
                    ToolCalls = calls,
                };

            default:
                return record;
        }
    }

    /// <summary>Puts the texts and images of a conversation back. Files of effects stay beside the record, to be read one at a time.</summary>
    /// <param name="record">A record as it was stored.</param>
    /// <param name="read">The whole content of a name.</param>
    public static TranscriptRecord Join(TranscriptRecord record, Func<ContentRef, byte[]> read)
    {
        string? Text(string? head, ContentRef? whole) => whole is null ? head : Encoding.UTF8.GetString(read(whole));
        return record switch
        {
            MessageSent r when r.ContentRef is not null || r.Images is not null => r with { Content = Text(r.Content, r.ContentRef)!, ContentRef = null, Images = Images(r.Images, read) },
            ToolReturned r when r.ContentRef is not null || r.Images is not null => r with { Content = Text(r.Content, r.ContentRef)!, ContentRef = null, Images = Images(r.Images, read) },
            ModelAnswered r when r.ContentRef is not null || r.ReasoningRef is not null || r.ToolCalls?.Any(c => c?.ArgumentsRef is not null) == true => r with
            {
                Content = Text(r.Content, r.ContentRef),
                ContentRef = null,
                Reasoning = Text(r.Reasoning, r.ReasoningRef),
                ReasoningRef = null,
                ToolCalls = r.ToolCalls?.OfType<ToolCall>().Select(c => c with { Arguments = Text(c.Arguments, c.ArgumentsRef)!, ArgumentsRef = null }).ToList(),
            },
            _ => record,
        };
    }

    private static List<SentImage>? Images(IReadOnlyList<SentImage>? images, Func<ContentRef, byte[]> read) =>
        images?.OfType<SentImage>().Select(i => i.ContentRef is { } beside ? i with { Bytes = read(beside), ContentRef = null } : i).ToList();

    // However small: an image in the text of a record would be shown by whatever shows records.
    private static List<SentImage>? Take(IReadOnlyList<SentImage>? images, List<SideContent> taken) => images?.Select(i =>
    {
        if (i.Bytes is not { } bytes)
        {
            return i;
        }

        taken.Add(Named(bytes));
        return i with { Bytes = null, ContentRef = taken[^1].Ref };
    }).ToList();

    private static FileEffect Take(FileEffect effect, List<SideContent> taken)
    {
        var large = effect.Bytes is { } bytes ? Take(bytes, taken) : Take(effect.Content, taken);
        return large is null ? effect : effect with { Content = null, Bytes = null, ContentRef = large };
    }

    private static ContentRef? Take(string? text, List<SideContent> taken) =>
        text is not null && text.Length > MaxInlineBytes / 3 && Encoding.UTF8.GetByteCount(text) > MaxInlineBytes ? Take(Encoding.UTF8.GetBytes(text), taken) : null;

    private static ContentRef? Take(byte[] bytes, List<SideContent> taken)
    {
        if (bytes.Length <= MaxInlineBytes)
        {
            return null;
        }

        taken.Add(Named(bytes));
        return taken[^1].Ref;
    }

    private static SideContent Named(byte[] bytes) => new(new ContentRef(Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length), bytes);

    private static string Head(string text) => text[..Printable.PrefixLength(text, HeadCharacters)];
}
