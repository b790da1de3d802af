using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>
/// Runs in a Kubernetes Job, against the host's model server, whose slot it takes. The pod is the holder's liveness: the backend of Jobs tells how it ended,
/// and how long a pull, a mount or a node is waited for. The host may fall silent without harm to the run.
/// </summary>
public sealed class JobPlacement : IPlacementRules
{
    private JobPlacement()
    {
    }

    /// <summary>The rules.</summary>
    public static JobPlacement Instance { get; } = new();

    /// <inheritdoc/>
    public Placement Placement => Placement.Job;

    /// <inheritdoc/>
    public string Where => "in a Job";

    /// <inheritdoc/>
    public bool RunsInJob => true;

    /// <inheritdoc/>
    public ConstraintViolation? Check(Demand demand, NodeView node) =>
        demand.FolderHost is not null ? new ConstraintViolation(
            "with a folder as repository, which no Job has",
            "the repository is a folder of a host, and a Job has a file system of its own",
            NodePlacement.Instead(demand, node, "Node"))
        : demand.HostFiles is [var file, ..] ? new ConstraintViolation(
            "with files of an earlier task, which no Job has",
            $"\"{file.Path}\" of task \"{file.Task}\" lies on {file.Host}, and a Job has a file system of its own",
            NodePlacement.Instead(demand, node, "Node"))
        : demand.AsksNoModel || OperatorReach.Serves(demand, node) ? null
        : new ConstraintViolation(
            "with a model server that a Job cannot reach",
            "it has no address but those of its own machine",
            new Either(new OpenServer(node.Name), NodePlacement.Instead(demand, node, "Node")))
        { Reason = Reasons.EndpointNotReachable };

    /// <inheritdoc/>
    public object? PartOf(Demand demand) =>
        (demand.Agent?.Spec.Execution?.Mode, demand.FolderHost is null, demand.HostFiles.Count > 0, demand.AsksNoModel, demand.FixedServer is null, demand.FixedServer?.Url is null, ModelChoice.AskedBy(demand));

    /// <inheritdoc/>
    public bool IsAutomaticFor(Demand demand, NodeView node) => demand.Agent?.Spec.Execution?.Mode == ExecutionMode.Job;

    /// <inheritdoc/>
    public string? ModelUrl(ServedModel model, ModelServer? server) => OperatorReach.Of(server?.ReachableURL);

    /// <inheritdoc/>
    public HolderDecision JudgeAssignment(HolderView view) => Judge(view);

    /// <inheritdoc/>
    public HolderDecision JudgeRun(HolderView view) => Judge(view);

    /// <inheritdoc/>
    public string HostOf(TaskAttempt attempt) => "a Job";

    // What was observed of an earlier attempt says nothing of this one. Without an observation nothing is known: an API that does not answer fails no task.
    private static HolderDecision Judge(HolderView view) =>
        view.Observation is JobHolder { End: { } end } holder && holder.Attempt == view.Task.Status.Attempt ? HolderDecision.TakeBack(end) : HolderDecision.Keep;
}

/// <summary>What the backend of Jobs observed of an attempt.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="End">How it ended, or why it will never begin; null while it may go on.</param>
public sealed record JobHolder(long Attempt, TakeBackReason? End) : HolderObservation;
