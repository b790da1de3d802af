using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>
/// Runs in the operator, against the host's model server. The leader election is the holder's liveness: what another process than
/// the one that decides holds is lost; what an earlier process on the same machine held may still be delivered from its outbox.
/// </summary>
public sealed class OperatorPlacement : IPlacementRules
{
    private OperatorPlacement()
    {
    }

    /// <summary>The rules.</summary>
    public static OperatorPlacement Instance { get; } = new();

    /// <inheritdoc/>
    public Placement Placement => Placement.Operator;

    /// <inheritdoc/>
    public string Where => "in the Operator";

    /// <inheritdoc/>
    public ConstraintViolation? Check(Demand demand, NodeView node) =>
        demand.CommandTools is [var tool, ..] ? new ConstraintViolation(
            "with commands, which the operator does not run",
            $"spec.placement is Operator, and {tool} runs commands on hosts only",
            WithoutCommands(demand, node))
        : OperatorReach.Serves(demand, node) ? null
        : new ConstraintViolation(
            "with a model server that the operator cannot reach",
            "it has no address but those of its own machine",
            Reached(demand, node))
        { Reason = Reasons.EndpointNotReachable };

    /// <inheritdoc/>
    public object? PartOf(Demand demand) =>
        (demand.NeedsWorkspace, demand.CommandTools.Count > 0, demand.FixedServer is null, demand.FixedServer?.Url, ModelChoice.AskedBy(demand));

    /// <inheritdoc/>
    public bool IsAutomaticFor(Demand demand, NodeView node) =>
        !demand.NeedsWorkspace && !node.IsStub && OperatorReach.Serves(demand, node);

    /// <inheritdoc/>
    public string? ModelUrl(ServedModel model, ModelServer? server) => OperatorReach.Of(server?.ReachableURL);

    /// <inheritdoc/>
    public HolderDecision JudgeAssignment(HolderView view) => UnclaimedLimit.Judge(view, "the operator", isHost: false);

    /// <inheritdoc/>
    public HolderDecision JudgeRun(HolderView view)
    {
        var holder = view.Task.Status.Claim?.Holder ?? "";
        var delivered = view.Since + LivenessRules.ReclaimGrace;
        return holder == view.Identity ? HolderDecision.Keep
            : Holder.SameHost(holder, view.Identity) && view.Uptime < delivered ? HolderDecision.KeepUntil(delivered)
            : HolderDecision.TakeBack(new(AttemptOutcome.Lost, Reasons.HolderLost, $"the operator process {holder} that ran it is gone"));
    }

    /// <inheritdoc/>
    public string HostOf(TaskAttempt attempt) => "the operator";

    // A stub agent needs no model, so it may have none that could be reached.
    private static HintStep Reached(Demand demand, NodeView node)
    {
        var instead = NodePlacement.Instead(demand, node, "Node");
        return node.IsStub ? instead : new Either(new OpenServer(node.Name), instead);
    }

    private static HintStep WithoutCommands(Demand demand, NodeView node)
    {
        var instead = NodePlacement.Instead(demand, node, "Node or Auto");
        return OperatorReach.Serves(demand, node) ? SandboxClauses.WithoutCommands(demand, instead) : instead;
    }
}
