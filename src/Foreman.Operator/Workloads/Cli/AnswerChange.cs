using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Live;
using Foreman.Primitives;

namespace Foreman.Operator.Workloads.Cli;

/// <summary>Answering a question of a Workload. Pure.</summary>
internal static class AnswerChange
{
    /// <summary>Most characters of an answer, as the API bounds it.</summary>
    public const int MaxAnswer = 16384;

    private const string Abandon = "abandon";

    /// <summary>The step whose question is answered, or why none can be.</summary>
    /// <param name="workload">The Workload.</param>
    /// <param name="named">The step that was named; null for the only one that asks.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="hints">What to go on with.</param>
    public static (string Step, string? Refusal) StepOf(Workload workload, string? named, string answer, WorkloadHints hints)
    {
        var (name, questions) = (workload.Name(), workload.Status?.Questions ?? []);
        if (WorkloadState.HasEnded(workload))
        {
            return ("", $"Workload {name} has ended already ({workload.Status!.Phase}): it asks nothing any more");
        }

        if (workload.Spec.Cancel == true)
        {
            return ("", $"Workload {name} was cancelled: it asks nothing any more");
        }

        // The spec has room for one answer, and one that is not taken yet would be lost.
        if (WorkloadQuestions.IsBeingTaken(workload) && workload.Spec.Decision is { } given && questions.Any(q => q.Step == given.Step && q.Answer is null))
        {
            return IsGiven(workload, named ?? given.Step, answer) ? (given.Step, null)
                : ("", $"the answer to step {given.Step} of Workload {name} was given and is not taken yet: try again in a moment, or look whether the operator runs");
        }

        var (step, refusal) = Chosen(name, questions, named, hints);
        return refusal is null && IsGiven(workload, step, answer)
            ? ("", $"step {step} of Workload {name} was given this answer before, and it can't be done: give another one, or {Abandon}")
            : (step, refusal);
    }

    /// <summary>True when the spec has this answer already.</summary>
    public static bool IsGiven(Workload workload, string step, string answer) =>
        workload.Spec.Decision is { } given && given.Step == step && given.Answer == answer;

    /// <summary>The patch; it fails when anything of the Workload has changed.</summary>
    public static V1Patch Patch(Workload workload, string step, string answer) => V1Patch.Json(
        JsonPatchOperation.Test("/metadata/uid", workload.Uid()),
        JsonPatchOperation.Test("/metadata/resourceVersion", workload.ResourceVersion()),
        JsonPatchOperation.Add("/spec/decision", new JsonObject { ["step"] = step, ["answer"] = answer }));

    /// <summary>What is said of an answer once it is stored.</summary>
    public static string Told(Workload workload, string step, string answer, WorkloadHints hints)
    {
        var (name, isAbandon) = (workload.Name(), string.Equals(answer, Abandon, StringComparison.OrdinalIgnoreCase));
        var told = (workload.Status?.FollowUps ?? []).Any(f => f.Step == step)
            ? isAbandon ? $"The pull request of step {step} is given up; the Workload will fail." : "The answer is stored; the next revision of the pull request is told it."
            : isAbandon ? $"Step {step} of Workload {name} is given up." : $"The answer is stored; step {step} of Workload {name} is done again by it.";
        return $"{told} Watch it with: {hints.Watch(name)}";
    }

    /// <summary>The open questions, or that there are none.</summary>
    public static IEnumerable<EndLine> Shown(WorkloadState state, WorkloadHints hints) =>
        state.OpenQuestions.Count > 0 ? WorkloadQuestions.Lines(state, hints) : [new EndLine($"Workload {state.Name} asks nothing now.")];

    private static (string Step, string? Refusal) Chosen(string name, IReadOnlyList<WorkloadQuestion> questions, string? named, WorkloadHints hints)
    {
        var open = questions.Where(q => q.Answer is null).ToArray();
        if (named is not null)
        {
            return open.Any(q => q.Step == named) ? (named, null)
                : questions.Any(q => q.Step == named) ? ("", $"step {Printable.Line(named)} of Workload {name} was answered already")
                : ("", $"step {Printable.Line(named)} of Workload {name} asks nothing{(open.Length > 0 ? $"; these do: {Names(open)}" : "")}");
        }

        return open switch
        {
            [] => ("", $"Workload {name} asks nothing now"),
            [var one] => (one.Step, null),
            _ => ("", $"Workload {name} asks several questions, of steps {Names(open)}: name one with --step, and read them with: {hints.Questions(name)}"),
        };
    }

    private static string Names(IEnumerable<WorkloadQuestion> questions) => string.Join(", ", questions.Select(q => q.Step));
}
