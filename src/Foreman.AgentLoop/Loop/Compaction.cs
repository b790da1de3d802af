using System.Collections.Immutable;
using Foreman.AgentLoop.Model;

namespace Foreman.AgentLoop.Loop;

/// <summary>
/// Makes a conversation shorter by masking the results of old tool calls, all in one step. Each step rewrites the
/// prompt's beginning, which a model server must then read anew; so steps are rare and big.
/// </summary>
internal static class Compaction
{
    /// <summary>Results shorter than this are left: a note would hardly be shorter.</summary>
    internal const int MinBytes = 160;

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
            if (item is not { Tool: { } tool, Masked: false, Message.CallId: { } callId } || item.Turn > turn - keepTurns || PromptGauge.Size(item) < MinBytes)
            {
                continue;
            }

            var shorter = Masked(item, tool, callId);
            saved += PromptGauge.Size(item) - PromptGauge.Size(shorter);
            masked.Add(callId);
            result[i] = shorter;
        }

        return masked.Count > 0 && saved >= minSavedBytes ? (result.ToImmutable(), masked.ToImmutable()) : null;
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

    private static HistoryItem Masked(HistoryItem item, string tool, string callId)
    {
        var note = $"[result of {tool} left out to save room: {item.Message.Content.Length} characters; call the tool again if it is needed]";
        return item with { Message = ChatMessage.Tool(callId, note), Masked = true };
    }
}
