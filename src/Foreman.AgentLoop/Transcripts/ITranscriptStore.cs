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

    /// <summary>Returns when everything appended so far is stored for good: it survives the end of this process and of the machine's power. Called before a tool that changes something.</summary>
    /// <exception cref="TranscriptException">It can't be stored, or what was appended before an <see cref="EndTurnAsync"/> could not.</exception>
    ValueTask FlushAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Called at the end of each turn, before the model is asked: everything appended so far survives the end of this process, and
    /// is on its way to be stored for good, which the next <see cref="FlushAsync"/> waits for.
    /// </summary>
    /// <exception cref="TranscriptException">It can't be stored.</exception>
    ValueTask EndTurnAsync(CancellationToken cancellationToken) => FlushAsync(cancellationToken);
}

/// <summary>A transcript can't be written or read. A run without its transcript can be neither audited nor resumed, so it ends.</summary>
/// <param name="message">Which transcript, where, and why.</param>
/// <param name="inner">The cause, if any.</param>
public sealed class TranscriptException(string message, Exception? inner = null) : Exception(message, inner);
