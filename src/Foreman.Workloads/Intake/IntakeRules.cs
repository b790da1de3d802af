using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads;

/// <summary>Whether a Workload can take issues in. Pure.</summary>
internal static class IntakeRules
{
    /// <summary>Issues that are worked on at the same time when the source does not say.</summary>
    public const int DefaultInProgress = 10;

    private const int MostProblems = 10;

    /// <summary>Why it can't; null when it can.</summary>
    public static PlanFault? Fault(Workload workload)
    {
        var problems = Problems(workload).Take(MostProblems).ToArray();
        return problems.Length == 0 ? null : new(Reasons.InvalidPlan, string.Join(" ", problems), IsFinal: true);
    }

    private static IEnumerable<string> Problems(Workload workload)
    {
        var (spec, source) = (workload.Spec, workload.Spec.Source!);
        if (spec.Pipeline is { Count: > 0 } || spec.Issues is { Count: > 0 })
        {
            yield return $"spec.source takes issues in by itself: leave {(spec.Pipeline is { Count: > 0 } ? "spec.pipeline" : "spec.issues")} out, or make a Workload of its own for that.";
        }

        if (string.IsNullOrWhiteSpace(spec.Repo))
        {
            yield return "spec.source needs spec.repo; name the repository of the issues.";
        }

        if (string.IsNullOrWhiteSpace(source.Label))
        {
            yield return "spec.source.label is empty; name the label of the issues.";
        }

        if (IntakeChild.CoderOf(spec, null) is null && source.Lanes is not { Count: > 0 })
        {
            yield return "spec.source needs spec.coderAgentRef, or lanes that name one each; name the Agent that writes.";
        }
        else if (IntakeChild.CoderOf(spec, null) is null && source.Lanes!.FirstOrDefault(l => IntakeChild.CoderOf(spec, l) is null) is { } bare)
        {
            yield return $"Lane \"{Texts.Cut(bare.Label, 50)}\" has no coderAgentRef, and spec.coderAgentRef is not given; name the Agent that writes.";
        }

        if (workload.Name().Length > StepNames.MaxLength - IntakeChild.MaxDigits - 1)
        {
            yield return $"metadata.name: the Workload of an issue has the number behind this name, and that is a label of its tasks, so it has at most {StepNames.MaxLength - IntakeChild.MaxDigits - 1} characters.";
        }

        if (workload.Status?.Tasks is { Count: > 0 })
        {
            yield return "This Workload has made tasks of its own; create another one with spec.source.";
        }
    }
}
