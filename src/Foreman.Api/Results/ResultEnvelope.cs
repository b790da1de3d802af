using System.Text.Json.Nodes;

namespace Foreman.Api;

/// <summary>The result of a run: envelope <c>foreman.v1</c>, at most 64 KiB as JSON.</summary>
public sealed record ResultEnvelope
{
    /// <summary>The version of this envelope.</summary>
    public const string CurrentVersion = "foreman.v1";

    /// <summary>Kind of a run of the agent loop.</summary>
    public const string NativeAgentLoop = "native-agent-loop";

    /// <summary>Kind of a stub run, for measurements.</summary>
    public const string Stub = "stub";

    /// <summary>Kind of a run that only checks.</summary>
    public const string Gate = "gate";

    /// <summary>Kind of a task that is a container.</summary>
    public const string Container = "container";

    /// <summary>Value of <c>extra.outcome</c>: a coder found that the work had been done before.</summary>
    public const string AlreadyResolved = "ALREADY-RESOLVED";

    /// <summary>Bound on the envelope as JSON, in bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Most levels of objects and lists in <c>extra</c>, itself counted: it is nested into JSON whose readers stop at 64.</summary>
    public const int MaxExtraDepth = 32;

    /// <summary>Most bytes of the summary.</summary>
    public const int MaxSummaryBytes = 280;

    /// <summary>Version of the envelope.</summary>
    public string SchemaVersion { get => field ?? CurrentVersion; init; }

    /// <summary>native-agent-loop, gate, container or stub.</summary>
    public string Kind { get => field ?? NativeAgentLoop; init; }

    /// <summary>Outcome of the work, by kind of task.</summary>
    public Verdict Verdict { get => field.Value is null ? Verdict.Incomplete : field; init; }

    /// <summary>Why it failed; absent otherwise.</summary>
    public FailureReason? FailureReason { get; init; }

    /// <summary>What was done, in a sentence; at most 280 bytes.</summary>
    public string Summary { get => field ?? ""; init; }

    /// <summary>More, by kind: outcome, turnCount, commitMessage, files, modelExtra, …</summary>
    public JsonObject? Extra { get; init; }

    /// <summary>Wall-clock seconds of the run.</summary>
    public double ElapsedSec { get; init; }
}
