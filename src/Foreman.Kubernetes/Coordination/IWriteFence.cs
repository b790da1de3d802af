namespace Foreman.Kubernetes;

/// <summary>
/// Says whether writes may leave. A client made with <see cref="IKubernetes.Fenced"/> asks right before the bytes of each
/// write go to its connection, also when the write was kept waiting by a queue, a retry or a server that asked for patience.
/// Reads are never held back. Safe for use from many threads.
/// </summary>
public interface IWriteFence
{
    /// <summary>How long writes may go on leaving; zero or less when no longer. A call is given up after so long.</summary>
    TimeSpan Remaining { get; }

    /// <summary>Lets a write pass, or not.</summary>
    /// <exception cref="LeadershipLostException">Writes may not leave any more.</exception>
    void ThrowIfClosed();

    /// <summary>Told of each write whose bytes may have left and that got no answer: it may land later.</summary>
    void OnUnanswered();
}
