using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads;

/// <summary>Writes a Workload's status. Pure.</summary>
internal static class StatusWriter
{
    private const int MaxPlanText = 512;
    private const int MaxQuestion = 4096;

    /// <summary>The status of a Workload without a plan and without tasks.</summary>
    public static WorkloadStatus Of(Workload workload, PlanFault fault, DateTimeOffset now)
    {
        var conditions = new WorkloadConditions(workload, now);
        conditions.Fault(fault, hasTasks: false);
        return (workload.Status ?? new()) with
        {
            Phase = fault.IsFinal ? WorkloadPhase.Failed : WorkloadPhase.Planning,
            ObservedGeneration = workload.Metadata.Generation,
            Conditions = conditions.All,
        };
    }

    /// <summary>The status of a Workload with steps.</summary>
    /// <param name="workload">The Workload.</param>
    /// <param name="plan">Its plan; with a fault when it can't be planned any more and has tasks from before.</param>
    /// <param name="views">All steps.</param>
    /// <param name="obstacle">Why a task could not be made; null for none.</param>
    /// <param name="now">Time of day.</param>
    public static WorkloadStatus Of(Workload workload, WorkloadPlan plan, IReadOnlyCollection<StepView> views, string? obstacle, DateTimeOffset now)
    {
        var rollup = Rollup.Of(views);
        var made = views.Where(v => v.Result.Task is not null).ToArray();
        var (phase, reason) = PhaseOf(workload.Spec, rollup, made, views.Any(v => v.Result.Reason == FailureReason.Cancelled), plan);
        var conditions = new WorkloadConditions(workload, now);
        if (plan.Fault is { } fault)
        {
            conditions.Fault(fault, hasTasks: true);
        }
        else
        {
            conditions.Plan(plan, made.Length, obstacle);
        }

        var summarized = PayloadFilling.Summarized(workload.Spec.Pipeline is { Count: > 0 } || plan.Accepted is not null ? plan.Steps : []);
        ImmutableArray<WorkloadStep> steps = [.. views.Select(v => Entry(v, summarized.Contains(v.Step.Name)))];
        conditions.Stalls(steps);
        conditions.Progress(rollup, phase, reason);
        return (workload.Status ?? new()) with
        {
            Phase = phase,
            Tasks = [.. made.Select(v => Reference(workload, v.Result.Task!))],
            SucceededTasks = rollup.Succeeded,
            FailedTasks = rollup.Failed,
            IncompleteTasks = rollup.Incomplete,
            AlreadyResolvedTasks = rollup.AlreadyResolved,
            InFlightTasks = rollup.InFlight,
            ReviewIterations = plan.ReviewIterations,
            Retries = plan.Retries > 0 ? plan.Retries : null,
            Plan = [.. steps, .. Proposed(workload, plan, steps)],
            Usage = made.Any(v => v.Result.Usage is not null) ? made.Aggregate((Usage?)null, (sum, v) => sum.Plus(v.Result.Usage)) : null,

            // A mistake in the spec, or that nobody can plan, takes no plan away.
            Pipeline = plan.Accepted ?? (plan.Intent is null || plan.Fault is not null ? workload.Status?.Pipeline : null),
            PlannedIntent = plan.Fault is null ? plan.Intent ?? workload.Status?.PlannedIntent : workload.Status?.PlannedIntent ?? plan.Intent,
            PlannerModel = PlannerModel(workload, views),

            // What is asked, and what was answered, outlives a mistake in the spec.
            FollowUps = plan.Fault is not null ? workload.Status?.FollowUps : plan.FollowUps.IsEmpty ? null : plan.FollowUps,
            Questions = plan.Fault is not null ? workload.Status?.Questions : plan.Questions.IsEmpty ? null : [.. plan.Questions.Select(q => new WorkloadQuestion { Step = q.Step, Question = Texts.Cut(q.Text, MaxQuestion), Answer = q.Answer })],
            PullRequests = made.Select(v => v.Result.PullRequest).OfType<string>().Distinct(StringComparer.Ordinal).ToImmutableArray() is { IsEmpty: false } opened ? opened : null,
            ObservedGeneration = workload.Metadata.Generation,
            Conditions = conditions.All,
        };
    }

    /// <summary>Events about what a status says for the first time.</summary>
    public static IEnumerable<WorkloadEvent> Events(Workload workload, WorkloadStatus after)
    {
        var before = workload.Status;
        var known = (before?.Plan ?? []).Where(s => s.State == StepState.AlreadyResolved).Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var step in (after.Plan ?? []).Where(s => s.State == StepState.AlreadyResolved && s.Issue is not null && !known.Contains(s.Name)))
        {
            yield return new(Warning: false, Reasons.AlreadyResolved, $"Issue #{step.Issue} was done before{(step.ResolvedBy is { } by ? $" by {by}" : "")}. It can be closed.");
        }

        if (after.Conditions.Find(ConditionTypes.Planned) is { Status: Conditions.False } fault && before?.Conditions.Find(ConditionTypes.Planned)?.Reason != fault.Reason)
        {
            yield return new(Warning: true, fault.Reason, fault.Message);
        }

        var asked = (before?.Questions ?? []).Select(q => q.Step).ToHashSet(StringComparer.Ordinal);
        foreach (var question in (after.Questions ?? []).Where(q => q.Answer is null && !asked.Contains(q.Step)))
        {
            yield return new(Warning: true, Reasons.QuestionAsked, $"Step {question.Step} asks: {question.Question}");
        }

        // Without a plan nobody has looked at the answer; an obstacle of a task is no fault of the plan.
        var isFaulty = after.Conditions.Find(ConditionTypes.Planned) is { Status: Conditions.False } planned && planned.Reason != Reasons.RenderError;
        if (!isFaulty && before?.ObservedGeneration != after.ObservedGeneration && Answers.Unused(workload, after.Questions ?? []) is { } unused)
        {
            yield return new(Warning: true, Reasons.AnswerIgnored, unused);
        }

        var stalls = (before?.Plan ?? []).Where(s => s.Reason == FailureReason.Stalled).Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var step in (after.Plan ?? []).Where(s => s.Reason == FailureReason.Stalled && !stalls.Contains(s.Name)))
        {
            yield return new(Warning: true, Reasons.Stalled, $"Step {step.Name}: {step.Message}");
        }

        if (after.Conditions.Find(ConditionTypes.IntentIgnored) is { } ignored && before?.Conditions.Find(ConditionTypes.IntentIgnored) is null)
        {
            yield return new(Warning: true, ignored.Reason, ignored.Message);
        }

        if ((after.Retries ?? 0) > (before?.Retries ?? 0) && after.Conditions.Find(ConditionTypes.RetryTriggered) is { } retried)
        {
            yield return new(Warning: false, retried.Reason, retried.Message);
        }

        if (after.Conditions.Find(ConditionTypes.Completed) is { } end && before?.Conditions.Find(ConditionTypes.Completed) is null
            && after.Conditions.Find(ConditionTypes.Planned)?.Status != Conditions.False)
        {
            yield return new(Warning: after.Phase == WorkloadPhase.Failed, Reasons.Completed, $"{end.Reason}: {end.Message}");
        }
    }

    private static (WorkloadPhase Phase, string? Reason) PhaseOf(WorkloadSpec spec, Rollup rollup, StepView[] made, bool wasCancelled, WorkloadPlan plan)
    {
        var fault = plan.Fault;
        if (made.Length == 0 && !rollup.HasEnded)
        {
            return (WorkloadPhase.Planned, null);
        }

        if (!rollup.HasEnded || (spec.Cancel != true && (plan.IsFollowing || plan.Questions.Any(q => q.IsOpen))))
        {
            return (WorkloadPhase.Dispatched, null);
        }

        // What was followed, or asked of a person, was cut short as well.
        var isCutShort = wasCancelled || plan.IsFollowing || plan.Questions.Any(q => q.IsOpen) || rollup is { Succeeded: 0 } or { Failed: > 0 } or { Incomplete: > 0 };
        return spec.Cancel == true && isCutShort ? (WorkloadPhase.Failed, Reasons.Cancelled)
            : fault is not null ? (WorkloadPhase.Failed, fault.Reason)
            : spec.Budget is not null && made.Any(v => v.Result.IsDeniedBudget && !v.Step.IsSuperseded) ? (WorkloadPhase.Failed, Reasons.BudgetExhausted)
            : plan.IsAbandoned ? (WorkloadPhase.Failed, Reasons.PullRequestAbandoned)
            : rollup.Failed > 0 ? (WorkloadPhase.Failed, Reasons.ChildrenFailed)
            : rollup.Incomplete > 0 ? (WorkloadPhase.Failed, Reasons.ChildrenIncomplete)
            : rollup is { Succeeded: 0, AlreadyResolved: > 0 } ? (WorkloadPhase.Completed, Reasons.AllAlreadyResolved)
            : (WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
    }

    // What a planner said of steps without a task stands nowhere else, and a mistake in the spec takes no plan away.
    private static IEnumerable<WorkloadStep> Proposed(Workload workload, WorkloadPlan plan, ImmutableArray<WorkloadStep> steps)
    {
        if (plan.Fault is null || workload.Status?.Pipeline is not { Count: > 0 } pipeline)
        {
            return [];
        }

        var proposed = pipeline.Select(p => p.Name).Except(steps.Select(s => s.Name), StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        return (workload.Status.Plan ?? []).Where(p => p.State == StepState.Planned && proposed.Contains(p.Name));
    }

    private static string? PlannerModel(Workload workload, IReadOnlyCollection<StepView> views) =>
        views.LastOrDefault(v => v.Step.IsPlanning && v.Result.Model is not null).Result?.Model ?? workload.Status?.PlannerModel;

    private static V1ObjectReference Reference(Workload workload, string task) => new()
    {
        ApiVersion = AgenticTask.Type.ApiVersion,
        Kind = AgenticTask.Type.Kind,
        NamespaceProperty = workload.Namespace(),
        Name = task,
    };

    private static WorkloadStep Entry(StepView view, bool isSummarized) => new()
    {
        Name = view.Step.Name,
        Kind = view.Step.Kind,
        Agent = view.Step.Agent.Length > 0 ? view.Step.Agent : null,
        Issue = view.Step.Issue,
        DependsOn = Followed(view) is { Count: > 0 } followed ? followed : null,
        Why = Cut(view.Step.Why),
        Task = view.Result.Task,
        State = view.Result.State,
        Superseded = view.Step.IsSuperseded ? true : null,
        Verdict = view.Result.Verdict,
        Reason = view.Result.Reason,
        Outcome = Cut(view.Result.Outcome),
        ResolvedBy = Cut(view.Result.ResolvedBy),
        Message = Cut(view.Result.Message),
        Summary = isSummarized && view.Result.HasEnded ? Cut(view.Result.Summary) : null,
        Branch = view.Result.Branch,
        CommitSHA = view.Result.CommitSHA,
        PullRequest = view.Result.PullRequest,
        FinishedAt = view.Result.FinishedAt,
        Usage = view.Result.Usage,
    };

    // What a task followed outlives it here, and is not what the plan says where a step before it was not taken.
    private static IReadOnlyList<string> Followed(StepView view) => view.Result is { Task: not null, Follows: { } follows } ? follows : view.Step.DependsOn;

    private static string? Cut(string? text) => string.IsNullOrEmpty(text) ? null : Texts.Cut(text, MaxPlanText);
}
