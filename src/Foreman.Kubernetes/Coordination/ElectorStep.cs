using System.Collections.Immutable;

namespace Foreman.Kubernetes;

/// <summary>What happens to an elector from outside, and when by its own clock.</summary>
/// <param name="At">When.</param>
internal abstract record ElectorInput(Moment At)
{
    /// <summary>Time has passed: it begins, or <see cref="ElectorState.WakeAt"/> has come.</summary>
    /// <param name="At">When.</param>
    /// <param name="Jitter">Evenly spread from 0 to 1: spreads attempts.</param>
    public sealed record Wake(Moment At, double Jitter) : ElectorInput(At);

    /// <summary>A call has ended.</summary>
    /// <param name="At">When the answer was looked at, which after a pause is long after it came.</param>
    /// <param name="Id">Number of the call.</param>
    /// <param name="Answer">How it has ended.</param>
    /// <param name="Jitter">Evenly spread from 0 to 1: spreads attempts.</param>
    public sealed record Answered(Moment At, int Id, LeaseAnswer Answer, double Jitter) : ElectorInput(At);

    /// <summary>It shall end.</summary>
    /// <param name="At">When.</param>
    /// <param name="Release">Whether the Lease may be given back: not while writes made under it could still land.</param>
    public sealed record Stop(Moment At, bool Release) : ElectorInput(At);
}

/// <summary>What an elector does next.</summary>
internal abstract record ElectorAction
{
    private ElectorAction()
    {
    }

    /// <summary>Make a call; one that is still under way is not waited for any more.</summary>
    public sealed record Send(int Id, LeaseCall Call) : ElectorAction;

    /// <summary>This process leads now, in this term.</summary>
    public sealed record StartLeading(long Term) : ElectorAction;

    /// <summary>This process leads no more, and why.</summary>
    public sealed record StopLeading(string Why) : ElectorAction;

    /// <summary>Another leader was seen than before; it may be this process.</summary>
    public sealed record SeeLeader(string Identity) : ElectorAction;

    /// <summary>A call has failed, and why.</summary>
    public sealed record Complain(string Why) : ElectorAction;
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
