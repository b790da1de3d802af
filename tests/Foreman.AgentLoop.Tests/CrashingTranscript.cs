using Foreman.AgentLoop.Transcripts;
using Foreman.Api;

namespace Foreman.AgentLoop.Tests;

/// <summary>What a run that was stopped dead throws at every point that it would pass.</summary>
internal sealed class CrashException : Exception;

/// <summary>Stops a run dead at the n-th point that it passes, and at each one after it.</summary>
internal sealed class CrashPoints(int at)
{
    private volatile bool _isDead;

    internal int Passed { get; private set; }

    /// <summary>True from the n-th point on.</summary>
    internal bool IsDead => _isDead;

    internal void Point()
    {
        if (++Passed >= at)
        {
            _isDead = true;
            throw new CrashException();
        }
    }
}

/// <summary>A transcript with a point before and after each record, each flush and each end of a turn.</summary>
internal sealed class CrashingTranscript(ITranscriptStore inner, CrashPoints points) : ITranscriptStore
{
    public async ValueTask AppendAsync(TranscriptRecord record, CancellationToken cancellationToken)
    {
        points.Point();
        await inner.AppendAsync(record, cancellationToken);
        points.Point();
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        points.Point();
        await inner.FlushAsync(cancellationToken);
        points.Point();
    }

    public async ValueTask EndTurnAsync(CancellationToken cancellationToken)
    {
        points.Point();
        await inner.EndTurnAsync(cancellationToken);
        points.Point();
    }
}
