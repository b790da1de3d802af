using Foreman.AgentLoop.Settings;

namespace Foreman.AgentLoop.Loop.Stuck;

/// <summary>A way of getting nowhere.</summary>
internal enum Detector
{
    /// <summary>The same call gives the same result.</summary>
    SameResult,

    /// <summary>The same call, or the same tool, fails with the same error.</summary>
    SameError,

    /// <summary>Two calls take turns and give the same results each time.</summary>
    Alternation,

    /// <summary>Answers without a call, or the same words again while nothing new comes of them.</summary>
    Monologue,

    /// <summary>Turns without a change of a file and without anything newly read.</summary>
    EditFree,

    /// <summary>Writes that leave every file as it was, or put back what was there before.</summary>
    NoChange,

    /// <summary>The prompt, as the server counted it, has outgrown the caps.</summary>
    ContextGrowth,
}

/// <summary>How far a detector has gone.</summary>
internal enum Stage
{
    /// <summary>Nothing is wrong.</summary>
    Fine,

    /// <summary>The model is told what was seen.</summary>
    Nudged,

    /// <summary>Calls of the kind that was seen are refused.</summary>
    Restricted,

    /// <summary>The run ends.</summary>
    Ended,
}

/// <summary>Names and thresholds of detectors.</summary>
internal static class Detectors
{
    /// <summary>All, in the order in which they are asked.</summary>
    internal static IReadOnlyList<Detector> All { get; } =
        [Detector.NoChange, Detector.SameResult, Detector.SameError, Detector.Alternation, Detector.Monologue, Detector.ContextGrowth, Detector.EditFree];

    /// <summary>The name that outcomes and notes use.</summary>
    internal static string Name(this Detector detector) => detector switch
    {
        Detector.SameResult => "same-result",
        Detector.SameError => "same-error",
        Detector.Alternation => "alternation",
        Detector.Monologue => "monologue",
        Detector.EditFree => "edit-free",
        Detector.NoChange => "no-change",
        _ => "context-growth",
    };

    /// <summary>
    /// The stage of a count: a nudge at the threshold, a restriction half of it later, the end at twice the threshold and never
    /// before the restriction.
    /// </summary>
    /// <param name="count">How often it was seen.</param>
    /// <param name="threshold">From the Agent; 0 turns the detector off.</param>
    /// <param name="least">A count below this shows nothing, whatever the threshold.</param>
    internal static Stage Of(int count, int threshold, int least = 1)
    {
        var nudge = Math.Max(threshold, least);
        var restrict = nudge + ((threshold + 1) / 2);
        return threshold <= 0 || count < nudge ? Stage.Fine
            : count >= Math.Max(2 * threshold, restrict + 1) ? Stage.Ended
            : count >= restrict ? Stage.Restricted
            : Stage.Nudged;
    }

    /// <summary>The stage of a prompt between the soft and the hard cap; the run itself ends over the hard cap, when the next prompt is planned.</summary>
    internal static Stage OfPrompt(long tokens, EffectiveSettings settings) =>
        settings.FinishAtTokens <= 0 || tokens < settings.FinishAtTokens ? Stage.Fine
        : settings.ContextHardCap > settings.FinishAtTokens && tokens >= settings.FinishAtTokens + ((settings.ContextHardCap - settings.FinishAtTokens) / 2) ? Stage.Restricted
        : Stage.Nudged;
}
