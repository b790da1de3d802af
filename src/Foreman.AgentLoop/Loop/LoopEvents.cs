using System.Collections.Immutable;
using Foreman.AgentLoop.Model;
using Foreman.Api;
using Foreman.Tools;

namespace Foreman.AgentLoop.Loop;

/// <summary>What happens to a run.</summary>
internal abstract record LoopEvent
{
    /// <summary>The model answered.</summary>
    internal sealed record Answered(ChatAnswer Answer) : LoopEvent;

    /// <summary>The model gave no answer, and the client has given up.</summary>
    internal sealed record Unanswered(ModelFailure Failure) : LoopEvent;

    /// <summary>The server was asked how long the next prompt is.</summary>
    /// <param name="Tokens">Null when it did not say.</param>
    internal sealed record Counted(long? Tokens) : LoopEvent;

    /// <summary>A tool has run.</summary>
    /// <param name="Call">The call.</param>
    /// <param name="Outcome">What came of it, whole.</param>
    /// <param name="Stored">The path by which tools read the whole result; null when it is not kept.</param>
    internal sealed record ToolRan(ToolCall Call, ToolOutcome Outcome, string? Stored = null) : LoopEvent;

    /// <summary>The result was looked at.</summary>
    /// <param name="Refusal">Why it is not accepted, for the model; null when it is.</param>
    internal sealed record Checked(string? Refusal) : LoopEvent;

    /// <summary>The run's wall-clock time is over.</summary>
    internal sealed record TimedOut : LoopEvent;

    /// <summary>The run was told to stop.</summary>
    internal sealed record Cancelled : LoopEvent;

    /// <summary>The transcript has reached its largest size.</summary>
    internal sealed record TranscriptFull : LoopEvent;
}

/// <summary>What is to be done next.</summary>
internal abstract record LoopEffect
{
    /// <summary>Store a record; its time is set by the one who stores it.</summary>
    internal sealed record Append(TranscriptRecord Record) : LoopEffect;

    /// <summary>Ask the model.</summary>
    internal sealed record Ask(ChatRequest Request) : LoopEffect;

    /// <summary>Ask the server how many tokens the prompt of this request has; it is not answered.</summary>
    internal sealed record Count(ChatRequest Request) : LoopEffect;

    /// <summary>Run a tool, as part of a turn.</summary>
    internal sealed record Run(ToolCall Call, int Turn) : LoopEffect;

    /// <summary>Tell the audit of a call that is not run.</summary>
    internal sealed record Refuse(ToolCall Call) : LoopEffect;

    /// <summary>Look at the result that the model has given, before it ends the run.</summary>
    /// <param name="Submission">The result.</param>
    /// <param name="Round">Which correction it would lead to, from 1.</param>
    internal sealed record Check(Submission Submission, int Round) : LoopEffect;

    /// <summary>A turn is over: its records are to be stored durably, and the observer is told.</summary>
    internal sealed record EndTurn(RunProgress Progress) : LoopEffect;

    /// <summary>The run is over.</summary>
    internal sealed record Finish(LoopOutcome Outcome) : LoopEffect;
}

/// <summary>A new state and what it asks for, in order.</summary>
internal sealed record LoopStep(LoopState State, ImmutableArray<LoopEffect> Effects);
