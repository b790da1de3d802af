using Foreman.Agent.Rights;
using Foreman.Api;
using Foreman.Probes;

namespace Foreman.Agent.Hosting;

/// <summary>What the parts of the agent share: facts, and why no work is taken.</summary>
/// <param name="Probed">The latest probe; null before the first.</param>
/// <param name="Stopping">Set once the process is told to stop.</param>
/// <param name="RequestedDrain">The drain that the FleetNode's spec asks for.</param>
/// <param name="Disk">Set while the disk is too full for another run.</param>
internal sealed record HostFacts(ProbeResult? Probed, NotAccepting? Stopping, NodeDrain? RequestedDrain, NotAccepting? Disk)
{
    /// <summary>Where tasks can be taken from.</summary>
    public RightsDecision Rights { get; init; } = RightsDecision.None;

    /// <summary>How commands of models are confined; null before it was found out, and where none are run.</summary>
    public NodeSandbox? Sandbox { get; init; }

    /// <summary>True when tasks may work on repositories of this host.</summary>
    public bool LocalRepositories { get; init; }
}

/// <summary>Holds the facts and tells when they change.</summary>
internal sealed class HostState
{
    private readonly Lock _gate = new();
    private HostFacts _facts = new(null, null, null, null);

    /// <summary>
    /// Raised on the thread that made the change, when slots or reasons to refuse work have changed; other probed facts
    /// change with every probe and are fetched when they are needed.
    /// </summary>
    public event Action? Changed;

    /// <summary>Raised on the thread that made the change, after every one.</summary>
    public event Action<HostFacts>? Updated;

    public HostFacts Facts
    {
        get
        {
            lock (_gate)
            {
                return _facts;
            }
        }
    }

    public void Change(Func<HostFacts, HostFacts> change)
    {
        HostFacts before, after;
        lock (_gate)
        {
            before = _facts;
            _facts = after = change(before);
        }

        Updated?.Invoke(after);
        if (WakesDispatch(before) != WakesDispatch(after))
        {
            Changed?.Invoke();
        }
    }

    private static (int? Slots, NotAccepting? Stopping, NodeDrain? RequestedDrain, NotAccepting? Disk, NotAccepting? Rights, string Denied) WakesDispatch(HostFacts facts) =>
        (facts.Probed?.Slots, facts.Stopping, facts.RequestedDrain, facts.Disk, facts.Rights.Refusal, string.Join(' ', facts.Rights.Denied));
}
