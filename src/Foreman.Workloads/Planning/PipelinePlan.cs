using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;
using static Foreman.Workloads.Texts;

namespace Foreman.Workloads;

/// <summary>The steps of <c>spec.pipeline</c>, checked whole: all that is wrong is told at once. Pure.</summary>
internal static class PipelinePlan
{
    /// <summary>Most steps of a pipeline.</summary>
    public const int MaxSteps = 1000;

    private const int MaxFaults = 10;

    /// <summary>The steps in their order, or why they can't be.</summary>
    public static (ImmutableArray<Step> Steps, PlanFault? Fault) Of(Workload workload)
    {
        var given = workload.Spec.Pipeline ?? [];
        if (given.Count > MaxSteps)
        {
            return ([], Invalid([Text($"it has {given.Count} steps, and {MaxSteps} is the most; make several Workloads of it")]));
        }

        var names = given.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        var steps = given.Select(s => StepOf(workload, s, names)).ToImmutableArray();
        var faults = Faults(workload.Name(), given, steps, names).Concat(FollowUpNames.Taken(workload.Spec, names)).Take(MaxFaults + 1).ToArray();
        return faults.Length > 0 ? ([], Invalid(faults)) : (WithNames(steps), null);
    }

    // Steps that are left out later, and edits of the list, would change what a number means.
    private static ImmutableArray<Step> WithNames(ImmutableArray<Step> steps)
    {
        if (steps.All(s => PayloadTexts.ArePlain(s.Payload)))
        {
            return steps;
        }

        var graph = new StepGraph(steps);
        return
        [
            .. steps.Select(s => PayloadTexts.ArePlain(s.Payload)
                ? s
                : s with { Payload = PayloadTexts.Map(s.Payload, (_, text) => ReferenceText.Rename(text, r => graph.Resolve(r) ?? r)) }),
        ];
    }

    private static Step StepOf(Workload workload, PipelineStep given, HashSet<string> names) =>
        new(given.Name, given.Kind, given.AgentName() ?? "", WithTaskNames(workload.Name(), given.Payload, names))
        {
            DependsOn = Before(workload.Name(), given.DependsOn, names),
            When = given.When is { Count: > 0 } when ? [.. when] : null,
            TimeoutSeconds = given.TimeoutSeconds,
            Priority = given.Priority,
            GateProfile = given.GateProfile ?? workload.Spec.GateProfile,
            ScanGate = given.ScanGate ?? workload.Spec.ScanGate,
            RetryPolicy = given.RetryPolicy ?? workload.Spec.RetryPolicy,
            Issue = given.Payload.Issue,
            Why = "spec.pipeline",
        };

    private static ImmutableArray<string> Before(string workload, IReadOnlyList<string>? given, HashSet<string> names)
    {
        if (given is not { Count: > 0 })
        {
            return [];
        }

        ImmutableArray<string> before = [.. given.Select(d => StepNames.Find(workload, d, names) ?? d)];
        return before is [_] || (before is [var one, var two] && one != two) ? before : [.. before.Distinct(StringComparer.Ordinal)];
    }

    // A step knows the files of another one by that one's name, and a task by its task's.
    private static TaskPayload WithTaskNames(string workload, TaskPayload payload, HashSet<string> names) => payload.Inputs is not { Count: > 0 } inputs
        ? payload
        : payload with
        {
            Inputs =
            [
                .. inputs.Select(i => i.FromTask is { } source && StepNames.Find(workload, source.Name, names) is { } step
                    ? i with { FromTask = source with { Name = StepNames.Task(workload, step) } }
                    : i),
            ],
        };

    private static IEnumerable<string> Faults(string workload, IReadOnlyList<PipelineStep> given, ImmutableArray<Step> steps, HashSet<string> names)
    {
        if (names.Count < given.Count)
        {
            var twice = given.GroupBy(s => s.Name, StringComparer.Ordinal).First(g => g.Count() > 1);
            yield return $"two steps are called \"{twice.Key}\"; give each a name of its own";
            yield break;
        }

        // Only a name that begins with the Workload's can be another step's task.
        if (names.Any(n => n.StartsWith(workload, StringComparison.Ordinal))
            && given.GroupBy(s => StepNames.Task(workload, s.Name), StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } same)
        {
            yield return $"steps \"{string.Join("\" and \"", same.Select(s => s.Name))}\" would have the same task, \"{same.Key}\"; call one otherwise";
            yield break;
        }

        var graph = new StepGraph(steps);
        if (graph.Cycle() is { } cycle)
        {
            yield return $"dependsOn goes in a circle ({string.Join(" → ", cycle)}): none of these steps can be first";
            yield break;
        }

        foreach (var fault in Named(steps, names).Concat(steps.SelectMany(s => OfStep(s, graph, names))))
        {
            yield return fault;
        }
    }

    private static IEnumerable<string> Named(ImmutableArray<Step> steps, HashSet<string> names)
    {
        var areRetried = steps.Any(s => s.RetryPolicy is { Limit: not 0 });
        var most = areRetried ? StepNames.MaxLengthRetried : StepNames.MaxLength;
        foreach (var step in steps.Where(s => s.Name.Length == 0 || s.Name.Length > most))
        {
            yield return Text($"the name of step \"{step.Name}\" has {step.Name.Length} characters; use 1 to {most}{(areRetried ? ", since a retry adds to it" : "")}");
        }

        if (!areRetried)
        {
            yield break;
        }

        foreach (var (name, step) in steps.Select(s => (s.Name, StepNames.RetryOf(s.Name)?.Step)).Where(s => s.Step is not null && names.Contains(s.Step)))
        {
            yield return $"step \"{name}\" has the name that a retry of step \"{step}\" gets; call it otherwise";
        }
    }

    private static IEnumerable<string> OfStep(Step step, StepGraph graph, HashSet<string> names)
    {
        if (step.Name.EndsWith('-'))
        {
            yield return $"the name of step \"{step.Name}\" ends with a hyphen, which names of tasks must not; use a letter or a number";
        }

        if (step.Agent.Length == 0)
        {
            yield return $"step \"{step.Name}\" names no Agent; set its agentRef.name or payload.agent";
        }

        foreach (var unknown in step.DependsOn.Where(d => !names.Contains(d)))
        {
            yield return $"step \"{step.Name}\" depends on \"{unknown}\", which is no step; the steps are {Some(names)}";
        }

        if (step.When is not null && step.DependsOn.IsEmpty)
        {
            yield return $"step \"{step.Name}\" has when and depends on no step; name in dependsOn those whose verdict is meant";
        }

        if (PayloadTexts.ArePlain(step.Payload))
        {
            yield break;
        }

        var before = graph.Ancestors(step.Name);
        foreach (var (field, text) in PayloadTexts.Of(step.Payload).Where(t => !ReferenceText.IsPlain(t.Text)))
        {
            foreach (var fault in InText(step, $"payload.{field}", text, before, graph))
            {
                yield return fault;
            }
        }
    }

    private static IEnumerable<string> InText(Step step, string field, string text, IReadOnlySet<string> before, StepGraph graph)
    {
        IReadOnlyList<TextPiece> pieces;
        string? broken = null;
        try
        {
            pieces = ReferenceText.Parse(text);
        }
        catch (ReferenceException e)
        {
            (pieces, broken) = ([], e.Message);
        }

        if (broken is not null)
        {
            yield return $"step \"{step.Name}\", {field}: {broken}";
        }

        foreach (var reference in pieces.Select(p => p.Reference).OfType<StepReference>())
        {
            var target = graph.Resolve(reference.Step);
            if (target is null || !before.Contains(target))
            {
                yield return $"step \"{step.Name}\", {field}: {reference} is about a step that this one does not follow; add it to dependsOn";
            }
        }
    }

    private static PlanFault Invalid(string[] faults) => new(
        Reasons.InvalidPlan,
        $"spec.pipeline: {string.Join(". ", faults.Take(MaxFaults))}.{(faults.Length > MaxFaults ? " There is more." : "")}",
        IsFinal: true);

    private static string Some(IEnumerable<string> names)
    {
        var all = names.ToArray();
        return string.Join(", ", all.Take(20)) + (all.Length > 20 ? ", …" : "");
    }
}
