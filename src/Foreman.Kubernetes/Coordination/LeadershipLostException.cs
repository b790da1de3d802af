namespace Foreman.Kubernetes;

/// <summary>
/// A write was not sent because this process may no longer be the leader. It is a cancellation, which <see
/// cref="LeaderElector.RunAsync"/> treats as the normal end of the work.
/// </summary>
public sealed class LeadershipLostException : OperationCanceledException
{
    /// <summary>Describes a write that was held back.</summary>
    /// <param name="message">Who has lost what.</param>
    /// <param name="mayHaveArrived">True when bytes of the write had left: the server may have carried it out.</param>
    /// <param name="inner">How the call ended.</param>
    public LeadershipLostException(string message, bool mayHaveArrived = false, Exception? inner = null)
        : base(message, inner) => MayHaveArrived = mayHaveArrived;

    /// <summary>
    /// False when nothing was sent; true when the write was in progress as time ran out, so that it may have been carried
    /// out.
    /// </summary>
    public bool MayHaveArrived { get; }
}
