using System.Collections.Immutable;
using Foreman.AgentLoop.Loop.TextCalls;
using Foreman.AgentLoop.Model;
using Foreman.Api;
using Foreman.Primitives;
using Foreman.Tools;

namespace Foreman.AgentLoop.Loop;

/// <summary>
/// Reads an answer as the loop can use it. Nothing malformed enters the history: servers parse it again with every later
/// request and fail on it for ever.
/// </summary>
internal static class AnswerTriage
{
    /// <summary>Stands for an answer without text: servers refuse an empty assistant message.</summary>
    internal const string EmptyAnswer = "(no answer)";

    /// <summary>Stands for a tool that does not exist: its arguments only have to be valid JSON.</summary>
    private static readonly ToolDefinition Unknown = new("", "", "{}");

    private const string RepeatedItself = "your answer repeated the same text until the model server broke it off";

    /// <summary>Text of an unusable answer that is kept, in characters.</summary>
    private const int KeptCharacters = 4000;

    /// <summary>Sorts an answer.</summary>
    /// <param name="answer">As it came.</param>
    /// <param name="catalog">The tools that may be called.</param>
    /// <param name="lastCall">Number of the last call of the run.</param>
    /// <param name="askedTokens">The output limit that was asked for.</param>
    /// <param name="defences">Null for all.</param>
    internal static SortedAnswer Sort(ChatAnswer answer, ToolCatalog catalog, int lastCall, int askedTokens, LoopDefences? defences = null)
    {
        defences ??= LoopDefences.All;
        answer = answer.Calls.Count > 0 || !defences.FindsCallsInText ? answer : CallsInText.Lift(answer, catalog.Allows);
        var truncated = IsTruncated(answer, askedTokens, defences);
        var brokenOff = answer.RepeatsItself ? RepeatedItself : truncated ? $"your answer was cut at the output limit of {askedTokens} tokens" : null;
        var calls = answer.Calls.Select((c, i) =>
        {
            return Check(c, catalog, $"{lastCall + i + 1:D9}", i == answer.Calls.Count - 1 ? brokenOff : null, defences);
        }).ToImmutableArray();
        var kind = calls.Any(c => c.Problem is null) ? AnswerKind.Calls
            : answer.RepeatsItself ? AnswerKind.Repeating
            : truncated ? AnswerKind.Truncated
            : calls.Length > 0 ? AnswerKind.Calls
            : string.IsNullOrWhiteSpace(answer.Content) && !string.IsNullOrWhiteSpace(answer.Reasoning) ? AnswerKind.ReasoningOnly
            : AnswerKind.NoCall;
        return new SortedAnswer(kind, ChatMessage.Assistant(Content(answer, calls.Length, defences), calls.Length == 0 ? null : [.. calls.Select(c => c.Call)]), calls);
    }

    /// <summary>
    /// Some servers call a cut answer finished; some close the JSON of a cut call. Only an answer below the limit is
    /// surely whole.
    /// </summary>
    private static bool IsTruncated(ChatAnswer answer, int askedTokens, LoopDefences defences) =>
        answer.CutByUs || answer.FinishReason is "length" || (defences.DistrustsFinishReason && answer.Usage.CompletionTokens >= askedTokens);

    private static string Content(ChatAnswer answer, int calls, LoopDefences defences)
    {
        var text = answer.Content.Trim().Length == 0 ? "" : answer.Content;
        return calls > 0 || !defences.KeepsHistoryValid ? text
            : text.Length == 0 ? EmptyAnswer
            : Printable.Cut(text, KeptCharacters);
    }

    private static PendingCall Check(RawToolCall raw, ToolCatalog catalog, string id, string? brokenOff, LoopDefences defences)
    {
        var name = IsName(raw.Name) ? raw.Name : "invalid_name";
        var definition = catalog.Definitions.FirstOrDefault(d => d.Name == name) ?? Unknown;
        var arguments = defences.MendsArguments ? ArgumentReader.Read(definition, raw.Arguments) : ArgumentReader.ReadAsItStands(raw.Arguments);
        var call = new ToolCall(id, name, arguments.Problem is null || defences.KeepsHistoryValid ? arguments.Json : raw.Arguments);
        var problem = brokenOff is not null
                ? $"{brokenOff}, so this call was not run{(defences.AdvisesOnCuts ? $"; {Smaller(name, catalog)}" : "")}"
            : !catalog.Allows(name) ? catalog.Refusal(raw.Name)
            : arguments.Problem is { } why ? $"the arguments of {name} are not a JSON object ({why}); call it again with valid JSON"
            : null;
        return new PendingCall(call, problem);
    }

    private static string Smaller(string tool, ToolCatalog catalog) => tool is KnownTools.WriteFile or KnownTools.StrReplace && catalog.Allows(KnownTools.WriteFile)
        ? "write the file in parts of half that size: the first with write_file, each further one with write_file and \"append\": true"
        : "do it in smaller pieces";

    /// <summary>Templates put names into the prompt as they are; a wild one would break it.</summary>
    private static bool IsName(string name) => name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');
}

/// <summary>An answer as the loop uses it.</summary>
/// <param name="Kind">What to do with it.</param>
/// <param name="Message">As it enters the history.</param>
/// <param name="Calls">Its calls, runnable or not.</param>
internal sealed record SortedAnswer(AnswerKind Kind, ChatMessage Message, ImmutableArray<PendingCall> Calls);

/// <summary>Kinds of answers.</summary>
internal enum AnswerKind
{
    /// <summary>It calls tools.</summary>
    Calls,

    /// <summary>Text only.</summary>
    NoCall,

    /// <summary>Thinking only.</summary>
    ReasoningOnly,

    /// <summary>Cut at the output limit, with nothing in it that can be used.</summary>
    Truncated,

    /// <summary>Broken off by the server because the same token came again and again, with nothing in it that can be used.</summary>
    Repeating,
}
