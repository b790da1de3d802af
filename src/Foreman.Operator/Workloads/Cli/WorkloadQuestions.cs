using Foreman.Api;
using Foreman.Operator.Live;
using Foreman.Primitives;

namespace Foreman.Operator.Workloads.Cli;

/// <summary>Questions of a Workload to people, as they are shown. Pure.</summary>
internal static class WorkloadQuestions
{
    /// <summary>True when the operator has not looked at the newest answer yet. Once it has, a question that is still open could not be answered by it.</summary>
    public static bool IsBeingTaken(Workload workload) => workload.Spec.Decision is not null && (workload.Status?.ObservedGeneration ?? 0) < (workload.Metadata.Generation ?? 0);

    /// <summary>The questions that nobody has answered: an answer that the operator has not looked at yet counts.</summary>
    public static IReadOnlyList<WorkloadQuestion> Open(Workload workload) =>
        [.. (workload.Status?.Questions ?? []).Where(q => q.Answer is null && !(IsBeingTaken(workload) && workload.Spec.Decision is { } given && given.Step == q.Step && !string.IsNullOrWhiteSpace(given.Answer)))];

    /// <summary>True when no step runs or will run before one of the open questions is answered.</summary>
    public static bool AreAllThatIsLeft(Workload workload)
    {
        var status = workload.Status;
        if (status?.Phase != WorkloadPhase.Dispatched || workload.Spec.Suspend == true || (status.ObservedGeneration ?? 0) < (workload.Metadata.Generation ?? 0)
            || (status.FollowUps ?? []).Any(f => f.State == FollowUpState.Waiting || f.State == FollowUpState.Revising))
        {
            return false;
        }

        var held = Open(workload).Select(q => q.Step).ToHashSet(StringComparer.Ordinal);
        var behind = (status.Plan ?? []).Where(s => s.State == StepState.Planned || StepText.HasEnded(s)).ToList();
        while (behind.RemoveAll(s => s.DependsOn?.Any(held.Contains) == true && held.Add(s.Name)) > 0)
        {
            // What waits for a step that waits for an answer waits for it too, over steps that have ended as well.
        }

        return (status.Plan ?? []).All(s => StepText.HasEnded(s) || held.Contains(s.Name));
    }

    /// <summary>The open questions whole, each with the command that answers it.</summary>
    public static IEnumerable<EndLine> Lines(WorkloadState state, WorkloadHints hints)
    {
        var open = state.OpenQuestions;
        foreach (var question in open)
        {
            yield return new EndLine($"Step {question.Step} asks:", LineLook.Part);
            foreach (var line in Text(question.Question))
            {
                yield return new EndLine($"  {line}");
            }

            yield return new EndLine("Answer it, or give the step up, with:");
            yield return new EndLine($"  {hints.Decide(state.Name, "ANSWER", open.Count > 1 ? question.Step : null)}");
            yield return new EndLine($"  {hints.Decide(state.Name, "abandon", open.Count > 1 ? question.Step : null)}");
        }
    }

    // What a model wrote may hold what steers a terminal.
    private static IEnumerable<string> Text(string text) => Printable.Text(text).ReplaceLineEndings("\n").Split('\n').Select(l => l.TrimEnd());
}
