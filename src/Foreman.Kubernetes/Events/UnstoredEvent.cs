namespace Foreman.Kubernetes;

/// <summary>An event that was counted but not stored, because the server has too much to do; see <see cref="EventRecorder.TryAgainAsync"/>.</summary>
public sealed class UnstoredEvent
{
    internal UnstoredEvent(EventFacts facts, CorrelatorStep step, TimeSpan retryAfter) => (Facts, Step, RetryAfter) = (facts, step, retryAfter);

    /// <summary>How long the server asks to wait; zero when it does not say.</summary>
    public TimeSpan RetryAfter { get; }

    internal EventFacts Facts { get; }

    internal CorrelatorStep Step { get; }
}
