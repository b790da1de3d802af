using System.Collections.Immutable;
using System.Globalization;
using Foreman.AgentLoop.Model;
using Foreman.Primitives;

namespace Foreman.AgentLoop.Loop;

/// <summary>
/// Makes a conversation shorter by masking the results of old tool calls, all in one step. Each step rewrites the
/// prompt's beginning, which a model server must then read anew; so steps are rare and big.
/// </summary>
internal static class Compaction
{
    /// <summary>Results shorter than this are left: a note would hardly be shorter.</summary>
    internal const int MinBytes = 400;

    /// <summary>So much of the beginning of a masked result stays: it says what the call was about.</summary>
    internal const int HeadCharacters = 120;

    private const string NotShown = "\n[its images are not shown: the model server takes none]";

    /// <summary>Masks the results of all turns but the last ones.</summary>
    /// <param name="history">The conversation.</param>
    /// <param name="turn">The current turn.</param>
    /// <param name="keepTurns">Turns whose results stay.</param>
    /// <param name="minSavedBytes">Less than this is not worth a step.</param>
    /// <returns>The new conversation and the calls whose results were masked; null when it is not worth it.</returns>
    internal static (ImmutableList<HistoryItem> History, ImmutableArray<string> Masked)? Mask(
        ImmutableList<HistoryItem> history, int turn, int keepTurns, long minSavedBytes)
    {
        var masked = ImmutableArray.CreateBuilder<string>();
        var saved = 0L;
        var result = history.ToBuilder();
        for (var i = 0; i < result.Count; i++)
        {
            var item = result[i];
            if (item is not { Tool: { } tool, Masked: false, Message.CallId: { } callId } || item.Turn > turn - keepTurns || item.Weight.Size < MinBytes)
            {
                continue;
            }

            var shorter = Masked(item, tool, callId);
            saved += item.Weight.Size - shorter.Weight.Size;
            masked.Add(callId);
            result[i] = shorter;
        }

        return masked.Count > 0 && saved >= minSavedBytes ? (result.ToImmutable(), masked.ToImmutable()) : null;
    }

    /// <summary>Masks the oldest results, as many as save so much, but none of the last turns.</summary>
    /// <param name="history">The conversation.</param>
    /// <param name="turn">The current turn.</param>
    /// <param name="keepTurns">Turns whose results stay.</param>
    /// <param name="wantedBytes">What is to be saved, if there is so much.</param>
    /// <returns>The new conversation, the calls whose results were masked, and the bytes saved; null when nothing can be masked.</returns>
    internal static (ImmutableList<HistoryItem> History, ImmutableArray<string> Masked, long Saved)? Oldest(
        ImmutableList<HistoryItem> history, int turn, int keepTurns, long wantedBytes)
    {
        var all = Mask(history, turn, keepTurns, 1);
        if (all is null)
        {
            return null;
        }

        var masked = ImmutableArray.CreateBuilder<string>();
        var saved = 0L;
        var result = history.ToBuilder();
        for (var i = 0; i < result.Count && (saved < wantedBytes || masked.Count == 0); i++)
        {
            var shorter = all.Value.History[i];
            if (!ReferenceEquals(shorter, result[i]))
            {
                saved += result[i].Weight.Size - shorter.Weight.Size;
                masked.Add(shorter.Message.CallId!);
                result[i] = shorter;
            }
        }

        return (result.ToImmutable(), masked.ToImmutable(), saved);
    }

    /// <summary>Masks the results of these calls, as an earlier step did.</summary>
    internal static ImmutableList<HistoryItem> Mask(ImmutableList<HistoryItem> history, IReadOnlyList<string> callIds)
    {
        var ids = callIds.ToHashSet(StringComparer.Ordinal);
        var result = history.ToBuilder();
        for (var i = 0; i < result.Count; i++)
        {
            if (result[i] is { Tool: { } tool, Masked: false, Message.CallId: { } callId } && ids.Contains(callId))
            {
                result[i] = Masked(result[i], tool, callId);
            }
        }

        return result.ToImmutable();
    }

    /// <summary>Takes the images out of the results of tools, for a server that refuses them; the texts stay and say so.</summary>
    internal static ImmutableList<HistoryItem> WithoutImages(ImmutableList<HistoryItem> history) => history.ConvertAll(item => item is { Tool: not null, Message.Images.Count: > 0 }
        ? item with { Message = item.Message with { Content = item.Message.Content + NotShown, Images = [] } }
        : item);

    /// <summary>The call keeps its id and the head of its result.</summary>
    private static HistoryItem Masked(HistoryItem item, string tool, string callId)
    {
        var text = item.Message.Content;
        var length = Printable.PrefixLength(text, HeadCharacters);
        var line = length == 0 ? -1 : text.LastIndexOf('\n', length - 1);
        length = line >= length / 3 ? line : length;
        var images = item.Message.Images.Count switch { 0 => "", 1 => " and an image", var n => string.Create(CultureInfo.InvariantCulture, $" and {n} images") };
        var note = $"{text[..length]}\n[rest of the result of {tool} left out to save room: {text.Length} characters{images} in all; call the tool again if it is needed]";
        return item with { Message = ChatMessage.Tool(callId, note), Masked = true };
    }
}
