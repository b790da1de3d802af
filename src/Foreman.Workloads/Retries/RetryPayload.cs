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
    /// <param name="learnt">How its last run ended, and what was found in its work, by step; none after an answer alone.</param>
    /// <param name="answered">What people decided about it, the oldest first.</param>
    public static TaskPayload GoingOn(
        TaskPayload payload, StepResult? work, IReadOnlyList<(string Step, StepResult Result)> learnt, IReadOnlyList<Question>? answered = null)
    {
        var decided = Answered(payload, answered ?? [], work is not null);
        var room = Math.Min(MaxLearnt, PayloadTexts.MaxPrompt - (decided.Prompt?.Length ?? 0) - 2);
        var told = learnt.Count > 0 ? Prompts.Retry(learnt, work is not null, room)
            : Prompts.Kept(work is not null) is var kept && kept.Length <= room ? kept
            : null;

        // An issue is asked for anew where it is all that was asked for, and nothing of the work is there.
        var asked = work is null && decided is { Issue: not null, Prompt: null or "" }
            ? decided with { PromptPrefix = Prompts.Joined(decided.PromptPrefix, told) }
            : decided with { Prompt = Prompts.Joined(decided.Prompt, told) };
        return work is null ? asked : asked with
        {
            Branch = payload.Branch is { Length: > 0 } branch ? branch : Literal(work.Branch ?? work.IntendedBranch),
            ReviseFromBranch = Literal(WorkOf(work)),
            BranchStrategy = BranchStrategy.Rebase,
            AllowOverwrite = true,
        };
    }

    /// <summary>The payload with what people decided about its step, in the prompt where that has room.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="answered">What people decided, the oldest first.</param>
    /// <param name="hasWork">True when the workspace holds what came of the step so far.</param>
    public static TaskPayload Answered(TaskPayload payload, IReadOnlyList<Question> answered, bool hasWork = false)
    {
        if (answered.Count == 0)
        {
            return payload;
        }

        var decided = Prompts.Answers(answered);
        return (!hasWork && payload is { Issue: not null, Prompt: null or "" }) || (payload.Prompt?.Length ?? 0) + 2 + decided.Length > PayloadTexts.MaxPrompt
            ? payload with { PromptPrefix = Prompts.Joined(payload.PromptPrefix, decided) }
            : payload with { Prompt = Prompts.Joined(payload.Prompt, decided) };
    }

    private static string? WorkOf(StepResult result) => result.Branch ?? result.KeptOn;

    private static string? Literal(string? text) => text is null ? null : ReferenceText.Escape(text);
}
