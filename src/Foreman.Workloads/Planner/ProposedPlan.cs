using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Foreman.Api;
using static Foreman.Workloads.Texts;

namespace Foreman.Workloads;

/// <summary>What a planner may propose.</summary>
/// <param name="Agents">The Agents of the namespace, by name.</param>
/// <param name="Repositories">The repositories that steps may name.</param>
/// <param name="MaxSteps">Most steps.</param>
internal sealed record PlanLimits(IReadOnlyDictionary<string, Agent> Agents, ImmutableArray<string> Repositories, int MaxSteps)
{
    /// <summary>Name of the Workload.</summary>
    public string Workload { get; init; } = "plan";

    /// <summary>The policy of the steps, which leaves less room for their names; null for none.</summary>
    public RetryPolicy? RetryPolicy { get; init; }
}

/// <summary>
/// Reads a plan that a model wrote, which was given <see cref="PlanSchema"/>: all that is wrong is told at once, so that the model can mend it. Pure.
/// </summary>
internal static partial class ProposedPlan
{
    private const int MaxErrors = 12;
    private const int MaxWhy = 300;
    private const int MaxFault = 2000;
    private const int MaxReadSteps = 1000;

    /// <summary>The steps and why each is there, or what is wrong.</summary>
    /// <param name="extra">The result's <c>extra</c> of the run that planned.</param>
    /// <param name="limits">What it may propose.</param>
    public static (ImmutableArray<PipelineStep> Steps, ImmutableArray<string> Errors) Read(JsonObject? extra, PlanLimits limits)
    {
        try
        {
            return ReadChecked(extra, limits);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // Fields are read when they are asked for: one that is there twice, or a text that is none, is found only then.
            return ([], ["extra.plan is no sound JSON: a field is there twice, or a text is no text"]);
        }
    }

    private static (ImmutableArray<PipelineStep> Steps, ImmutableArray<string> Errors) ReadChecked(JsonObject? extra, PlanLimits limits)
    {
        var given = Steps(extra);
        if (given is null)
        {
            return ([], ["extra.plan.steps is no list of steps; submit {\"plan\":{\"steps\":[…]}} in extra"]);
        }

        if (given.Count == 0 || given.Count > limits.MaxSteps || given.Count > MaxReadSteps)
        {
            return ([], [Text($"the plan has {given.Count} steps; make it 1 to {limits.MaxSteps}")]);
        }

        var errors = new List<string>();
        var steps = given.Index().Select(s => Step(s.Index, s.Item, limits, errors)).OfType<PipelineStep>().ToImmutableArray();
        if (errors.Count == 0)
        {
            // Duplicate names are refused only below, with all other faults of the graph.
            var graph = new StepGraph(steps.DistinctBy(s => s.Name, StringComparer.Ordinal).Select(s => new Step(s.Name, s.Kind, "", s.Payload) { DependsOn = [.. s.DependsOn ?? []] }));
            steps = [.. steps.Select(s => WithBranch(s, steps, graph))];
            var checkedPlan = PipelinePlan.Of(new Workload { Metadata = new() { Name = limits.Workload }, Spec = new() { Pipeline = steps, RetryPolicy = limits.RetryPolicy } });
            if (checkedPlan.Fault is { } fault)
            {
                errors.Add(Cut(Plain(fault.Message.Replace("spec.pipeline: ", "", StringComparison.Ordinal)), MaxFault));
            }
        }

        return errors.Count == 0 ? (steps, []) : ([], [.. errors.Take(MaxErrors), .. errors.Count > MaxErrors ? [Text($"and {errors.Count - MaxErrors} more")] : Array.Empty<string>()]);
    }

    /// <summary>The reasons that the model gave, by step; the plan must have been read before.</summary>
    public static IReadOnlyDictionary<string, string> Reasons(JsonObject? extra)
    {
        try
        {
            return (Steps(extra) ?? []).OfType<JsonObject>()
                .Select(s => (Name: StepResult.Text(s["name"]), Why: StepResult.Text(s["why"])))
                .Where(s => s is { Name: not null, Why.Length: > 0 })
                .GroupBy(s => s.Name!, StringComparer.Ordinal)
                .ToDictionary(s => s.Key, s => Cut(Plain(s.First().Why!), MaxWhy), StringComparer.Ordinal);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // Nothing depends on the reasons.
            return new Dictionary<string, string>();
        }
    }

    // Small models put the plan where they think it belongs, or write it as text.
    private static JsonArray? Steps(JsonObject? extra)
    {
        var said = extra?["modelExtra"] as JsonObject ?? extra;
        return Parsed(said?["plan"]) switch
        {
            JsonArray list => list,
            JsonObject plan => Parsed(plan["steps"]) as JsonArray,
            _ => Parsed(said?["steps"]) as JsonArray,
        };
    }

    private static JsonNode? Parsed(JsonNode? node)
    {
        if (StepResult.Text(node) is not { } text)
        {
            return node;
        }

        try
        {
            return JsonNode.Parse(text, documentOptions: new() { MaxDepth = 16 });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static PipelineStep? Step(int index, JsonNode? node, PlanLimits limits, List<string> errors)
    {
        if (node is not JsonObject step)
        {
            errors.Add(Text($"steps[{index}] is no object"));
            return null;
        }

        var name = StepResult.Text(step["name"]) ?? "";
        var isNamed = name.Length <= PlanSchema.MaxName && StepName().IsMatch(name);
        var at = isNamed ? $"step {name}" : Text($"steps[{index}]");
        var before = errors.Count;
        if (!isNamed)
        {
            errors.Add(Text($"{at}: name is 1 to {PlanSchema.MaxName} small letters, digits and dashes, begins with a letter and does not end with a dash"));
        }

        if (PlannedIntent.IsAsk(name))
        {
            errors.Add($"{at}: this name is the planning's own; choose another");
        }

        foreach (var (field, _) in step.Where(f => !PlanSchema.StepFields.Contains(f.Key)).Take(3))
        {
            errors.Add($"{at}: there is no field \"{Cut(Plain(field), 40)}\"; the fields are {string.Join(", ", PlanSchema.StepFields)}");
        }

        var kind = Kind(step, at, errors);
        var agent = Agent(step, at, kind, limits, errors);
        var payload = Payload(step, at, kind, limits, errors);
        var dependsOn = Names(step["dependsOn"], at, "dependsOn", errors);
        var when = Names(step["when"], at, "when", errors);
        foreach (var word in when.Where(w => !Verdict.Known.Contains(new(w))).Take(3))
        {
            errors.Add($"{at}: when has \"{Cut(Plain(word), 40)}\", which is none of {string.Join(", ", Verdict.Known)}");
        }

        return errors.Count > before ? null : new PipelineStep
        {
            Name = name,
            Kind = kind,
            AgentRef = new() { Name = agent },
            Payload = payload,
            DependsOn = dependsOn.IsEmpty ? null : dependsOn,
            When = when.IsEmpty ? null : [.. when.Select(w => new Verdict(w))],
        };
    }

    private static TaskKind Kind(JsonObject step, string at, List<string> errors)
    {
        var kind = new TaskKind(StepResult.Text(step["kind"]) ?? "");
        if (!PlanSchema.Kinds.Contains(kind))
        {
            errors.Add($"{at}: kind \"{Cut(Plain(kind.Value), 40)}\" is none of {string.Join(", ", PlanSchema.Kinds)}");
        }

        return kind;
    }

    private static string Agent(JsonObject step, string at, TaskKind kind, PlanLimits limits, List<string> errors)
    {
        var name = StepResult.Text(step["agent"]) ?? "";
        if (!limits.Agents.TryGetValue(name, out var agent))
        {
            errors.Add($"{at}: there is no Agent \"{Cut(Plain(name), 63)}\"; the Agents are {string.Join(", ", limits.Agents.Keys.Order(StringComparer.Ordinal).Take(20))}");
        }
        else if (!AgentFit.Does(agent, kind))
        {
            errors.Add($"{at}: Agent {name} (role {agent.Spec.Role}) does no steps of kind {kind}");
        }

        return name;
    }

    private static TaskPayload Payload(JsonObject step, string at, TaskKind kind, PlanLimits limits, List<string> errors)
    {
        var prompt = StepResult.Text(step["prompt"]);
        var repo = StepResult.Text(step["repo"]);
        var branch = StepResult.Text(step["branch"]);
        var issue = step["issue"] is JsonValue value && value.TryGetValue<int>(out var number) ? number : (int?)null;
        if (prompt is { Length: > PlanSchema.MaxPrompt })
        {
            errors.Add(Text($"{at}: prompt has {prompt.Length} characters, and {PlanSchema.MaxPrompt} is the most"));
        }

        if (kind == TaskKind.Freeform && string.IsNullOrWhiteSpace(prompt))
        {
            errors.Add($"{at}: prompt is empty, and a step of kind freeform is its prompt");
        }

        if (kind != TaskKind.Freeform && string.IsNullOrEmpty(repo) && limits.Repositories is not [_])
        {
            errors.Add($"{at}: repo is empty, and a step of kind {kind} works on a repository");
        }

        repo = string.IsNullOrEmpty(repo) && kind != TaskKind.Freeform ? limits.Repositories.FirstOrDefault() : repo;
        if (!string.IsNullOrEmpty(repo) && !limits.Repositories.Contains(repo, StringComparer.Ordinal))
        {
            errors.Add($"{at}: repo \"{Cut(Plain(repo), 80)}\" is not named by the Workload{(limits.Repositories.IsEmpty ? "" : $"; it names {string.Join(", ", limits.Repositories)}")}");
        }

        if (kind == TaskKind.IssueFix && string.IsNullOrWhiteSpace(prompt) && issue is not > 0)
        {
            errors.Add($"{at}: a step of kind issue-fix needs a prompt, or the number of an issue");
        }

        if (branch is { Length: > 0 } && ReferenceText.IsPlain(branch) && !BranchName().IsMatch(branch))
        {
            errors.Add($"{at}: branch \"{Cut(Plain(branch!), 80)}\" is no name of a branch");
        }

        return new()
        {
            // Models write one for every step, and a verify has nobody who reads it.
            Prompt = kind == TaskKind.Verify ? null : prompt,
            Repo = string.IsNullOrEmpty(repo) ? null : repo,
            Issue = issue is > 0 ? issue : null,
            Branch = string.IsNullOrEmpty(branch) ? null : branch,
            OpenPullRequest = step["openPullRequest"] is JsonValue flag && flag.TryGetValue<bool>(out var opens) && opens && MayOpen(kind, repo) ? true : null,
        };
    }

    // Where there is nothing to open, nothing is lost without it.
    private static bool MayOpen(TaskKind kind, string? repo) => kind != TaskKind.Verify && !string.IsNullOrEmpty(repo) && !TaskRepository.IsFolder(repo);

    // What checks or judges a branch means the one of the coder before it, where there is just one.
    private static PipelineStep WithBranch(PipelineStep step, ImmutableArray<PipelineStep> all, StepGraph graph)
    {
        if (step.Payload.Branch is not null || (step.Kind != TaskKind.Verify && step.Kind != TaskKind.Review))
        {
            return step;
        }

        var before = graph.Ancestors(step.Name);
        var coders = all.Where(s => before.Contains(s.Name) && (s.Kind == TaskKind.IssueFix || (s.Kind == TaskKind.Freeform && s.Payload.Repo is not null))).ToArray();
        return coders is [var coder] ? step with { Payload = step.Payload with { Branch = $"${{steps.{coder.Name}.branch}}" } } : step;
    }

    private static ImmutableArray<string> Names(JsonNode? node, string at, string field, List<string> errors)
    {
        if (node is null)
        {
            return [];
        }

        if (node is not JsonArray list || list.Count > PlanSchema.MaxWords || list.Any(n => StepResult.Text(n) is null))
        {
            errors.Add(Text($"{at}: {field} is no list of at most {PlanSchema.MaxWords} words"));
            return [];
        }

        return [.. list.Select(n => StepResult.Text(n)!).Distinct(StringComparer.Ordinal)];
    }

    // The words come from a model and go to people and into the next prompt.
    private static string Plain(string text) => new([.. text.Select(c => char.IsControl(c) ? ' ' : c)]);

    [GeneratedRegex(@"^[a-z](?:[a-z0-9-]*[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex StepName();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}\z", RegexOptions.CultureInvariant)]
    private static partial Regex BranchName();
}

/// <summary>Which kinds of step an Agent is for. Pure.</summary>
internal static class AgentFit
{
    /// <summary>True when an Agent does steps of a kind.</summary>
    public static bool Does(Agent agent, TaskKind kind) => DeterministicAgent.KindOf(agent.Spec) is { } only ? only == kind
        : kind == TaskKind.IssueFix ? agent.Spec.Role == AgentRole.Coder
        : kind == TaskKind.Verify ? agent.Spec.Role == AgentRole.Verifier
        : kind == TaskKind.Review ? agent.Spec.Role == AgentRole.Reviewer
        : agent.Spec.Role != AgentRole.Planner;
}
