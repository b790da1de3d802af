using System.Globalization;

namespace Foreman.Kubernetes;

/// <summary>
/// The write fence of one leadership: see <see cref="LeaderElector.GetFence"/>. It closes by itself when the leadership could
/// have been lost, also while the process was paused, and never reopens: the next leadership of the same process has its own
/// fence. <para> What it closes and what it can't: a write asks right before its bytes go to the connection, and it is given
/// up when the time is over. From then until somebody else can lead there is still the difference between the Lease's
/// duration and the renewal deadline (5 s by default) for bytes that are under way. A process that is paused for longer than
/// that exactly between the question and the send sends late all the same: no client can prevent it, only the server can.
/// Give writes that must never land late a precondition: <see cref="Token"/>. </para>
/// </summary>
public sealed class LeaderFence : IWriteFence
{
    private readonly Func<TimeSpan> _remaining;
    private readonly string _who;
    private volatile bool _unanswered;

    internal LeaderFence(long term, string who, Func<TimeSpan> remaining) => (Term, _who, _remaining) = (term, who, remaining);

    /// <summary>Number of the leadership: higher than that of every earlier leadership of any process under this Lease.</summary>
    public long Term { get; }

    /// <inheritdoc/>
    public TimeSpan Remaining => _remaining();

    /// <summary>True while this leadership certainly lasts.</summary>
    public bool IsOpen => Remaining > TimeSpan.Zero;

    /// <summary>
    /// True when a write was sent and got no response, so that it may be carried out later: the Lease is then left to expire.
    /// </summary>
    internal bool HasUnanswered => _unanswered;

    /// <inheritdoc/>
    public void ThrowIfClosed()
    {
        if (!IsOpen)
        {
            throw new LeadershipLostException(string.Create(CultureInfo.InvariantCulture, $"{_who} does not lead any more in term {Term}: nothing was written"));
        }
    }

    /// <inheritdoc/>
    public void OnUnanswered() => _unanswered = true;

    /// <summary>The proof of this leadership for the server: an annotation of the objects that the leader writes.</summary>
    /// <param name="annotation">Name of the annotation, for example <c>example.com/leader-term</c>.</param>
    public FencingToken Token(string annotation) => new(annotation, Term);
}
