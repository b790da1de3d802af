using Foreman.AgentLoop.Transcripts;
using Foreman.Api;

namespace Foreman.Runner.RunLogs;

/// <summary>A transcript that is kept in two places: first where it must stand, then where it should.</summary>
/// <param name="first">Its faults end the run.</param>
/// <param name="second">It has no faults of its own.</param>
internal sealed class CompositeTranscript(ITranscriptStore first, ITranscriptStore second) : ITranscriptStore
{
    /// <inheritdoc/>
    public bool IsFull => first.IsFull;

    /// <inheritdoc/>
    public async ValueTask AppendAsync(TranscriptRecord record, CancellationToken cancellationToken)
    {
        await first.AppendAsync(record, cancellationToken).ConfigureAwait(false);
        await second.AppendAsync(record, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await first.FlushAsync(cancellationToken).ConfigureAwait(false);
        await second.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask EndTurnAsync(CancellationToken cancellationToken)
    {
        await first.EndTurnAsync(cancellationToken).ConfigureAwait(false);
        await second.EndTurnAsync(cancellationToken).ConfigureAwait(false);
    }
}
