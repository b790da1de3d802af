using System.Collections.Immutable;

namespace Foreman.Kubernetes;

/// <summary>An input of the elector's state machine, with its time by the local clock.</summary>
/// <param name="At">When.</param>
internal abstract record ElectorInput(ClockReading At)
{
    /// <summary>Time has passed: the start, or <see cref="ElectorState.WakeAt"/>.</summary>
    /// <param name="At">When.</param>
    /// <param name="Jitter">Evenly spread from 0 to 1: spreads attempts.</param>
    public sealed record Wake(ClockReading At, double Jitter) : ElectorInput(At);

    /// <summary>A call has ended.</summary>
    /// <param name="At">When the response was processed, which after a pause of the process is long after it arrived.</param>
    /// <param name="Id">Number of the call.</param>
    /// <param name="Answer">How it has ended.</param>
    /// <param name="Jitter">Evenly spread from 0 to 1: spreads attempts.</param>
    public sealed record Answered(ClockReading At, int Id, LeaseResponse Answer, double Jitter) : ElectorInput(At);

    /// <summary>Stop.</summary>
    /// <param name="At">When.</param>
    /// <param name="Release">Whether the Lease may be released: not while writes made under it could still be carried out.</param>
    public sealed record Stop(ClockReading At, bool Release) : ElectorInput(At);
}

/// <summary>An action for the elector's shell.</summary>
internal abstract record ElectorAction
{
    private ElectorAction()
    {
    }

    /// <summary>Make a call, and stop waiting for an earlier one.</summary>
    public sealed record Send(int Id, LeaseCall Call) : ElectorAction;

    /// <summary>This process leads now, in this term.</summary>
    public sealed record StartLeading(long Term) : ElectorAction;

    /// <summary>This process has stopped leading, and why.</summary>
    public sealed record StopLeading(string Why) : ElectorAction;

    /// <summary>A new leader was observed; it may be this process.</summary>
    public sealed record NewLeader(string Identity) : ElectorAction;

    /// <summary>A call has failed; report why.</summary>
    public sealed record ReportFailure(string Why) : ElectorAction;
}

/// <summary>The outcome of one input.</summary>
/// <param name="State">The state now.</param>
/// <param name="Actions">What to do, in order.</param>
internal sealed record ElectorStep(ElectorState State, ImmutableList<ElectorAction> Actions)
{
    public ElectorStep(ElectorState state)
        : this(state, [])
    {
    }

    public ElectorStep Then(params IEnumerable<ElectorAction> actions) => this with { Actions = Actions.AddRange(actions) };
}
