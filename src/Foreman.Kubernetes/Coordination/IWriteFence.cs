namespace Foreman.Kubernetes;

/// <summary>
/// Decides whether writes may be sent. A client made with <see cref="IKubernetes.Fenced"/> checks it right before the bytes
/// of each write go to its connection, also after a queue, a retry or a Retry-After wait. Reads are never fenced.
/// Thread-safe.
/// </summary>
public interface IWriteFence
{
    /// <summary>How long writes may still be sent, which also bounds each call; zero or less when closed.</summary>
    TimeSpan Remaining { get; }

    /// <summary>Checks that a write may be sent.</summary>
    /// <exception cref="LeadershipLostException">The fence is closed.</exception>
    void ThrowIfClosed();

    /// <summary>Called for each write that may have been sent and got no response: it may be carried out later.</summary>
    void OnUnanswered();
}
