using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>
/// The pure half of an execution backend: what the scheduler must know of one placement (Node, Operator, Job) to
/// choose it and to judge who holds its runs. Everything that depends on the placement is asked here; the scheduler itself
/// compares no placement by name.
/// <para>
/// Its backend determines whether a holder is alive: by the host's Lease (Node), the leader election (Operator), the pod (Job).
/// What the snapshot does not contain, such as pods, the backend observes and passes in as
/// <see cref="HolderView.Observation"/>.
/// </para>
/// <para>
/// A new placement is one implementation of this interface in <see cref="PlacementRegistry.Default"/>, by which commands decide as well, and one of
/// the operator's execution backends that starts, observes and releases its runs. Besides, it takes the rights that its runs need (roles of the
/// chart) and a program that runs them. Nothing else in the scheduler changes.
/// </para>
/// All members are pure: the same arguments give the same answer. What is asked about a demand is asked once for all tasks that have it, and
/// from one decision to the next for as long as the FleetNode is the same: the host's Lease, probation, tasks and free slots are not to be looked at.
/// </summary>
public interface IPlacementRules
{
    /// <summary>The value of <c>status.placement</c>.</summary>
    Placement Placement { get; }

    /// <summary>Where its runs are, for messages: <c>on a Node</c>.</summary>
    string Where { get; }

    /// <summary>True when each attempt is a Kubernetes Job: what a task says of its Job is obeyed, and its commands run in the pod and not on the host.</summary>
    bool RunsInJob => false;

    /// <summary>Why a run of the demand can't have this placement with the host; null when it can.</summary>
    /// <param name="demand">What the task asks.</param>
    /// <param name="node">The host whose slot and model it would take.</param>
    ConstraintViolation? Check(Demand demand, NodeView node);

    /// <summary>
    /// All that <see cref="IsAutomaticFor"/> looks at of a demand, and <see cref="Check"/> but for detail and step of its answer: both are asked about a host once for all demands of
    /// which this is equal. The demand itself is always right; less of it saves work where there are many demands.
    /// </summary>
    /// <param name="demand">What the task asks.</param>
    object? PartOf(Demand demand) => demand;

    /// <summary>
    /// True when <c>Auto</c> means this placement. The first in the registry that says so is meant: if it then can't serve the
    /// demand, the host does not match.
    /// </summary>
    /// <param name="demand">What the task asks.</param>
    /// <param name="node">The host whose slot and model it would take.</param>
    bool IsAutomaticFor(Demand demand, NodeView node);

    /// <summary>Base URL at which a run of this placement reaches a model of the host; null when it can't.</summary>
    /// <param name="model">The model.</param>
    /// <param name="server">Its server; null when the host does not list it.</param>
    string? ModelUrl(ServedModel model, ModelServer? server);

    /// <summary>Whether an assignment that nobody has claimed yet is taken back: the limits are the placement's.</summary>
    /// <param name="view">The task, Scheduled, and what is known of who should claim it.</param>
    HolderDecision JudgeAssignment(HolderView view);

    /// <summary>Whether a run is taken back from its holder.</summary>
    /// <param name="view">The task, Running, and what is known of its holder.</param>
    HolderDecision JudgeRun(HolderView view);

    /// <summary>
    /// Uptime since which the holder could write without a break: limits of a run that it exceeds are held against it only then.
    /// Null while it is not known to live.
    /// </summary>
    /// <param name="view">The task, Running, and what is known of its holder.</param>
    TimeSpan? HeardSince(HolderView view) => view.UndisturbedSince;

    /// <summary>The machine that an attempt lived by: what is to blame, besides the task, when it was lost.</summary>
    /// <param name="attempt">An ended attempt of this placement.</param>
    string HostOf(TaskAttempt attempt) => attempt.Node ?? "";

    /// <summary>The host whose disk has a workspace that a run of this placement kept, so that later runs there find it; null when none has.</summary>
    /// <param name="task">An ended task of this placement.</param>
    string? WorkspaceHost(AgenticTask task) => null;
}
