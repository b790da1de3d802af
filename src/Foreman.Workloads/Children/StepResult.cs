using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads;

/// <summary>Where a step stands, and what is known of its end. Pure.</summary>
/// <param name="State">Where it stands.</param>
internal sealed record StepResult(StepState State)
{
    /// <summary>A step without a task.</summary>
    public static StepResult Unmade { get; } = new(StepState.Planned);

    /// <summary>The outcome of a coder whose work needs facts that nobody here can know.</summary>
    public const string NeedsVerification = "NEEDS-VERIFICATION";

    private const string GateFailedOutcome = "CODER-GATE-FAILED";

    /// <summary>Name of its task; null while there is none.</summary>
    public string? Task { get; init; }

    public Verdict? Verdict { get; init; }

    public FailureReason? Reason { get; init; }

    /// <summary>The word for the end of a run (<c>extra.outcome</c>); null when it gave none.</summary>
    public string? Outcome { get; init; }

    /// <summary>What had done the work before; null when nobody says.</summary>
    public string? ResolvedBy { get; init; }

    /// <summary>True when a coder's change did not pass the checks.</summary>
    public bool GateFailed => Outcome == GateFailedOutcome;

    /// <summary>What the run said of its end, at most 280 bytes.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Model that did it; null while that is not known.</summary>
    public string? Model { get; init; }

    /// <summary>What the run says in <c>extra</c>; null when it is not there any more.</summary>
    public JsonObject? Extra { get; init; }

    /// <summary>What a container that is its task left for others, by name; null when it left nothing, or its task is not there any more.</summary>
    public IReadOnlyDictionary<string, string>? Outputs { get; init; }

    /// <summary>What each check of its gate found; null when none ran, or its task is not there any more.</summary>
    public IReadOnlyList<GateCheckResult>? Gate { get; init; }

    /// <summary>The question of judgement that its end asks a person, at most <see cref="Asked.MaxText"/> characters and an ellipsis; null for none.</summary>
    public string? Question { get; init; }

    public string? Agent { get; init; }

    /// <summary>The steps that its task was made to follow, each in the round that it had then; null when nobody says.</summary>
    public IReadOnlyList<string>? Follows { get; init; }

    /// <summary>When its task was made; null when it is not there any more.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When the newest review was submitted that its task knew of; null when it revised nothing, or is not there any more.</summary>
    public DateTimeOffset? ReviewsUntil { get; init; }

    /// <summary>Fingerprint of the intent that its task was asked to plan; null when it plans nothing, or is not there any more.</summary>
    public string? Intent { get; init; }

    /// <summary>True when it was asked to plan an intent that was changed then, and gives no plan for it any more.</summary>
    public bool IsForChangedIntent { get; init; }

    /// <summary>When its task ended, in whole seconds; null when nobody says.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    public string? Branch { get; init; }

    /// <summary>The branch that keeps work whose checks failed; null for none.</summary>
    public string? KeptOn => Text(Extra?["gateFailedBranch"]);

    /// <summary>The branch that its task would have made; null when it made it, or nobody says.</summary>
    public string? IntendedBranch => Text(Extra?["intendedBranch"]);

    public string? CommitSHA { get; init; }

    public string? PullRequest { get; init; }

    public string? Message { get; init; }

    /// <summary>True when it never began, since nothing of the Workload's budget was left for it; a run that used up its own part of it is none.</summary>
    public bool IsDeniedBudget => State == StepState.Failed && Reason == FailureReason.BudgetExhausted && Message == ChildTask.BudgetUsedUp;

    public Usage? Usage { get; init; }

    /// <summary>True once nothing more comes of it.</summary>
    public bool HasEnded => State != StepState.Planned && State != StepState.Pending && State != StepState.Running;

    public bool IsOnTarget => State == StepState.Succeeded;

    /// <summary>True when it ended, and not well.</summary>
    public bool IsFailure => State == StepState.Incomplete || State == StepState.Failed;

    /// <summary>True when work done before is why nothing came of it.</summary>
    public bool HadNothingToDo => State == StepState.AlreadyResolved || State == StepState.Skipped;

    /// <summary>What stands in a task.</summary>
    public static StepResult Of(AgenticTask task)
    {
        var extra = task.Status.Result?["extra"] as JsonObject;
        var outcome = IsGateFailure(extra) ? GateFailedOutcome : Text(extra?["outcome"]);
        return new StepResult(StateOf(task))
        {
            Task = task.Name(),
            Verdict = task.Status.Verdict,
            Reason = WasDeniedBudget(task) ? FailureReason.BudgetExhausted : HasStalled(task) ? FailureReason.Stalled : task.Status.FailureReason,
            Outcome = outcome,
            ResolvedBy = Text(extra?["resolvedBy"]),
            Summary = Text(task.Status.Result?["summary"]) ?? "",
            Model = task.Status.Model?.Name,
            Extra = extra,
            Outputs = task.Status.Outputs,
            Gate = task.Status.Gate,
            Question = Asked.By(task),
            Agent = task.AgentName(),
            Follows = FollowsOf(task),
            CreatedAt = task.Metadata.CreationTimestamp,
            ReviewsUntil = ReviewsUntilOf(task),
            Intent = task.Metadata.Annotations?.GetValueOrDefault(Labels.Intent),
            IsForChangedIntent = task.Status.FailureReason == FailureReason.Cancelled && CancelledBecause(task) == PlannedIntent.Changed,
            FinishedAt = task.IsTerminal() ? WholeSeconds(task.Status.FinishedAt) : null,
            Branch = task.Status.Branch,
            CommitSHA = task.Status.CommitSHA,
            PullRequest = Text(extra?["pullRequestURL"]),
            Message = MessageOf(task),
            Usage = task.IsTerminal() ? task.Status.Usage : null,
        };
    }

    /// <summary>What the Workload recorded of a task that is not there any more: one that had not ended counts as failed.</summary>
    public static StepResult Of(WorkloadStep recorded)
    {
        var kept = new StepResult(recorded.State)
        {
            Task = recorded.Task,
            Verdict = recorded.Verdict,
            Reason = recorded.Reason,
            Outcome = recorded.Outcome,
            ResolvedBy = recorded.ResolvedBy,
            Summary = recorded.Summary ?? "",
            Agent = recorded.Agent,
            Follows = recorded.DependsOn ?? [],
            IsForChangedIntent = recorded is { Superseded: true, Why: PlannedIntent.Changed },
            FinishedAt = recorded.FinishedAt,
            Branch = recorded.Branch,
            CommitSHA = recorded.CommitSHA,
            PullRequest = recorded.PullRequest,
            Message = recorded.Message,
            Usage = recorded.Usage,
        };
        return kept.HasEnded ? kept : kept with { State = StepState.Failed, Message = "Its task was deleted before it had ended." };
    }

    /// <summary>What is said of a task that waits.</summary>
    internal static string Waiting(string awaited) => $"Waits for {awaited}.";

    /// <summary>The text of a node that is one.</summary>
    internal static string? Text(JsonNode? node) => ResultFields.Text(node);

    /// <summary>True when a result says that the change did not pass the checks.</summary>
    internal static bool IsGateFailure(JsonObject? extra) =>
        Text(extra?["outcome"]) == GateFailedOutcome || Text((extra?["modelExtra"] as JsonObject)?["outcome"]) == GateFailedOutcome;

    private static string[]? FollowsOf(AgenticTask task) =>
        task.Metadata.Annotations?.GetValueOrDefault(Labels.Follows)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static DateTimeOffset? ReviewsUntilOf(AgenticTask task) =>
        task.Metadata.Annotations?.GetValueOrDefault(Labels.ReviewsUntil) is { } text
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    // What is stored is in whole seconds, and a time that comes back otherwise would be written again and again.
    private static DateTimeOffset? WholeSeconds(DateTimeOffset? time) => time is { } at ? at.AddTicks(-(at.Ticks % TimeSpan.TicksPerSecond)) : null;

    // The Workload cancels what still waits for a part of its budget once that is used up.
    private static bool WasDeniedBudget(AgenticTask task) => task.Status.FailureReason == FailureReason.Cancelled && CancelledBecause(task) == ChildTask.BudgetUsedUp;

    private static bool HasStalled(AgenticTask task) => task.Status.FailureReason == FailureReason.Cancelled && StallRule.IsNamedBy(CancelledBecause(task));

    private static string? CancelledBecause(AgenticTask task) => task.Metadata.Annotations?.GetValueOrDefault(Labels.CancelledBecause);

    private static StepState StateOf(AgenticTask task)
    {
        var phase = task.PhaseOrPending();
        return task.SucceededOnTarget() ? StepState.Succeeded
            : task.HadNothingToDo() ? (task.Status.Verdict == Api.Verdict.Skipped ? StepState.Skipped : StepState.AlreadyResolved)
            : phase == TaskPhase.Succeeded ? StepState.Incomplete
            : phase == TaskPhase.Failed ? StepState.Failed
            : phase == TaskPhase.Pending ? StepState.Pending
            : StepState.Running;
    }

    private static string? MessageOf(AgenticTask task)
    {
        if (task.IsTerminal())
        {
            return task.SucceededOnTarget() ? null
                : CancelledBecause(task) is { Length: > 0 } why && task.Status.FailureReason == FailureReason.Cancelled ? why
                : Text(task.Status.Result?["summary"]) is { Length: > 0 } summary ? summary
                : task.Status.Conditions.Find(ConditionTypes.Completed)?.Message;
        }

        return task.Metadata.Annotations?.GetValueOrDefault(Labels.Awaiting) is { Length: > 0 } awaited ? Waiting(awaited)
            : task.Status.Conditions.Find(ConditionTypes.Scheduled) is { Status: Conditions.False } waits && task.PhaseOrPending() == TaskPhase.Pending ? waits.Reason
            : null;
    }
}
