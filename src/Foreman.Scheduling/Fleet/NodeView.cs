using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>One host as one decision sees it; its used slots grow as the decision assigns tasks.</summary>
public sealed class NodeView(FleetNode node, NodeLiveness liveness, ObservedLease? lease, NodeProbation? probation)
{
    private readonly List<AgenticTask> _tasks = [];
    private PromisedMemory? _memory;

    /// <summary>Name of the FleetNode.</summary>
    public string Name { get; } = node.Name();

    /// <summary>The FleetNode as read.</summary>
    public FleetNode Node { get; } = node;

    /// <summary>What its Lease says.</summary>
    public NodeLiveness Liveness { get; } = liveness;

    /// <summary>Its Lease; null when none was seen.</summary>
    public ObservedLease? Lease { get; } = lease;

    /// <summary>Failures that are held against it; null for none.</summary>
    public NodeProbation? Probation { get; } = probation;

    /// <summary>What it can do, as it was probed.</summary>
    public NodeCapability Capability { get; } = node.Status?.Capability ?? new();

    /// <summary>How many tasks it runs at once; 1 when it does not say.</summary>
    public int Slots { get; } = node.Status?.Slots ?? 1;

    /// <summary>Tasks that hold its slots, in order of their names; also one that was taken back while that is not stored yet.</summary>
    public IReadOnlyList<AgenticTask> Tasks => _tasks;

    /// <summary>Slots that no task holds.</summary>
    public int FreeSlots => Slots - _tasks.Count;

    /// <summary>True when its agent runs no loop and so needs no model.</summary>
    public bool IsStub => Node.GetLabel(Labels.AgentMode) == "stub";

    /// <summary>Its models as they were chosen for demands.</summary>
    internal ChosenModels Models => field ??= new(Capability);

    /// <summary>What ran on the hosts, as it was stored when the decision began.</summary>
    internal FleetRuns Runs { get; init; } = FleetRuns.None;

    /// <summary>Of which Agents its newest runs are.</summary>
    internal LastRuns LastRuns => field ??= Runs.On(Name);

    /// <summary>Slots of its models that its tasks were promised since it told how many are idle.</summary>
    internal PromisedSlots Promised { get; } = new(node.Status?.LastHeartbeatTime);

    /// <summary>The Agents, whose capability counts for their tasks; null when tasks ask for themselves.</summary>
    internal AgentIndex? Agents { get; init; }

    /// <summary>True when it is taken to tell what a run takes of its memory once that runs.</summary>
    internal bool TellsAtOnce { get; init; }

    /// <summary>Memory that its tasks were promised since it told how much there is.</summary>
    internal PromisedMemory Memory => _memory ??= PromisedMemory.Of(this);

    /// <summary>The waiting demands that no other host serves at this moment; null for none.</summary>
    internal HostNeed? Need { get; set; }

    /// <summary>Why it takes no task at this moment, whichever it is; null when that was not looked at since it took the last one.</summary>
    internal IReadOnlyList<ConstraintViolation>? MomentViolations { get; set; }

    /// <summary>The same for tasks for which too little memory is left, by what of it they ask and where.</summary>
    internal Dictionary<(PromisedMemory Short, string Path), IReadOnlyList<ConstraintViolation>>? ShortViolations { get; set; }

    /// <summary>True when the status of the FleetNode was found to say what it should.</summary>
    internal bool IsShown { get; set; }

    internal void Take(AgenticTask task)
    {
        _tasks.Add(task);
        Promised.Add(task);
        (_memory, MomentViolations, ShortViolations) = (null, null, null);
    }

    /// <summary>What a task asks of its host; null for nothing.</summary>
    /// <param name="task">The task.</param>
    internal RequiredCapability? AskedBy(AgenticTask task) => Agents?.Of(task)?.Spec.RequiredCapability ?? task.Spec.RequiredCapability;
}
