using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using static Foreman.Workloads.Texts;

namespace Foreman.Workloads;

/// <summary>Whether the steps of a Workflow can be done as they are given; all that is wrong is told at once. Pure.</summary>
internal static class WorkflowPlan
{
    private const int MaxFaults = 10;

    /// <summary>Why they can't be; null when they can.</summary>
    public static PlanFault? Fault(Workflow workflow) => Faults(workflow, workflow.Spec.Steps).Take(MaxFaults + 1).ToArray() is not { Length: > 0 } faults
        ? null
        : new(
            Reasons.InvalidPlan,
            $"spec.steps: {string.Join(". ", faults.Take(MaxFaults))}.{(faults.Length > MaxFaults ? " There is more." : "")}",
            IsFinal: true);

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
                yield return $"step \"{steps[number].Name}\", {fault}";
            }
        }
    }

    private static IEnumerable<string> OfStep(IReadOnlyList<WorkflowStep> steps, int number)
    {
        var payload = steps[number].Payload;
        foreach (var name in (payload.Inputs ?? []).Select(i => i.FromTask?.Name).OfType<string>().Where(n => NumberOf(steps, n) >= number))
        {
            yield return $"payload.inputs: it takes a file from step \"{name}\", which does not come before it";
        }

        var texts = PayloadTexts.Of(payload).Select(t => (Field: $"payload.{t.Field}", t.Text)).Concat(ContainerTexts.Of(steps[number].Container));
        foreach (var (field, text) in texts.Where(t => !ReferenceText.IsPlain(t.Text)))
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
