namespace Foreman.Kubernetes;

/// <summary>Parameters of an elector.</summary>
/// <param name="Lease">Who takes the Lease and for how long.</param>
/// <param name="RenewDeadline">Without a renewal for this time the leader stops leading.</param>
/// <param name="RetryPeriod">Wait between attempts.</param>
internal sealed record ElectorParameters(LeaseParameters Lease, TimeSpan RenewDeadline, TimeSpan RetryPeriod)
{
    /// <summary>Timeout of one call: a hanging call must leave time for another.</summary>
    public TimeSpan CallTimeout => RenewDeadline / 2;
}

/// <summary>The phase of an elector.</summary>
internal enum ElectorPhase
{
    /// <summary>It tries to take the Lease.</summary>
    Contending,

    /// <summary>It holds the Lease and renews it.</summary>
    Leading,

    /// <summary>It no longer leads and releases the Lease.</summary>
    Releasing,

    /// <summary>It has ended.</summary>
    Done,
}

/// <summary>A call in progress.</summary>
/// <param name="Id">Its number; responses to other numbers are ignored.</param>
/// <param name="Call">The call.</param>
/// <param name="SentAt">When it was sent, by the local clock: a renewal counts from here, never from its response.</param>
/// <param name="GiveUpAt">When it is given up.</param>
internal sealed record PendingCall(int Id, LeaseCall Call, TimeSpan SentAt, TimeSpan GiveUpAt);

/// <summary>The state of an elector; immutable.</summary>
internal sealed record ElectorState
{
    /// <summary>The state before the first run.</summary>
    public static readonly ElectorState Idle = new() { Phase = ElectorPhase.Done };

    public ElectorPhase Phase { get; init; }

    /// <summary>The Lease as last observed.</summary>
    public LeaseView View { get; init; } = LeaseView.Unknown;

    /// <summary>The pending call; null while it waits for <see cref="RetryAt"/>.</summary>
    public PendingCall? Pending { get; init; }

    /// <summary>When the next attempt begins, unless a call is pending.</summary>
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

    /// <summary>When the next wake input is due; null when it has ended.</summary>
    public TimeSpan? WakeAt => Phase switch
    {
        ElectorPhase.Done => null,
        ElectorPhase.Contending => Next,
        ElectorPhase.Leading => Deadline < Next ? Deadline : Next,
        _ => Deadline,
    };

    private TimeSpan Next => Pending?.GiveUpAt ?? RetryAt;
}
