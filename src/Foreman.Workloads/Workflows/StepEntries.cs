using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads;

/// <summary>What a Workflow's status says of its steps. Pure.</summary>
internal static class StepEntries
{
    private const int MaxText = 1024;

    /// <summary>One entry for each step of the spec, in its order.</summary>
    public static ImmutableArray<WorkflowStepStatus> Of(Workflow workflow)
    {
        var recorded = (workflow.Status?.Steps ?? []).DistinctBy(s => s.Name, StringComparer.Ordinal).ToDictionary(s => s.Name, StringComparer.Ordinal);
        return [.. workflow.Spec.Steps.Select(s => recorded.GetValueOrDefault(s.Name) ?? new() { Name = s.Name, Phase = WorkflowStepPhase.Pending })];
    }

    /// <summary>Number of the first step that has not ended; -1 when all have.</summary>
    public static int DueOf(ImmutableArray<WorkflowStepStatus> entries)
    {
        for (var number = 0; number < entries.Length; number++)
        {
            if (!entries[number].Phase.IsTerminal)
            {
                return number;
            }
        }

        return -1;
    }

    /// <summary>The entry of a step whose task is there and has not ended.</summary>
    /// <param name="entry">The entry before.</param>
    /// <param name="task">The task.</param>
    /// <param name="message">What else is to be told; null for what the task says.</param>
    public static WorkflowStepStatus UnderWay(WorkflowStepStatus entry, AgenticTask task, string? message) => entry with
    {
        Task = task.Name(),
        Phase = task.PhaseOrPending() == TaskPhase.Pending ? WorkflowStepPhase.Pending : WorkflowStepPhase.Running,
        StartedAt = task.Status.StartedAt,
        Message = Cut(message ?? StepResult.Of(task).Message),
    };

    /// <summary>The entry of a step whose task has ended; its outputs are not in it.</summary>
    /// <param name="entry">The entry before.</param>
    /// <param name="task">The task.</param>
    /// <param name="result">What stands in the task.</param>
    public static WorkflowStepStatus Ended(WorkflowStepStatus entry, AgenticTask task, StepResult result) => entry with
    {
        Task = task.Name(),
        Phase = result.IsOnTarget ? WorkflowStepPhase.Succeeded : WorkflowStepPhase.Failed,
        Verdict = result.Verdict,
        Summary = Cut(result.Summary),
        Branch = result.Branch,
        CommitSHA = result.CommitSHA,
        StartedAt = task.Status.StartedAt,
        FinishedAt = result.FinishedAt,
        Message = result.IsOnTarget ? null : Cut(result.Message) ?? result.Reason?.Value,
    };

    /// <summary>The entry of a step that failed without an end of its task.</summary>
    /// <param name="entry">The entry before.</param>
    /// <param name="message">Why, as a sentence.</param>
    public static WorkflowStepStatus Failed(WorkflowStepStatus entry, string message) =>
        entry with { Phase = WorkflowStepPhase.Failed, Message = Cut(message) };

    /// <summary>What the steps that succeeded gave, as references to them ask for it.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="outputs">Its outputs; null for none.</param>
    public static StepResult ResultOf(WorkflowStepStatus entry, IReadOnlyDictionary<string, string>? outputs) =>
        new(entry.Phase == WorkflowStepPhase.Succeeded ? StepState.Succeeded : StepState.Failed)
        {
            Task = entry.Task,
            Verdict = entry.Verdict,
            Summary = entry.Summary ?? "",
            Branch = entry.Branch,
            CommitSHA = entry.CommitSHA,
            Extra = outputs is null ? null : new JsonObject { ["outputs"] = StepOutputs.ToJson(outputs) },
        };

    /// <summary>A text of a status; null for an empty one.</summary>
    public static string? Cut(string? text) => string.IsNullOrEmpty(text) ? null : Texts.Cut(text, MaxText - 1);
}
