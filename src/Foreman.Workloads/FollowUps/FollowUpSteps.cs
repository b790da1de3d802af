using System.Collections.Immutable;
using System.Globalization;
using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>Writes the steps of a round that revises a pull request. Pure.</summary>
/// <param name="spec">Spec of the Workload.</param>
/// <param name="work">The pull request.</param>
/// <param name="names">Names of its rounds.</param>
/// <param name="results">How a step stands, by name.</param>
/// <param name="answered">What people decided about the work before there was a pull request, the oldest first.</param>
internal sealed class FollowUpSteps(WorkloadSpec spec, FollowedWork work, FollowUpNames names, Func<string, StepResult> results, IReadOnlyList<Question> answered)
{
    /// <summary>Agent that revises; null when nobody can.</summary>
    public string? Reviser =>
        spec.RevisionCoderAgentRef is { Name.Length: > 0 } reviser ? reviser.Name
        : RetryRule.Writes(work.Origin.Kind) ? work.Origin.Agent
        : spec.CoderAgentRef is { Name.Length: > 0 } coder ? coder.Name
        : null;

    /// <summary>Agent that revises after the last revision; null for none.</summary>
    public string? Senior => spec.EscalationCoderAgentRef is { Name.Length: > 0 } senior ? senior.Name : null;

    private bool IsBatch => spec.Pipeline is not { Count: > 0 } && spec.Issues is { Count: > 0 };

    /// <summary>The steps of a round.</summary>
    /// <param name="ending">Ending of their names.</param>
    /// <param name="prompt">What the coder is told; null for a round that was begun, whose tasks know it.</param>
    /// <param name="reviewsUntil">When the newest review was submitted that was known; null for a round that was begun.</param>
    public ImmutableArray<Step> Round(string ending, string? prompt, DateTimeOffset? reviewsUntil)
    {
        var code = names.Of(work.Origin, ending);
        var agent = (ending == FollowUpNames.Escalation ? Senior : Reviser) ?? "";
        var why = string.Create(CultureInfo.InvariantCulture, $"{(work.Origin.Issue is { } issue ? $"issue {issue}, " : "")}revision of its pull request: checks or reviews asked for it");
        return
        [
            Copy(work.Origin, code) with
            {
                Kind = RetryRule.Writes(work.Origin.Kind) ? work.Origin.Kind : TaskKind.Freeform,
                Agent = results(code).Agent is { Length: > 0 } made ? made : agent,
                Payload = Revised(prompt),
                AdvisoriesOf = null,
                ReviewsUntil = reviewsUntil,
                Why = why,
            },
            .. work.Checks.Select(c => Copy(c, names.Of(c, ending)) with
            {
                Payload = Renamed(c.Payload, code),
                DependsOn = [.. c.DependsOn.Select(d => d == work.Origin.Name ? code : d)],
                Why = why,
            }),
        ];
    }

    private static Step Copy(Step step, string name) => step with { Name = name, IsSuperseded = false, IsRetried = false, After = [], Behind = [], NotBefore = null, Hold = null };

    private TaskPayload Revised(string? prompt)
    {
        var result = results(work.Origin.Name);
        var payload = Renamed(work.Origin.Payload, work.Origin.Name);
        var branch = result.Branch is { Length: > 0 } made ? ReferenceText.Escape(made) : payload.Branch;
        var own = RetryRule.Writes(work.Origin.Kind) ? payload : new TaskPayload { Repo = payload.Repo, BaseBranch = payload.BaseBranch };
        var room = PayloadTexts.MaxPrompt - (own.Prompt?.Length ?? 0) - 2;
        var revised = own with
        {
            Branch = payload.Branch is { Length: > 0 } named ? named : branch,
            ReviseFromBranch = branch,
            BranchStrategy = BranchStrategy.Rebase,
            AllowOverwrite = true,

            // A revision of an issue was told what is answered by now.
            Prompt = IsBatch || prompt?.Length > room ? prompt : Prompts.Joined(own.Prompt, prompt),
        };
        return prompt is null ? revised : RetryPayload.Answered(revised, [.. answered.Where(q => !IsTold(revised, q))], hasWork: true);
    }

    // What the work itself was told may stand in the revision's prompts already.
    private static bool IsTold(TaskPayload payload, Question question) =>
        Prompts.Answer(question) is var told && (payload.Prompt?.Contains(told, StringComparison.Ordinal) == true || payload.PromptPrefix?.Contains(told, StringComparison.Ordinal) == true);

    // What is referred to is what counted when the work was done.
    private TaskPayload Renamed(TaskPayload payload, string code) => PayloadTexts.ArePlain(payload)
        ? payload
        : PayloadTexts.Map(payload, (_, text) => ReferenceText.Rename(text, name => StepNames.RetryOf(work.Origin.Name)?.Step == name || work.Origin.Name == name ? code : Newest(name)));

    private string Newest(string step)
    {
        var number = 0;
        while (FollowUpNames.IsMade(StepNames.Retry(step, number + 1), results))
        {
            number++;
        }

        return StepNames.Retry(step, number);
    }
}
