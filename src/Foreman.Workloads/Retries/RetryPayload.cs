using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>What a step is given to do again. Pure.</summary>
internal static class RetryPayload
{
    // About what a model reads of the checks of one change; the rest of its window is for the work.
    private const int MaxLearnt = 24_000;

    /// <summary>True when a task left work behind that another one can go on from.</summary>
    public static bool HasWork(StepResult result) => WorkOf(result) is not null;

    /// <summary>The payload of a step that begins anew, as what it follows has changed.</summary>
    /// <param name="payload">The step's own.</param>
    /// <param name="kind">Kind of the step.</param>
    /// <param name="work">What is there of it; null for nothing.</param>
    public static TaskPayload Anew(TaskPayload payload, TaskKind kind, StepResult? work) =>
        work?.Branch is null || RetryRule.OnlyLooks(kind) ? payload : payload with { AllowOverwrite = true };

    /// <summary>The payload of a step that goes on from its work, if there is any, with what was learnt.</summary>
    /// <param name="payload">The step's own.</param>
    /// <param name="work">What is there of it; null for nothing.</param>
    /// <param name="learnt">How its last run ended, and what was found in its work, by step.</param>
    public static TaskPayload GoingOn(TaskPayload payload, StepResult? work, IReadOnlyList<(string Step, StepResult Result)> learnt)
    {
        var room = Math.Min(MaxLearnt, PayloadTexts.MaxPrompt - (payload.Prompt?.Length ?? 0) - 2);
        var told = Prompts.Retry(learnt, work is not null, room);

        // An issue is asked for anew where it is all that was asked for, and nothing of the work is there.
        var asked = work is null && payload is { Issue: not null, Prompt: null or "" }
            ? payload with { PromptPrefix = Prompts.Joined(payload.PromptPrefix, told) }
            : payload with { Prompt = Prompts.Joined(payload.Prompt, told) };
        return work is null ? asked : asked with
        {
            Branch = payload.Branch is { Length: > 0 } branch ? branch : Literal(work.Branch ?? work.IntendedBranch),
            ReviseFromBranch = Literal(WorkOf(work)),
            BranchStrategy = BranchStrategy.Rebase,
            AllowOverwrite = true,
        };
    }

    private static string? WorkOf(StepResult result) => result.Branch ?? result.KeptOn;

    private static string? Literal(string? text) => text is null ? null : ReferenceText.Escape(text);
}
