using Foreman.Api;

namespace Foreman.AgentLoop.Loop;

/// <summary>
/// How much of each prompt came from the server's cache, and whether the server reads prompts anew that only grew at their end.
/// It is made of the transcript's records. Pure.
/// </summary>
/// <param name="Prompt">Tokens of all prompts but the first and those after a compaction.</param>
/// <param name="Cached">Those of them that were not read again.</param>
/// <param name="Before">Tokens of the last prompt; 0 when the next one does not begin with it.</param>
/// <param name="Reports">True once the server has said what it read or what came from its cache: one that says nothing is not judged.</param>
/// <param name="Misses">Prompts in a row that were mostly read again.</param>
internal sealed record PromptCache(long Prompt, long Cached, long Before, bool Reports, int Misses)
{
    /// <summary>Before the first answer.</summary>
    internal static PromptCache Empty { get; } = new(0, 0, 0, false, 0);

    /// <summary>Prompts in a row that must have been read again, to call it a collapse: another user of the server may push one out.</summary>
    internal const int MinMisses = 3;

    /// <summary>A shorter prompt is read again in no time; servers also round what they keep.</summary>
    internal const long MinTokens = 1024;

    /// <summary>The turn whose prompt showed the collapse; null when there was none.</summary>
    internal int? CollapsedAtTurn { get; init; }

    /// <summary>The cached part of all prompts that could have been cached, 0 to 1; null before there was one or when the server does not say.</summary>
    internal double? Share => Reports && Prompt > 0 ? (double)Cached / Prompt : null;

    /// <summary>The state after one more record.</summary>
    internal static PromptCache Apply(PromptCache cache, TranscriptRecord record) => record switch
    {
        ModelAnswered r => cache.Answered(r),
        HistoryCompacted => cache with { Before = 0 },
        RunResumed => cache with { Before = 0, Misses = 0 },
        PromptCacheCollapsed r => cache with { CollapsedAtTurn = r.Turn },
        _ => cache,
    };

    /// <summary>True when the collapse is to be told now: once in a run.</summary>
    internal bool IsNewCollapse => CollapsedAtTurn is null && Reports && Misses >= MinMisses;

    private PromptCache Answered(ModelAnswered r)
    {
        var (prompt, cached) = (r.Usage?.PromptTokens ?? 0, r.Usage?.CachedTokens ?? 0);
        if (prompt <= 0)
        {
            return this with { Before = 0 };
        }

        var reports = Reports || cached > 0 || r.Timings is not null;
        if (Before == 0)
        {
            return this with { Before = prompt, Reports = reports };
        }

        // What the prompt before had is what the cache could give; the rest is new.
        var isMiss = Before >= MinTokens && cached < Before / 2;
        return this with
        {
            Prompt = Prompt + prompt,
            Cached = Cached + Math.Min(cached, prompt),
            Before = prompt,
            Reports = reports,
            Misses = isMiss ? Misses + 1 : 0,
        };
    }
}
