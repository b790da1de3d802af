using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>
/// The steps of a Workload that has only an intent: a planner proposes them, is asked again with the errors twice at most, and
/// what is valid is kept in <c>status.pipeline</c> and done. Pure.
/// </summary>
internal static partial class PlannedIntent
{
    /// <summary>How often a planner is asked at most.</summary>
    public const int MaxAsks = 3;

    private const string FirstAsk = "plan";
    private static readonly string[] PartsBehind = ["/-/", "/issues/", "/pull/", "/pulls/", "/merge_requests/", "/blob/", "/tree/", "/src/", "/commit/"];

    private const int DefaultMaxSteps = 50;
    private const int MaxRepositories = 10;

    /// <summary>The plan.</summary>
    public static WorkloadPlan Of(WorkloadSnapshot snapshot, Func<string, StepResult> results)
    {
        var workload = snapshot.Workload;
        var (agent, fault) = results(FirstAsk) is { State: var state, Agent: var asking } && state != StepState.Planned ? (asking, null) : PlannerOf(snapshot);
        if (fault is not null && workload.Status?.Pipeline is not { Count: > 0 })
        {
            return WorkloadPlan.Failed(fault);
        }

        if (workload.Status?.Pipeline is { Count: > 0 } accepted)
        {
            var asked = Enumerable.Range(0, MaxAsks).Select(a => Ask(workload.Spec, agent ?? "", a, "")).Where(a => results(a.Name).State != StepState.Planned);
            return Accepted(snapshot, Superseded([.. asked]), accepted, null, results);
        }

        var limits = LimitsOf(snapshot);
        if (limits.MaxSteps < 1)
        {
            return WorkloadPlan.Failed(new(
                Reasons.InvalidPlan,
                string.Create(CultureInfo.InvariantCulture, $"spec.maxTasks, or spec.budget.tasks, leaves no room for the plan of an intent: it is asked for {MaxAsks} times at most, and needs a step. Allow {MaxAsks + 1} tasks or more."),
                IsFinal: true));
        }

        var asks = ImmutableArray.CreateBuilder<Step>();
        var errors = ImmutableArray<string>.Empty;
        for (var ask = 0; ask < MaxAsks; ask++)
        {
            var step = Ask(workload.Spec, agent ?? "", ask, PlannerPrompt.Of(workload.Spec, limits, errors));
            var result = results(step.Name);
            asks.Add(step);
            if (!result.IsOnTarget)
            {
                return new() { Steps = Superseded(asks.ToImmutable()) };
            }

            var (steps, wrong) = ProposedPlan.Read(result.Extra, limits);
            if (wrong.IsEmpty)
            {
                return Accepted(snapshot, Superseded(asks.ToImmutable()), steps, result.Extra, results);
            }

            errors = wrong;
        }

        return WorkloadPlan.Failed(new(
            Reasons.InvalidPlan,
            string.Create(CultureInfo.InvariantCulture, $"The planner was asked {MaxAsks} times, and its last plan can't be done: {string.Join("; ", errors)}. Say the steps in spec.pipeline, or create a Workload whose spec.intent says it in other words."),
            IsFinal: true)) with
        { Steps = Superseded(asks.ToImmutable()) };
    }

    private static WorkloadPlan Accepted(
        WorkloadSnapshot snapshot, ImmutableArray<Step> asks, IReadOnlyList<PipelineStep> pipeline, JsonObject? extra, Func<string, StepResult> results)
    {
        var workload = snapshot.Workload;
        var (steps, fault) = PipelinePlan.Of(workload with { Spec = workload.Spec with { Pipeline = pipeline } });
        if (fault is not null)
        {
            return WorkloadPlan.Failed(fault) with { Steps = asks };
        }

        var reasons = extra is null ? (workload.Status?.Plan ?? []).Where(p => p.Why is not null).ToDictionary(p => p.Name, p => p.Why!, StringComparer.Ordinal) : ProposedPlan.Reasons(extra);
        var (allowed, suppressed) = CloudGate.Of(snapshot).Filter(steps);
        var lengths = new StepGraph(allowed).PathLengths();
        var plan = WorkloadPlan.WithRetries(
            snapshot, [.. allowed.Select(s => s with { Rank = lengths[s.Name], Why = reasons.GetValueOrDefault(s.Name, "the planner gave no reason") })], asks.Length, results);
        return plan with
        {
            Steps = [.. asks, .. plan.Steps],
            Suppressed = suppressed,
            Accepted = pipeline,
            IsUnrecorded = extra is not null,
        };
    }

    private static Step Ask(WorkloadSpec spec, string agent, int ask, string prompt) =>
        new(AskName(ask), TaskKind.Freeform, agent, new() { Prompt = ReferenceText.Escape(prompt) })
        {
            ModelRef = agent.Length == 0 ? spec.PlannerModel : null,
            IsPlanning = true,
            Why = ask == 0 ? "spec.intent: a plan is asked for" : "the last plan can't be done: it is asked for again",
        };

    /// <summary>True for the name of a step that asks for a plan.</summary>
    public static bool IsAsk(string step) => Enumerable.Range(0, MaxAsks).Any(a => AskName(a) == step);

    private static string AskName(int ask) => ask == 0 ? FirstAsk : string.Create(CultureInfo.InvariantCulture, $"{FirstAsk}-r{ask}");

    private static ImmutableArray<Step> Superseded(ImmutableArray<Step> asks) =>
        [.. asks.Select((s, index) => s with { IsSuperseded = index < asks.Length - 1 })];

    private static (string? Agent, PlanFault? Fault) PlannerOf(WorkloadSnapshot snapshot)
    {
        var model = snapshot.Workload.Spec.PlannerModel;
        var planners = IntentPlanners.Of(snapshot.Agents.Values, model).Select(a => a.Metadata.Name ?? "").Order(StringComparer.Ordinal).ToArray();
        return planners switch
        {
            [var one] => (one, null),
            [] when !string.IsNullOrEmpty(model) => (null, null),
            [] => (null, new(
                Reasons.NoPlannerOrPipeline,
                "spec: there are neither steps nor issues, and nobody plans: create an Agent of role planner, set spec.plannerModel, or give spec.pipeline, or spec.issues and spec.coderAgentRef.",
                IsFinal: true)
            { MayPass = true }),
            _ => (null, new(Reasons.NoPlannerOrPipeline, $"Several Agents of role planner are there ({string.Join(", ", planners.Take(10))}); name the model of one in spec.plannerModel, or leave one.", IsFinal: true)),
        };
    }

    private static PlanLimits LimitsOf(WorkloadSnapshot snapshot)
    {
        var spec = snapshot.Workload.Spec;
        var most = new[] { spec.MaxTasks is > 0 and var tasks ? tasks - MaxAsks : DefaultMaxSteps, spec.Budget?.Tasks is { } budget ? budget - MaxAsks : int.MaxValue, PipelinePlan.MaxSteps }.Min();
        var repositories = string.IsNullOrEmpty(spec.Repo)
            ? NamedRepository().Matches(spec.Intent).Select(m => Repository(m.Value)).Distinct(StringComparer.Ordinal).Take(MaxRepositories).ToImmutableArray()
            : [spec.Repo];
        return new(snapshot.Agents, repositories, most) { Workload = snapshot.Workload.Metadata.Name ?? "", RetryPolicy = spec.RetryPolicy };
    }

    // People paste addresses of issues and files, which begin with that of their repository.
    private static string Repository(string address)
    {
        var end = PartsBehind.Select(p => address.IndexOf(p, StringComparison.Ordinal)).Where(i => i > 0).DefaultIfEmpty(address.Length).Min();
        return address[..end].TrimEnd('.');
    }

    // A word with a slash may be anything; an address is a repository.
    [GeneratedRegex("(?<![A-Za-z0-9._/-])https://[A-Za-z0-9.:-]+(?:/[A-Za-z0-9._-]+){2,12}", RegexOptions.CultureInvariant)]
    private static partial Regex NamedRepository();
}
