using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using static Foreman.Workloads.Texts;

namespace Foreman.Workloads;

/// <summary>Whether the steps of a Workflow can be done as they are given; all that is wrong is told at once. Pure.</summary>
internal static class WorkflowPlan
{
    private const int MaxFaults = 10;

    /// <summary>Fields of a step that this release can't act on.</summary>
    private static readonly (string Field, Func<WorkflowStep, bool> IsSet, string Why)[] Unsupported =
    [
        ("container", s => s.Container is not null, "containers run in Jobs, which this release does not make; leave it out, and say in payload.prompt what is to be done"),
        ("job", s => s.Job is not null, "this release makes no Jobs; leave it out"),
    ];

    /// <summary>Why they can't be; null when they can.</summary>
    public static PlanFault? Fault(Workflow workflow)
    {
        var steps = workflow.Spec.Steps;
        if (UnsupportedIn(steps).ToArray() is { Length: > 0 } unsupported)
        {
            return FaultOf(Reasons.Unsupported, unsupported);
        }

        return Faults(workflow, steps).Take(MaxFaults + 1).ToArray() is { Length: > 0 } faults ? FaultOf(Reasons.InvalidPlan, faults) : null;
    }

    private static PlanFault FaultOf(string reason, string[] faults) => new(
        reason,
        $"spec.steps: {string.Join(". ", faults.Take(MaxFaults))}.{(faults.Length > MaxFaults ? " There is more." : "")}",
        IsFinal: true);

    private static IEnumerable<string> UnsupportedIn(IReadOnlyList<WorkflowStep> steps) =>
        from step in steps
        from row in Unsupported
        where row.IsSet(step)
        select $"step \"{step.Name}\", {row.Field}: {row.Why}";

    private static IEnumerable<string> Faults(Workflow workflow, IReadOnlyList<WorkflowStep> steps)
    {
        if (steps.Count is 0 or > WorkflowSpec.MaxSteps)
        {
            yield return Text($"there are {steps.Count}; give 1 to {WorkflowSpec.MaxSteps}");
        }

        if (workflow.Name().Length > WorkflowStep.MaxName)
        {
            yield return Text($"metadata.name has {workflow.Name().Length} characters, and the labels of its tasks hold {WorkflowStep.MaxName}; call the Workflow otherwise");
        }

        foreach (var twice in steps.GroupBy(s => s.Name, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            yield return $"two steps are called \"{twice.Key}\"; give each a name of its own";
        }

        for (var number = 0; number < steps.Count; number++)
        {
            foreach (var fault in OfStep(steps, number))
            {
                yield return $"step \"{steps[number].Name}\", payload.{fault}";
            }
        }
    }

    private static IEnumerable<string> OfStep(IReadOnlyList<WorkflowStep> steps, int number)
    {
        var payload = steps[number].Payload;
        foreach (var name in (payload.Inputs ?? []).Select(i => i.FromTask?.Name).OfType<string>().Where(n => NumberOf(steps, n) >= number))
        {
            yield return $"inputs: it takes a file from step \"{name}\", which does not come before it";
        }

        foreach (var (field, text) in PayloadTexts.Of(payload).Where(t => !ReferenceText.IsPlain(t.Text)))
        {
            var (references, broken) = ReferencesIn(text);
            if (broken is not null)
            {
                yield return $"{field}: {broken}";
            }

            foreach (var reference in references.Where(r => NumberOf(steps, r.Step) is var target && (target < 0 || target >= number)))
            {
                yield return $"{field}: {reference} is about no step that comes before this one";
            }
        }
    }

    private static (IReadOnlyList<StepReference> References, string? Broken) ReferencesIn(string text)
    {
        try
        {
            return ([.. ReferenceText.Parse(text).Select(p => p.Reference).OfType<StepReference>()], null);
        }
        catch (ReferenceException e)
        {
            return ([], e.Message);
        }
    }

    // By its name, or by its number in the list; -1 for none.
    private static int NumberOf(IReadOnlyList<WorkflowStep> steps, string step)
    {
        for (var number = 0; number < steps.Count; number++)
        {
            if (steps[number].Name == step)
            {
                return number;
            }
        }

        return int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given < steps.Count ? given : -1;
    }
}
