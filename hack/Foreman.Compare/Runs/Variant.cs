using Foreman.AgentLoop.Loop;
using Foreman.Tools;

namespace Foreman.Compare.Runs;

/// <summary>The loop with some of its defences.</summary>
/// <param name="Name">What is switched off, for the command line.</param>
/// <param name="Title">The same for people.</param>
internal sealed record Variant(string Name, string Title)
{
    internal const string Everything = "all";
    internal const string Nothing = "none";

    private static readonly (string Name, string Title, Func<Variant, Variant> Off)[] Defences =
    [
        ("text-calls", "calls found in text", v => v with { Loop = v.Loop with { FindsCallsInText = false } }),
        ("arguments", "arguments mended by their schema", v => v with { Loop = v.Loop with { MendsArguments = false } }),
        ("history", "history kept valid", v => v with { Loop = v.Loop with { KeepsHistoryValid = false } }),
        ("asking-again", "answers without a call asked again", v => v with { Loop = v.Loop with { AsksAgain = false } }),
        ("finish-reason", "cut answers found by their length", v => v with { Loop = v.Loop with { DistrustsFinishReason = false } }),
        ("cut-advice", "advice to write in parts", v => v with { Loop = v.Loop with { AdvisesOnCuts = false } }),
        ("lenient-edits", "edits found despite other white space", v => v with { Tools = v.Tools with { MatchesLeniently = false } }),
        ("nearest-text", "nearest text shown after a miss", v => v with { Tools = v.Tools with { ShowsNearestText = false } }),
        ("escalation", "whole file shown after two misses", v => v with { Tools = v.Tools with { EscalatesToWholeFile = false } }),
        ("near-paths", "near paths named", v => v with { Tools = v.Tools with { NamesNearPaths = false } }),
        ("nudges", "notes of the stuck detectors", v => v with { Loop = v.Loop with { NudgesWhenStuck = false } }),
        ("stuck", "stuck detectors as a whole", v => v with { DetectsStuck = false }),
        ("masking", "masking of old results", v => v with { Loop = v.Loop with { MasksOldResults = false } }),
        ("large-results", "large results cut to the window", v => v with { Loop = v.Loop with { FitsLargeResults = false } }),
    ];

    internal LoopDefences Loop { get; init; } = LoopDefences.All;

    internal ToolDefences Tools { get; init; } = ToolDefences.All;

    /// <summary>The Agent's own <c>stuckLoopDetection</c>: absent, or empty, which turns the detectors off.</summary>
    internal bool DetectsStuck { get; init; } = true;

    /// <summary>All defences, all but one each, and none.</summary>
    internal static IReadOnlyList<Variant> All { get; } =
    [
        new(Everything, "nothing (all defences on)"),
        .. Defences.Select(d => d.Off(new Variant(d.Name, d.Title))),
        Defences.Aggregate(new Variant(Nothing, "all of them"), (v, d) => d.Off(v)),
    ];
}
