using Foreman.AgentLoop.Transcripts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.AgentLoop;

/// <summary>What a run needs from its host.</summary>
public sealed record AgentRunServices
{
    /// <summary>The clock of every deadline.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the run's records go. The caller disposes of it.</summary>
    public required ITranscriptStore Transcript { get; init; }

    /// <summary>Told where the run stands and that it goes on; null for none.</summary>
    public IRunObserver? Observer { get; init; }

    /// <summary>Told of faults that are no failure of the run; by default nobody is.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
