namespace Foreman.Kubernetes;

/// <summary>How an elector contends, as plain data.</summary>
/// <param name="Lease">Who takes the Lease and for how long.</param>
/// <param name="RenewDeadline">Without a renewal for so long the leader stops leading.</param>
/// <param name="RetryPeriod">Wait between attempts.</param>
internal sealed record ElectorTerms(LeaseTerms Lease, TimeSpan RenewDeadline, TimeSpan RetryPeriod)
{
    /// <summary>A call is given up after so long, so that one that hangs leaves time for another.</summary>
    public TimeSpan Patience => RenewDeadline / 2;
}

/// <summary>Where an elector stands.</summary>
internal enum ElectorPhase
{
    /// <summary>It tries to take the Lease.</summary>
    Contending,

    /// <summary>It holds the Lease and renews it.</summary>
    Leading,

    /// <summary>It leads no more and gives the Lease back.</summary>
    Releasing,

    /// <summary>It has ended.</summary>
    Done,
}

/// <summary>A call that is under way.</summary>
/// <param name="Id">Its number; answers to other numbers are too late.</param>
/// <param name="Call">The call.</param>
/// <param name="SentAt">When it was sent, by the own clock: a renewal counts from here, never from its answer.</param>
/// <param name="GiveUpAt">When it is given up.</param>
internal sealed record PendingCall(int Id, LeaseCall Call, TimeSpan SentAt, TimeSpan GiveUpAt);

/// <summary>All that an elector knows; the machine makes a new one for each input.</summary>
internal sealed record ElectorState
{
    /// <summary>One that has not begun.</summary>
    public static readonly ElectorState Idle = new() { Phase = ElectorPhase.Done };

    public ElectorPhase Phase { get; init; }

    /// <summary>The Lease as it was last seen.</summary>
    public LeaseView View { get; init; } = LeaseView.Nothing;

    /// <summary>The call under way; null while it waits for <see cref="RetryAt"/>.</summary>
    public PendingCall? Pending { get; init; }

    /// <summary>When the next attempt begins, unless a call is under way.</summary>
    public TimeSpan RetryAt { get; init; }

    /// <summary>When the last renewal was sent that is known to have arrived in time. Only while leading.</summary>
    public TimeSpan RenewedAt { get; init; }

    /// <summary>When leading ends unless it is renewed, or when releasing is given up.</summary>
    public TimeSpan Deadline { get; init; }

    /// <summary>Number of this leadership: higher than that of every earlier one of any process. Only while leading.</summary>
    public long Term { get; init; }

    /// <summary>How often the Lease had changed hands when this leadership began.</summary>
    public int Transitions { get; init; }

    /// <summary>Identity of the leader as last seen.</summary>
    public string? Leader { get; init; }

    /// <summary>True when a write was sent that may have taken the Lease without this elector's knowledge.</summary>
    public bool MayHold { get; init; }

    /// <summary>Number of the last call.</summary>
    public int Calls { get; init; }

    /// <summary>When the machine wants to be woken; null when it has ended.</summary>
    public TimeSpan? WakeAt => Phase switch
    {
        ElectorPhase.Done => null,
        ElectorPhase.Contending => Next,
        ElectorPhase.Leading => Deadline < Next ? Deadline : Next,
        _ => Deadline,
    };

    private TimeSpan Next => Pending?.GiveUpAt ?? RetryAt;
}
