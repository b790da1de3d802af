using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>Runs in the agent on the host. The host's Lease is the holder's liveness.</summary>
public sealed class NodePlacement : IPlacementRules
{
    private NodePlacement()
    {
    }

    /// <summary>The rules.</summary>
    public static NodePlacement Instance { get; } = new();

    /// <inheritdoc/>
    public Placement Placement => Placement.Node;

    /// <inheritdoc/>
    public string Where => "on a Node";

    /// <inheritdoc/>
    public ConstraintViolation? Check(Demand demand, NodeView node) =>
        !demand.MustHostKnowServer || node.IsStub || demand.FixedServer?.Url is not { } url || ModelChoice.Knows(node.Capability, url)
            ? null
            : new ConstraintViolation(
                "without the model server of the operator",
                $"{url} (--inference-base-url-override of the operator) is not in status.capability.modelServers",
                new AddServer(node.Name, url))
            { Reason = Reasons.EndpointNotReachable };

    /// <inheritdoc/>
    public object? PartOf(Demand demand) => demand.MustHostKnowServer ? demand.FixedServer?.Url : null;

    /// <summary>That the task asks for this placement in the stead of another one, with what that needs.</summary>
    /// <param name="demand">What the task asks.</param>
    /// <param name="node">The host.</param>
    /// <param name="words">The placements that it may ask for.</param>
    internal static HintStep Instead(Demand demand, NodeView node, string words) =>
        Instance.Check(demand, node)?.Step is { } more ? new Both(new AskPlacement(words), more) : new AskPlacement(words);

    /// <inheritdoc/>
    public bool IsAutomaticFor(Demand demand, NodeView node) => true;

    /// <inheritdoc/>
    public string? ModelUrl(ServedModel model, ModelServer? server) => model.Server;

    /// <inheritdoc/>
    public HolderDecision JudgeAssignment(HolderView view) => view.Liveness switch
    {
        NodeLiveness.Unknown => HolderDecision.Keep,
        NodeLiveness.Unmanaged when view.NodeExists => NotSeen(view),
        NodeLiveness.Dead or NodeLiveness.Stopped => HolderDecision.TakeBack(
            new(AttemptOutcome.Unclaimed, Reasons.Unclaimed, $"{view.NodeName} stopped before it claimed the task")),
        _ => UnclaimedLimit.Judge(view, view.NodeName, isHost: true),
    };

    /// <inheritdoc/>
    public HolderDecision JudgeRun(HolderView view) => view.Liveness switch
    {
        NodeLiveness.Dead => Lost(Reasons.HolderLost, $"{view.NodeName} has been silent for {LivenessRules.DeadAfter.TotalSeconds:0} s"),
        NodeLiveness.Stopped => Lost(Reasons.AgentStopped, $"the agent of {view.NodeName} stopped"),
        NodeLiveness.Unmanaged when !view.NodeExists => Vanished(view),
        NodeLiveness.Unknown or NodeLiveness.Suspect or NodeLiveness.Unmanaged => HolderDecision.Keep,
        _ => Replaced(view),
    };

    /// <inheritdoc/>
    public TimeSpan? HeardSince(HolderView view) => view.UndisturbedSince is not { } undisturbed ? null : view.Liveness switch
    {
        NodeLiveness.Live => view.Lease is { } lease && lease.LiveSince > undisturbed ? lease.LiveSince : undisturbed,
        NodeLiveness.Unmanaged => undisturbed,
        _ => null,
    };

    /// <inheritdoc/>
    public string? WorkspaceHost(AgenticTask task) => task.Status.AssignedNode;

    // Another operator may have this host and takes the task back sooner; without one, nobody else would.
    private static HolderDecision NotSeen(HolderView view) =>
        view.Uptime - view.Since < LivenessRules.DeadAfter
            ? HolderDecision.KeepUntil(view.Since + LivenessRules.DeadAfter)
            : HolderDecision.TakeBack(new(AttemptOutcome.Unclaimed, Reasons.Unclaimed, $"no agent of {view.NodeName} was seen that could claim the task"));

    // No host and no Lease of that name: nobody is left who could renew anything.
    private static HolderDecision Vanished(HolderView view) =>
        view.Uptime - view.Since < LivenessRules.DeadAfter
            ? HolderDecision.KeepUntil(view.Since + LivenessRules.DeadAfter)
            : Lost(Reasons.HolderLost, $"FleetNode {view.NodeName} and its Lease are gone");

    // A new process of the host may take over what the old one ran.
    private static HolderDecision Replaced(HolderView view)
    {
        if (view.Lease is not { } lease || view.Task.Status.Claim is not { } claim || lease.Holder == claim.Holder)
        {
            return HolderDecision.Keep;
        }

        return view.Uptime - lease.HolderSince < LivenessRules.ReclaimGrace
            ? HolderDecision.KeepUntil(lease.HolderSince + LivenessRules.ReclaimGrace)
            : Lost(Reasons.AgentRestarted, $"the agent of {view.NodeName} was replaced by a new process that did not take the run over");
    }

    private static HolderDecision Lost(string reason, string message) =>
        HolderDecision.TakeBack(new(AttemptOutcome.Lost, reason, message));
}
