using System.Collections.Immutable;
using static System.FormattableString;

namespace Foreman.AgentLoop.Loop.Stuck;

/// <summary>
/// The note that tells the model what was seen. It stands at the end of a tool's result, because some chat templates take no
/// message of the user after one. Pure.
/// </summary>
internal static class StuckNotes
{
    private const string Mark = "\n\n[loop check, ";

    /// <summary>A result with the note of a detector.</summary>
    internal static string Add(string text, Detector detector, string seen) => $"{text}{Mark}{detector.Name()}: {seen}]";

    /// <summary>A result without its note, and the detector that the note names.</summary>
    internal static string Strip(string text, out ImmutableHashSet<Detector> told)
    {
        told = [];
        var at = text.EndsWith(']') ? text.LastIndexOf(Mark, StringComparison.Ordinal) : -1;
        if (at < 0)
        {
            return text;
        }

        var rest = text.AsSpan(at + Mark.Length);
        foreach (var detector in Detectors.All)
        {
            var name = detector.Name();
            if (rest.StartsWith(name, StringComparison.Ordinal) && rest[name.Length..].StartsWith(": ", StringComparison.Ordinal))
            {
                told = [detector];
                return text[..at];
            }
        }

        return text;
    }

    /// <summary>What was seen.</summary>
    internal static string Seen(Detector detector, StuckState state, int count, string tool) => detector switch
    {
        Detector.SameResult => Invariant($"{tool} was called {count} times with the same arguments, its result was the same each time, and no file has changed in between (repeatedToolThreshold)"),
        Detector.SameError => Invariant($"{tool} has failed {count} times with the same error (repeatedToolThreshold)"),
        Detector.Alternation => Invariant($"the last {count} calls are the same two calls in turn, with the same results each time (repeatedToolThreshold)"),
        Detector.Monologue => Invariant($"{count} answers called no tool or said the same again, and nothing came of them (repeatedToolThreshold)"),
        Detector.EditFree => Invariant($"{count} turns without a change of a file and without anything newly read (editFreeTurnsLimit)"),
        Detector.NoChange => Invariant($"{count} writes in a row changed nothing or put back what was there before (repeatedToolThreshold)"),
        _ => Invariant($"the conversation has grown to {state.PromptTokens} tokens (contextSoftCap)"),
    };

    /// <summary>What to do about it.</summary>
    internal static string Advice(Detector detector) => detector switch
    {
        Detector.SameResult or Detector.Alternation => "Do something else: use what you know to edit a file, read another one, or call submit_result",
        Detector.SameError => "Read the error, then do it another way: other arguments, or another tool",
        Detector.Monologue => "Act: call a tool that brings the task forward, or submit_result",
        Detector.EditFree => "Make the change now with str_replace or write_file, or call submit_result and say what is missing",
        Detector.NoChange => "Read the file to see what it holds now; if it is as it should be, go on or call submit_result",
        _ => "Finish: make the last changes and call submit_result",
    };
}
