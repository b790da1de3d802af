using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
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

    /// <summary>Why what a planner was asked before counts for nothing, as its task and the status keep it.</summary>
    public const string Changed = "spec.intent was changed before a step had begun, so the plan is made anew.";

    private const string FirstAsk = "plan";
    private const int MarkLength = 8;
    private static readonly string[] PartsBehind = ["/-/", "/issues/", "/pull/", "/pulls/", "/merge_requests/", "/blob/", "/tree/", "/src/", "/commit/"];

    private const int DefaultMaxSteps = 50;
    private const int MaxRepositories = 10;

    /// <summary>The plan. What was accepted for an earlier intent counts once one of its steps has begun.</summary>
    public static WorkloadPlan Of(WorkloadSnapshot snapshot, Func<string, StepResult> results)
    {
        var workload = snapshot.Workload;
        var wanted = Fingerprint(workload.Spec.Intent);
        var accepted = workload.Status?.Pipeline is { Count: > 0 } pipeline ? pipeline : null;
        var isEdited = workload.Status?.PlannedIntent is { } planned && planned != wanted;
        if (accepted is not null && isEdited && !accepted.Any(s => results(s.Name).State != StepState.Planned))
        {
            accepted = null;
        }

        var intent = accepted is not null && isEdited ? workload.Status!.PlannedIntent! : wanted;
        var asks = new Asks(intent, FirstAskFor(intent, workload.Status?.PlannedIntent, results));
        return (accepted is not null ? Known(snapshot, asks, accepted, results) : Asked(snapshot, asks, results)) with { IsIntentIgnored = accepted is not null && isEdited };
    }

    /// <summary>What tells intents apart: the same text has the same one in every process.</summary>
    public static string Fingerprint(string intent) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(intent.Trim())).AsSpan(0, 8));

    private static WorkloadPlan Known(WorkloadSnapshot snapshot, Asks asks, IReadOnlyList<PipelineStep> accepted, Func<string, StepResult> results)
    {
        var (agent, _) = PlannerOf(snapshot, asks, results);
        return Accepted(snapshot, Made(snapshot, asks, agent, results), accepted, null, results) with { Intent = asks.Intent };
    }

    private static WorkloadPlan Asked(WorkloadSnapshot snapshot, Asks asks, Func<string, StepResult> results)
    {
        var workload = snapshot.Workload;
        var (agent, fault) = PlannerOf(snapshot, asks, results);
        if (fault is not null)
        {
            return WorkloadPlan.Failed(fault) with { Steps = Made(snapshot, asks, agent, results), Intent = asks.Intent };
        }

        var limits = LimitsOf(snapshot);
        if (limits.MaxSteps < 1)
        {
            return WorkloadPlan.Failed(new(
                Reasons.InvalidPlan,
                string.Create(CultureInfo.InvariantCulture, $"spec.maxTasks, or spec.budget.tasks, leaves no room for the plan of an intent: it is asked for {MaxAsks} times at most, and needs a step. Allow {MaxAsks + 1} tasks or more."),
                IsFinal: true)) with
            { Steps = Made(snapshot, asks, agent, results), Intent = asks.Intent };
        }

        var asked = ImmutableArray.CreateBuilder<Step>();
        var errors = ImmutableArray<string>.Empty;
        for (var (ask, given) = (0, 0); given < MaxAsks; ask++)
        {
            var step = Ask(workload.Spec, asks, agent ?? "", (ask, given), PlannerPrompt.Of(workload.Spec, limits, errors));
            var result = results(step.Name);
            asked.Add(Marked(step, result));
            if (result.IsForChangedIntent)
            {
                continue;
            }

            given++;
            if (!result.IsOnTarget)
            {
                return new() { Steps = Superseded(asked.ToImmutable()), Intent = asks.Intent };
            }

            var (steps, wrong) = ProposedPlan.Read(result.Extra, limits);
            if (wrong.IsEmpty)
            {
                return Accepted(snapshot, Superseded(asked.ToImmutable()), steps, result.Extra, results) with { Intent = asks.Intent };
            }

            errors = wrong;
        }

        return WorkloadPlan.Failed(new(
            Reasons.InvalidPlan,
            string.Create(CultureInfo.InvariantCulture, $"The planner was asked {MaxAsks} times, and its last plan can't be done: {string.Join("; ", errors)}. Say it in other words in spec.intent, or say the steps in spec.pipeline."),
            IsFinal: true)) with
        { Steps = Superseded(asked.ToImmutable()), Intent = asks.Intent };
    }

    // Tasks keep their names, so an intent that came later is asked for under another one; what the first were asked for stands on their tasks, or in the status.
    private static string FirstAskFor(string intent, string? planned, Func<string, StepResult> results)
    {
        var own = $"{FirstAsk}-{intent[..Math.Min(MarkLength, intent.Length)]}";
        var first = MadeAsks(new(intent, FirstAsk), results).Select(a => a.Result).ToArray();
        return first.Length == 0 ? FirstAsk
            : first.Select(r => r.Intent).FirstOrDefault(i => i is not null) is { } origin ? (origin == intent ? FirstAsk : own)
            : results(own).State != StepState.Planned || first[^1].IsForChangedIntent ? own
            : planned is null || planned == intent ? FirstAsk
            : own;
    }

    // The first ask that counts says who plans. For an intent that was changed back it is whoever plans by then, and who began where nobody can be told.
    private static (string? Agent, PlanFault? Fault) PlannerOf(WorkloadSnapshot snapshot, Asks asks, Func<string, StepResult> results)
    {
        var made = MadeAsks(asks, results).Select(a => a.Result).ToArray();
        if (made.FirstOrDefault(r => !r.IsForChangedIntent) is { } counts)
        {
            return (counts.Agent, null);
        }

        var now = PlannerOf(snapshot);
        return now.Fault is not null && made.FirstOrDefault()?.Agent is { } began && snapshot.Agents.ContainsKey(began) ? (began, null) : now;
    }

    // One that counts for nothing gives its place to the next, so there may be more than are asked for.
    private static IEnumerable<(int Ask, int Given, StepResult Result)> MadeAsks(Asks asks, Func<string, StepResult> results)
    {
        for (var (ask, given) = (0, 0); given < MaxAsks; ask++)
        {
            var result = results(asks.Name(ask));
            if (result.State != StepState.Planned)
            {
                yield return (ask, given, result);
            }

            given += result.IsForChangedIntent ? 0 : 1;
        }
    }

    private static ImmutableArray<Step> Made(WorkloadSnapshot snapshot, Asks asks, string? agent, Func<string, StepResult> results) =>
        Superseded([.. MadeAsks(asks, results).Select(a => Marked(Ask(snapshot.Workload.Spec, asks, agent ?? "", (a.Ask, a.Given), ""), a.Result))]);

    private static Step Marked(Step ask, StepResult result) => result.IsForChangedIntent ? ask with { IsSuperseded = true, Why = Changed } : ask;

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
            snapshot,
            [.. allowed.Select(s => s with { Rank = lengths[s.Name], Why = reasons.GetValueOrDefault(s.Name, "the planner gave no reason") })],
            asks.Count(s => !results(s.Name).IsForChangedIntent),
            results);
        return plan with
        {
            Steps = [.. asks, .. plan.Steps],
            Suppressed = suppressed,
            Accepted = pipeline,
            IsUnrecorded = extra is not null,
        };
    }

    // Given is how many before it count.
    private static Step Ask(WorkloadSpec spec, Asks asks, string agent, (int Ask, int Given) number, string prompt) =>
        new(asks.Name(number.Ask), TaskKind.Freeform, agent, new() { Prompt = ReferenceText.Escape(prompt) })
        {
            ModelRef = agent.Length == 0 ? spec.PlannerModel : null,
            IsPlanning = true,
            Intent = asks.Intent,
            Why = number.Given == 0 ? "spec.intent: a plan is asked for" : "the last plan can't be done: it is asked for again",
        };

    /// <summary>True for the name of a step that asks for a plan.</summary>
    public static bool IsAsk(string step) => AnyAsk().IsMatch(step);

    private static ImmutableArray<Step> Superseded(ImmutableArray<Step> asks) =>
        [.. asks.Select((s, index) => s with { IsSuperseded = s.IsSuperseded || index < asks.Length - 1 })];

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

    [GeneratedRegex("^plan(-[0-9a-f]{8})?(-r[1-9][0-9]*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex AnyAsk();

    // A word with a slash may be anything; an address is a repository.
    [GeneratedRegex("(?<![A-Za-z0-9._/-])https://[A-Za-z0-9.:-]+(?:/[A-Za-z0-9._-]+){2,12}", RegexOptions.CultureInvariant)]
    private static partial Regex NamedRepository();

    /// <summary>The steps that ask for the plan of one intent.</summary>
    /// <param name="Intent">Fingerprint of the intent.</param>
    /// <param name="First">Name of the first one.</param>
    private readonly record struct Asks(string Intent, string First)
    {
        /// <summary>Name of one of them.</summary>
        /// <param name="ask">Which, from 0.</param>
        public string Name(int ask) => ask == 0 ? First : string.Create(CultureInfo.InvariantCulture, $"{First}-r{ask}");
    }
}
