using Foreman.Tools;

namespace Foreman.AgentLoop.Loop;

/// <summary>
/// What the loop does about the faults of small models, part by part. Every run has all of it: only the comparison that
/// <c>docs/reference/loop.md</c> shows switches a part off, to measure what it is worth.
/// </summary>
internal sealed record LoopDefences
{
    /// <summary>What every run has.</summary>
    internal static LoopDefences All { get; } = new();

    /// <summary>Calls that a model wrote as text are run; without it they are prose.</summary>
    internal bool FindsCallsInText { get; init; } = true;

    /// <summary>Arguments are unwrapped and get the types of their schema; without it they must be an object as they stand.</summary>
    internal bool MendsArguments { get; init; } = true;

    /// <summary>Broken arguments and empty answers are replaced before they enter the conversation, which servers parse again with each request.</summary>
    internal bool KeepsHistoryValid { get; init; } = true;

    /// <summary>An answer without a call is asked again a few times; without it such an answer ends the run.</summary>
    internal bool AsksAgain { get; init; } = true;

    /// <summary>An answer that reached the output limit counts as cut, whatever the server says; without it only the server's word counts.</summary>
    internal bool DistrustsFinishReason { get; init; } = true;

    /// <summary>A model whose answer was cut is told how to write a long file in parts.</summary>
    internal bool AdvisesOnCuts { get; init; } = true;

    /// <summary>The model is told what a detector has seen before its calls are refused.</summary>
    internal bool NudgesWhenStuck { get; init; } = true;

    /// <summary>Old results are masked when the window is full; without it the prompt only grows.</summary>
    internal bool MasksOldResults { get; init; } = true;

    /// <summary>A large result is cut to what the window has left; without it it is sent whole.</summary>
    internal bool FitsLargeResults { get; init; } = true;

    /// <summary>Switches parts of the tools; they are internal to their own room.</summary>
    internal Func<ToolSettings, ToolSettings> OfTools { get; init; } = settings => settings;
}
