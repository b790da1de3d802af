using Foreman.Api;

namespace Foreman.AgentLoop.Transcripts;

/// <summary>Where a run's records go, in order, and stay.</summary>
public interface ITranscriptStore
{
    /// <summary>True when only the reserve is left: the run ends, and what it still appends is stored all the same.</summary>
    bool IsFull => false;

    /// <summary>Adds a record after all others.</summary>
    /// <exception cref="TranscriptException">It can't be stored.</exception>
    ValueTask AppendAsync(TranscriptRecord record, CancellationToken cancellationToken);

    /// <summary>Returns when everything appended so far will survive the end of this process. Called before a tool that changes something and at the end of each turn.</summary>
    /// <exception cref="TranscriptException">It can't be stored.</exception>
    ValueTask FlushAsync(CancellationToken cancellationToken);
}

/// <summary>A transcript can't be written or read. A run without its transcript can be neither audited nor resumed, so it ends.</summary>
/// <param name="message">Which transcript, where, and why.</param>
/// <param name="inner">The cause, if any.</param>
public sealed class TranscriptException(string message, Exception? inner = null) : Exception(message, inner);
