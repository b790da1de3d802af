using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads;

/// <summary>What follows from what: the tasks of a Workload, and its status, from its spec and the ends of its tasks. Pure.</summary>
public static class WorkloadEngine
{
    private static readonly TimeSpan AgentsMayCome = TimeSpan.FromSeconds(10);

    private const string LeftOver = "A task from an earlier spec; no step of the plan any more.";

    /// <summary>Decides what is to be done now. The same stored objects give the same decision, in whatever order they came.</summary>
    /// <param name="snapshot">The Workload, its tasks and Agents.</param>
    /// <param name="now">Time of day, for conditions.</param>
    public static WorkloadDecision Decide(WorkloadSnapshot snapshot, DateTimeOffset now)
    {
        var workload = snapshot.Workload;
        if (workload.IsDeleting())
        {
            return WorkloadDecision.Nothing;
        }

        if (HasEnded(snapshot))
        {
            return workload.Status!.ObservedGeneration == workload.Metadata.Generation
                ? WorkloadDecision.Nothing
                : new() { Status = workload.Status with { ObservedGeneration = workload.Metadata.Generation } };
        }

        var observed = new Observed(snapshot);
        var plan = WorkloadPlan.Of(snapshot, observed.Result);
        if (plan.Fault is { } fault && !observed.HasBegun && (fault.IsFinal || workload.Spec.Cancel != true))
        {
            var young = workload.Metadata.CreationTimestamp + AgentsMayCome - now;
            return fault.MayPass && young > TimeSpan.Zero
                ? new() { Again = young }
                : Told(workload, StatusWriter.Of(workload, fault, now), WorkloadDecision.Nothing);
        }

        // Tasks that were made wait for Agents by themselves.
        plan = plan.Fault is { IsFinal: false } ? plan with { Fault = null } : plan;
        (plan, var again) = RetryHold.Of(plan, now);
        var leftOver = LeftOvers(workload, plan, observed);
        var decisions = ChildDecisions.Of(snapshot, plan, leftOver, observed);
        ImmutableArray<StepView> views =
        [
            .. plan.Steps.Select(s => new StepView(s, decisions.Result(s.Name))),
            .. leftOver.Select(s => new StepView(s, decisions.Result(s.Name))),
        ];
        var creates = decisions.Creates;
        var obstacle = creates.Concat(decisions.Changes.Select(c => c.Task)).Select(t => snapshot.Obstacles.GetValueOrDefault(t.Name())).FirstOrDefault(o => o is not null);
        return Told(
            workload,
            StatusWriter.Of(workload, plan, views, obstacle, now),
            new() { Creates = creates, Changes = decisions.Changes, Again = again, ForgeChanges = workload.Spec.Suspend == true || workload.Spec.Cancel == true ? [] : plan.ForgeChanges, Events = Revisions(workload, creates.RemoveAll(c => snapshot.Obstacles.ContainsKey(c.Name()))) });
    }

    // An end stands until the spec changes, whatever else has changed since; and nothing is left to cancel.
    private static bool HasEnded(WorkloadSnapshot snapshot) =>
        snapshot.Workload.Status?.Conditions is { } conditions
        && conditions.Find(ConditionTypes.Completed)?.Status == Conditions.True
        && (conditions.IsCurrent(ConditionTypes.Completed, snapshot.Workload) || snapshot.Workload.Spec.Cancel == true)
        && snapshot.Children.All(t => t.IsTerminal() || !IsListed(snapshot.Workload, t));

    private static bool IsListed(Workload workload, AgenticTask task) => workload.Status?.Tasks?.Any(t => t.Name == task.Name()) == true;

    private static WorkloadDecision Told(Workload workload, WorkloadStatus status, WorkloadDecision decision) =>
        StatusComparison.AreEqual(workload.Status, status) ? decision : decision with
        {
            Status = status,
            Events = [.. decision.Events, .. StatusWriter.Events(workload, status)],
        };

    private static ImmutableArray<Step> LeftOvers(Workload workload, WorkloadPlan plan, Observed observed)
    {
        var planned = plan.Steps.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        var tasks = observed.Tasks.Where(t => !planned.Contains(t.Key)).OrderBy(t => t.Key, StringComparer.Ordinal).ToArray();
        var gone = observed.Gone.Where(g => !planned.Contains(g.Name)).ToArray();
        if (tasks.Length == 0 && gone.Length == 0)
        {
            return [];
        }

        // While the spec has a mistake nobody knows what is left over, and what was recorded stands.
        var recorded = (plan.Fault is null ? [] : workload.Status?.Plan ?? []).ToDictionary(p => p.Name, StringComparer.Ordinal);
        var steps = observed.Tasks.Select(t => (Task: t.Value.Name(), Step: t.Key)).Concat(observed.Gone.Select(g => (Task: g.Task!, Step: g.Name)))
            .DistinctBy(t => t.Task, StringComparer.Ordinal).ToDictionary(t => t.Task, t => t.Step, StringComparer.Ordinal);
        return
        [
            .. tasks.Select(t => Known(new Step(t.Key, t.Value.Spec.Kind, t.Value.AgentName() ?? "", t.Value.Spec.Payload)
            {
                DependsOn = [.. (t.Value.Spec.DependsOn ?? []).Select(d => steps.GetValueOrDefault(d)).OfType<string>()],
                Issue = t.Value.Spec.Payload.Issue,
            })),
            .. gone.Select(g => Known(new Step(g.Name, g.Kind, g.Agent ?? "", new()) { Issue = g.Issue })),
        ];

        Step Known(Step step) => Unasked(plan, observed.Result(step.Name), recorded.GetValueOrDefault(step.Name) is { } before
            ? step with { Why = before.Why ?? LeftOver, IsSuperseded = before.Superseded == true }
            : step with { Why = LeftOver });
    }

    // A plan for an earlier intent counts for nothing, whatever came of it.
    private static Step Unasked(WorkloadPlan plan, StepResult result, Step step) =>
        plan.Intent is not null && PlannedIntent.IsAsk(step.Name) ? step with { IsSuperseded = true, Dropped = PlannedIntent.Changed, Why = PlannedIntent.Changed }
        : result.IsForChangedIntent ? step with { IsSuperseded = true, Why = PlannedIntent.Changed }
        : step;

    private static ImmutableArray<WorkloadEvent> Revisions(Workload workload, ImmutableArray<AgenticTask> creates)
    {
        var revision = workload.Spec.RevisionCoderAgentRef is { Name.Length: > 0 } || workload.Spec.Pipeline is { Count: > 0 } || workload.Spec.Issues is not { Count: > 0 }
            ? null
            : creates.FirstOrDefault(c => c.Spec.Kind == TaskKind.IssueFix && c.Spec.Payload.ReviseFromBranch is not null);
        return revision is null ? [] :
        [
            new(
                Warning: true,
                Reasons.RevisionUnderIssueFixProfile,
                $"Task {revision.Name()} revises with Agent {revision.AgentName()}, which writes from scratch; name an Agent for revisions in spec.revisionCoderAgentRef."),
        ];
    }
}
