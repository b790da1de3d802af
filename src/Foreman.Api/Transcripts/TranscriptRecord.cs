using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Foreman.Api;

/// <summary>
/// One record of a run's transcript. The records, in order, are the state of the run: with the workspace's base they are
/// sufficient to resume on another host at the last turn whose effects are stored. Text over 16 KiB and every image stand beside the
/// records, once for each SHA-256: see <see cref="ContentRef"/>.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FallBackToNearestAncestor, IgnoreUnrecognizedTypeDiscriminators = true)]
[JsonDerivedType(typeof(RunStarted), "start")]
[JsonDerivedType(typeof(MessageSent), "message")]
[JsonDerivedType(typeof(ModelAnswered), "answer")]
[JsonDerivedType(typeof(ToolIntended), "intent")]
[JsonDerivedType(typeof(ToolReturned), "result")]
[JsonDerivedType(typeof(HistoryCompacted), "compaction")]
[JsonDerivedType(typeof(PromptRefused), "refusal")]
[JsonDerivedType(typeof(ImagesRefused), "imageRefusal")]
[JsonDerivedType(typeof(PromptCounted), "count")]
[JsonDerivedType(typeof(RunResumed), "resumed")]
[JsonDerivedType(typeof(PromptCacheCollapsed), "cacheCollapse")]
[JsonDerivedType(typeof(RunEnded), "end")]
[JsonDerivedType(typeof(ContentStored), "content")]
public record TranscriptRecord
{
    /// <summary>Version of the transcript's format that this release writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>When it was recorded.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Answers of the model before this record.</summary>
    public int Turn { get; init; }
}

/// <summary>The first record: everything that the run depends on.</summary>
public sealed record RunStarted : TranscriptRecord
{
    /// <summary>Version of the format.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>UID of the task.</summary>
    public string TaskUid { get => field ?? ""; init; }

    /// <summary>Number of the attempt.</summary>
    public long Attempt { get; init; }

    /// <summary>The Agent with every default filled in.</summary>
    public AgentSpec? Agent { get; init; }

    /// <summary>The model promised.</summary>
    public PromisedModel? Model { get; init; }

    /// <summary>Tool schemas as sent to the model, in order.</summary>
    public JsonArray? Tools { get; init; }

    /// <summary>How tools are offered to the model: prompted or structured; absent when the server's own way is used.</summary>
    public string? RequestMode { get; init; }

    /// <summary>MCP servers and tools that the run does without, each in a sentence; absent when there are none.</summary>
    public IReadOnlyList<string>? McpFaults { get; init; }

    /// <summary>Why the run does without the text of the issue that its prompt is about; absent when it has it, or needs none.</summary>
    public string? IssueError { get; init; }

    /// <summary>Commit that the workspace started from; absent when it started empty.</summary>
    public string? BaseCommit { get; init; }

    /// <summary>
    /// Where the run goes on; absent when it began at its base. The records taken over follow, and behind them
    /// <see cref="RunResumed"/>: without that, the copy was not finished and nothing can be resumed from it.
    /// </summary>
    public ResumePoint? ResumedFrom { get; init; }
}

/// <summary>A message that is not from the model: system or user.</summary>
public sealed record MessageSent : TranscriptRecord
{
    /// <summary>system or user.</summary>
    public string Role { get => field ?? ""; init; }

    /// <summary>Text; only its beginning when <see cref="ContentRef"/> is set.</summary>
    public string Content { get => field ?? ""; init; }

    /// <summary>The whole text, when it stands beside the records.</summary>
    public ContentRef? ContentRef { get; init; }

    /// <summary>Images behind the text; absent when there are none.</summary>
    public IReadOnlyList<SentImage>? Images { get; init; }

    /// <summary>True when it says why the result before it was not accepted: the run goes on.</summary>
    public bool? RefusesResult { get; init; }
}

/// <summary>A response of the model, as kept in the history.</summary>
public sealed record ModelAnswered : TranscriptRecord
{
    /// <summary>Text; absent when the answer is only calls, only its beginning when <see cref="ContentRef"/> is set.</summary>
    public string? Content { get; init; }

    /// <summary>The whole text, when it stands beside the records.</summary>
    public ContentRef? ContentRef { get; init; }

    /// <summary>Reasoning that the server kept apart; not sent back. Only its beginning when <see cref="ReasoningRef"/> is set.</summary>
    public string? Reasoning { get; init; }

    /// <summary>The whole reasoning, when it stands beside the records.</summary>
    public ContentRef? ReasoningRef { get; init; }

    /// <summary>Calls of tools, in order.</summary>
    public IReadOnlyList<ToolCall>? ToolCalls { get; init; }

    /// <summary>Why the answer ended, as the server says.</summary>
    public string? FinishReason { get; init; }

    /// <summary>Tokens of this answer.</summary>
    public Usage? Usage { get; init; }

    /// <summary>What was wrong with an answer that could not be used: NoCall, ReasoningOnly, Truncated or Repeating; absent when its calls were taken.</summary>
    public string? Unusable { get; init; }

    /// <summary>Why calls of this answer are not run, by their ids; absent when all are.</summary>
    public IReadOnlyDictionary<string, string>? Problems { get; init; }

    /// <summary>The output limit of the request, in tokens.</summary>
    public int? AskedTokens { get; init; }

    /// <summary>True when <c>spec.budget.tokens</c> made that limit smaller than it would have been; else absent.</summary>
    public bool? AskedByBudget { get; init; }

    /// <summary>The most tokens that the prompt could have had, as guessed from its text; absent when the server counted none.</summary>
    public long? PromptCost { get; init; }

    /// <summary>What the server measured; absent when it measures nothing.</summary>
    public AnswerTimings? Timings { get; init; }
}

/// <summary>What a model server measured for one answer.</summary>
public sealed record AnswerTimings
{
    /// <summary>Tokens a second of reading the part of the prompt that was not cached.</summary>
    public double PromptTokensPerSecond { get; init; }

    /// <summary>Tokens a second of writing.</summary>
    public double DecodeTokensPerSecond { get; init; }

    /// <summary>Tokens of the prompt that were not read again.</summary>
    public long CachedTokens { get; init; }

    /// <summary>Tokens of the prompt that were read.</summary>
    public long PromptTokens { get; init; }

    /// <summary>Tokens written.</summary>
    public long CompletionTokens { get; init; }
}

/// <summary>A call of a tool by the model.</summary>
/// <param name="Id">Foreman's id of the call.</param>
/// <param name="Name">Name of the tool.</param>
/// <param name="Arguments">Arguments as JSON text; always valid JSON, except when <see cref="ArgumentsRef"/> is set.</param>
public sealed record ToolCall(string Id, string Name, string Arguments)
{
    /// <summary>The whole arguments, when they stand beside the records; <see cref="Arguments"/> is then their beginning only.</summary>
    public ContentRef? ArgumentsRef { get; init; }
}

/// <summary>Written before a call that is not read-only runs.</summary>
public sealed record ToolIntended : TranscriptRecord
{
    /// <summary>Id of the call.</summary>
    public string CallId { get => field ?? ""; init; }

    /// <summary>Name of the tool.</summary>
    public string Tool { get => field ?? ""; init; }
}

/// <summary>Written after a call has run.</summary>
public sealed record ToolReturned : TranscriptRecord
{
    /// <summary>Id of the call.</summary>
    public string CallId { get => field ?? ""; init; }

    /// <summary>Name of the tool.</summary>
    public string Tool { get => field ?? ""; init; }

    /// <summary>The result as sent to the model; only its beginning when <see cref="ContentRef"/> is set.</summary>
    public string Content { get => field ?? ""; init; }

    /// <summary>The whole result, when it stands beside the records.</summary>
    public ContentRef? ContentRef { get; init; }

    /// <summary>Images of the result that the model was shown; absent when there are none.</summary>
    public IReadOnlyList<SentImage>? Images { get; init; }

    /// <summary>True when the call failed.</summary>
    public bool Failed { get; init; }

    /// <summary>What the call changed in the workspace.</summary>
    public IReadOnlyList<FileEffect>? Effects { get; init; }

    /// <summary>True when it changed more than <see cref="Effects"/> names, so that the workspace can't be made again from here on; else absent.</summary>
    public bool? EffectsIncomplete { get; init; }

    /// <summary>The result that the call submitted; absent for every other call.</summary>
    public SubmittedResult? Submission { get; init; }
}

/// <summary>The model's own result, as <c>submit_result</c> took it.</summary>
public sealed record SubmittedResult
{
    /// <summary>GO, NO-GO or ERROR.</summary>
    public string Verdict { get => field ?? ""; init; }

    /// <summary>One sentence, at most 280 bytes.</summary>
    public string Summary { get => field ?? ""; init; }

    /// <summary>At most 8 KiB; empty when nothing is to be committed.</summary>
    public string CommitMessage { get => field ?? ""; init; }

    /// <summary>What else the model wanted to say, an object; absent when nothing.</summary>
    public JsonElement? Extra { get; init; }
}

/// <summary>A file, a directory or a symbolic link that a call changed.</summary>
public sealed record FileEffect
{
    /// <summary>Path relative to the workspace, with slashes.</summary>
    public string Path { get => field ?? ""; init; }

    /// <summary>SHA-256 of the file before, in hexadecimal; absent when it was not there.</summary>
    public string? ShaBefore { get; init; }

    /// <summary>SHA-256 of the file after, in hexadecimal; absent when it is gone.</summary>
    public string? ShaAfter { get; init; }

    /// <summary>The whole file afterwards, as UTF-8 text.</summary>
    public string? Content { get; init; }

    /// <summary>The whole file afterwards, when it is not UTF-8 text.</summary>
    public byte[]? Bytes { get; init; }

    /// <summary>The whole file afterwards, when it stands beside the records; <see cref="Content"/> and <see cref="Bytes"/> are then absent.</summary>
    public ContentRef? ContentRef { get; init; }

    /// <summary>Permission bits afterwards, 0 to 511; absent when it is gone, and of a file also when they are those that it had, or those of a new file.</summary>
    public int? Mode { get; init; }

    /// <summary>True for a directory, which has no content: with <see cref="Mode"/> it is there afterwards, without it is gone.</summary>
    public bool? Directory { get; init; }

    /// <summary>
    /// What a symbolic link names afterwards, as it stands there, at most 4,095 bytes; it may lead out of the workspace, and is never followed.
    /// Absent for all else; a link that is gone is told as a file that is gone.
    /// </summary>
    public string? Link { get; init; }
}

/// <summary>
/// A part of a content that stands beside the records, in transcripts without files of their own. The parts stand in order
/// before the first record that refers to the content; a part whose offset is not the end of those before it is damaged.
/// </summary>
public sealed record ContentStored : TranscriptRecord
{
    /// <summary>SHA-256 of the whole content, in lower-case hexadecimal.</summary>
    public string Sha256 { get => field ?? ""; init; }

    /// <summary>Bytes of the content before this part.</summary>
    public long Offset { get; init; }

    /// <summary>The part as text; absent when it is not UTF-8.</summary>
    public string? Content { get; init; }

    /// <summary>The part, when it is not UTF-8 text.</summary>
    public byte[]? Bytes { get; init; }
}

/// <summary>Old tool results were masked in the history sent to the model.</summary>
public sealed record HistoryCompacted : TranscriptRecord
{
    /// <summary>Ids of the calls whose results are masked from here on.</summary>
    public IReadOnlyList<string> MaskedCallIds { get => field ?? []; init; }
}

/// <summary>The server refused a prompt, or prompt and output limit together, as larger than its window, and it is asked again.</summary>
public sealed record PromptRefused : TranscriptRecord
{
    /// <summary>The server's window in tokens; absent when it did not say.</summary>
    public int? ContextTokens { get; init; }

    /// <summary>The tokens that the server counted in the prompt; absent when it counted none, or not all.</summary>
    public long? PromptTokens { get; init; }

    /// <summary>The smaller output limit that is asked for; absent when the prompt is made shorter instead.</summary>
    public int? AskedTokens { get; init; }
}

/// <summary>The model server refused a prompt because of the images of tool results: from here on these are named only.</summary>
public sealed record ImagesRefused : TranscriptRecord
{
    /// <summary>What the server said.</summary>
    public string Reason { get => field ?? ""; init; }
}

/// <summary>The server counted the prompt that comes next, because by the guess it was to be compacted or to end the run.</summary>
public sealed record PromptCounted : TranscriptRecord
{
    /// <summary>Tokens of the prompt.</summary>
    public long PromptTokens { get; init; }
}

/// <summary>
/// The records before this one were taken over from an earlier attempt: the run goes on from here. Its tokens and turns before
/// count to that attempt, and what was learnt of that attempt's model server is forgotten.
/// </summary>
public sealed record RunResumed : TranscriptRecord
{
    /// <summary>The attempt that they are from.</summary>
    public long Attempt { get; init; }
}

/// <summary>
/// The model server reads prompts anew although each begins with the one before: its prompt cache does not work for this model or
/// build. Written once in a run.
/// </summary>
public sealed record PromptCacheCollapsed : TranscriptRecord
{
    /// <summary>The part of all prompts so far that came from the cache, 0 to 1.</summary>
    public double Share { get; init; }
}

/// <summary>The last record.</summary>
public sealed record RunEnded : TranscriptRecord
{
    /// <summary>The result.</summary>
    public ResultEnvelope? Result { get; init; }
}
