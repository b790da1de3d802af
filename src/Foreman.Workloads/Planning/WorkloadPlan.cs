using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads;

/// <summary>The steps of a Workload as far as they are decided.</summary>
internal sealed record WorkloadPlan
{
    /// <summary>All steps, those that were superseded included; none when there is a fault.</summary>
    public ImmutableArray<Step> Steps { get; init; } = [];

    /// <summary>Why there is no plan; null when there is one.</summary>
    public PlanFault? Fault { get; init; }

    /// <summary>What the cap of tasks cut off; null for nothing.</summary>
    public (string Reason, string Message)? Truncated { get; init; }

    /// <summary>Reviewers that may not work, each with the reason.</summary>
    public ImmutableArray<string> Suppressed { get; init; } = [];

    /// <summary>What was added after the first steps, as condition type, reason and message.</summary>
    public ImmutableArray<(string Type, bool IsTrue, string Reason, string Message)> Additions { get; init; } = [];

    /// <summary>The steps that a planner proposed and that are done; null for none.</summary>
    public IReadOnlyList<PipelineStep>? Accepted { get; init; }

    /// <summary>True while the proposed steps are not in the status yet: their tasks are made only from what stands there.</summary>
    public bool IsUnrecorded { get; init; }

    /// <summary>Fingerprint of the intent that is planned; null when nobody plans.</summary>
    public string? Intent { get; init; }

    /// <summary>True when the intent was changed after steps had begun, so that their plan stands.</summary>
    public bool IsIntentIgnored { get; init; }

    /// <summary>Rounds of revision, those of all issues added up.</summary>
    public int ReviewIterations { get; init; }

    /// <summary>Ends short of the target that were retried, or are to be.</summary>
    public int Retries { get; init; }

    /// <summary>Questions that its ends ask people, those that are answered included. While one is open the Workload does not end.</summary>
    public ImmutableArray<Question> Questions { get; init; } = [];

    /// <summary>Pull requests that are followed.</summary>
    public ImmutableArray<FollowedPullRequest> FollowUps { get; init; } = [];

    /// <summary>True while pull requests are waited for, so that the Workload does not end.</summary>
    public bool IsFollowing { get; init; }

    /// <summary>True when a person gave a pull request up, so that the Workload fails.</summary>
    public bool IsAbandoned { get; init; }

    /// <summary>What is to be changed on forges.</summary>
    public ImmutableArray<ForgeChange> ForgeChanges { get; init; } = [];

    /// <summary>Plans a Workload.</summary>
    /// <param name="snapshot">The Workload, its Agents and tasks.</param>
    /// <param name="results">How a step stands, by name.</param>
    public static WorkloadPlan Of(WorkloadSnapshot snapshot, Func<string, StepResult> results)
    {
        var workload = snapshot.Workload;
        if (workload.Metadata.Name is not { Length: <= StepNames.MaxLength })
        {
            return Failed(new(Reasons.InvalidPlan, $"metadata.name: the name becomes a label of its tasks, which has at most {StepNames.MaxLength} characters.", IsFinal: true));
        }

        var plan = workload.Spec switch
        {
            { Pipeline.Count: > 0 } => OfPipeline(snapshot, results),
            { Issues.Count: > 0, CoderAgentRef.Name.Length: > 0 } => IssueBatch.Of(snapshot, results),
            { Issues.Count: > 0 } => Failed(new(Reasons.NoPlannerOrPipeline, "spec.issues needs spec.coderAgentRef; name the Agent that writes.", IsFinal: true)),
            _ => PlannedIntent.Of(snapshot, results),
        };
        plan = FollowUpPlan.Of(snapshot, plan, results);
        return plan.Fault is not null ? plan
            : plan.Steps.IsEmpty ? Failed(new(Reasons.NoPlannerOrPipeline, $"No step is left to do: {string.Join("; ", plan.Suppressed.DefaultIfEmpty(plan.Truncated?.Message ?? "none was given"))}.", IsFinal: true))
            : MissingAgents(plan.Steps, snapshot.Agents) is { } missing ? plan with { Fault = missing }
            : plan;
    }

    /// <summary>A plan that there is none.</summary>
    internal static WorkloadPlan Failed(PlanFault fault) => new() { Fault = fault };

    /// <summary>The steps of a pipeline with their retries, as far as the cap of tasks has room for these.</summary>
    /// <param name="snapshot">The Workload.</param>
    /// <param name="steps">The steps, each with the policy that holds for it.</param>
    /// <param name="others">How many tasks count besides theirs.</param>
    /// <param name="results">How a step stands, by name.</param>
    internal static WorkloadPlan WithRetries(WorkloadSnapshot snapshot, ImmutableArray<Step> steps, int others, Func<string, StepResult> results)
    {
        var workload = snapshot.Workload;
        var retries = new RetryPlan(steps, new RetryScope(results)
        {
            Workload = workload.Name(),
            IsOpen = workload.Spec.Cancel != true,
            Answers = step => Answers.To(workload, step),
        });
        var growth = new Growth(TaskCap.Of(workload.Spec), others + steps.Length + retries.Begun + FollowUpNames.Begun(workload.Spec, steps, results), results);
        growth.Add(retries.Due);
        var report = RetryReport.Of([retries], growth.IsAdmitted);
        return new() { Steps = retries.Steps(growth.IsAdmitted), Truncated = growth.Refusal, Additions = report.Additions, Retries = report.Count, Questions = retries.Questions };
    }

    private static WorkloadPlan OfPipeline(WorkloadSnapshot snapshot, Func<string, StepResult> results)
    {
        var (steps, fault) = PipelinePlan.Of(snapshot.Workload);
        if (fault is not null)
        {
            return Failed(fault);
        }

        var (allowed, suppressed) = CloudGate.Of(snapshot).Filter(steps);
        var cap = TaskCap.Of(snapshot.Workload.Spec);
        var (kept, truncated) = cap.Clip(allowed);
        var lengths = new StepGraph(kept).PathLengths();
        var plan = WithRetries(snapshot, [.. kept.Select(s => s with { Rank = lengths[s.Name] })], 0, results);
        return plan with { Truncated = truncated ?? plan.Truncated, Suppressed = suppressed };
    }

    // Agents may come after the Workload, as everything that is applied in one go.
    private static PlanFault? MissingAgents(ImmutableArray<Step> steps, IReadOnlyDictionary<string, Agent> agents)
    {
        var missing = steps.Select(s => s.Agent).Where(a => a.Length > 0 && !agents.ContainsKey(a)).Distinct(StringComparer.Ordinal).Take(10).ToArray();
        return missing.Length == 0 ? null : new(
            Reasons.AgentResolveFailed,
            $"No Agent \"{string.Join("\", \"", missing)}\" in this namespace; create {(missing.Length == 1 ? "it" : "them")}, or name others. The Workload waits.",
            IsFinal: false);
    }
}
