using System.Collections.Immutable;

namespace Foreman.AgentLoop.Loop.Stuck;

/// <summary>What the detectors remember of a run. <see cref="StuckFold"/> makes it of the transcript's records.</summary>
internal sealed record StuckState
{
    internal static StuckState Empty { get; } = new();

    /// <summary>For each call, its last result and how often it has come in a row of that call, since a file last changed.</summary>
    internal ImmutableDictionary<ulong, (ulong Result, int Count, bool Failed)> Calls { get; init; } = ImmutableDictionary<ulong, (ulong, int, bool)>.Empty;

    /// <summary>The error of the last call, the tool that failed with it, and how often it came in a row.</summary>
    internal (ulong Error, string Tool, int Count) LastError { get; init; } = (0, "", 0);

    /// <summary>The last two calls with their results, the tools, and the length of the alternation that they end.</summary>
    internal (ulong Call, ulong Whole, string Tool) Last { get; init; } = (0, 0, "");

    /// <summary>The call before <see cref="Last"/>.</summary>
    internal (ulong Call, ulong Whole, string Tool) BeforeLast { get; init; } = (0, 0, "");

    /// <summary>Calls in a row of which each is what the second one before it was, and not what the one before it was.</summary>
    internal int Alternating { get; init; }

    /// <summary>Answers in a row without a call, or with the words of the answer before and nothing new.</summary>
    internal int Monologue { get; init; }

    /// <summary>The words of the last answer; 0 for none.</summary>
    internal ulong Words { get; init; }

    /// <summary>True when the last answer said what the one before it said.</summary>
    internal bool SaidAgain { get; init; }

    /// <summary>Whole turns in a row without progress.</summary>
    internal int EditFree { get; init; }

    /// <summary>True after the first answer, when a turn is under way.</summary>
    internal bool InTurn { get; init; }

    /// <summary>True when something of this turn changed a file or was new.</summary>
    internal bool Progress { get; init; }

    /// <summary>Writes in a row that changed nothing.</summary>
    internal int NoChange { get; init; }

    /// <summary>Tokens of the last prompt, as the server counted them.</summary>
    internal long PromptTokens { get; init; }

    /// <summary>Prompts in a row over the soft cap that no compaction has made shorter.</summary>
    internal int OverCap { get; init; }

    /// <summary>The calls of the last answer, by id.</summary>
    internal ImmutableDictionary<string, Api.ToolCall> Asked { get; init; } = ImmutableDictionary<string, Api.ToolCall>.Empty;

    /// <summary>Results that have been read before.</summary>
    internal ImmutableHashSet<ulong> SeenResults { get; init; } = [];

    /// <summary>Files with contents that they have had before.</summary>
    internal ImmutableHashSet<ulong> SeenFiles { get; init; } = [];

    /// <summary>The detectors that the model has been told of since a file last changed.</summary>
    internal ImmutableHashSet<Detector> Told { get; init; } = [];
}
