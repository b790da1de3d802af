using System.Text.Json.Nodes;
using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>Which ends ask a question of judgement: one that their writer says only a person can answer. Pure.</summary>
internal static class Asked
{
    /// <summary>Most characters of a question.</summary>
    public const int MaxText = 2000;

    /// <summary>The question of a task's end; null for none.</summary>
    public static string? By(AgenticTask task)
    {
        // The model itself must have ended the run so: what checks or limits ended is no question of judgement.
        var (status, extra) = (task.Status, task.Status.Result?["extra"] as JsonObject);
        var modelExtra = extra?["modelExtra"] as JsonObject;
        return task.IsTerminal() && !task.HadNothingToDo() && RetryRule.Writes(task.Spec.Kind)
            && (status.FailureReason is null || status.FailureReason == FailureReason.ModelReportedError)
            && (status.Verdict == Verdict.NoGo || status.Verdict == Verdict.Incomplete)
            && !StepResult.IsGateFailure(extra)
            && (StepResult.Text(extra?["question"]) ?? StepResult.Text(modelExtra?["question"])) is { } text
            && !string.IsNullOrWhiteSpace(text)
            ? Texts.Cut(text.Trim(), MaxText)
            : null;
    }

    /// <summary>The question of an end whose task is not there any more; null for none.</summary>
    /// <param name="recorded">What the Workload recorded of it.</param>
    /// <param name="questions">The questions that it recorded.</param>
    public static string? By(WorkloadStep recorded, IReadOnlyList<WorkloadQuestion>? questions) =>
        RetryRule.Writes(recorded.Kind) && (recorded.State == StepState.Incomplete || recorded.State == StepState.Failed)
            ? questions?.FirstOrDefault(q => q.Step == recorded.Name)?.Question
            : null;
}
