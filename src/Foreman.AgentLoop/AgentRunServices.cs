using Foreman.AgentLoop.Transcripts;

namespace Foreman.AgentLoop;

/// <summary>What a run needs from its host.</summary>
public sealed record AgentRunServices
{
    /// <summary>The clock of every deadline.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the run's records go. The caller disposes of it.</summary>
    public required ITranscriptStore Transcript { get; init; }

    /// <summary>Called at each turn; null for none.</summary>
    public IRunObserver? Observer { get; init; }
}
