using System.Collections.Immutable;
using Foreman.Api;
using static Foreman.Workloads.Texts;

namespace Foreman.Workloads;

/// <summary>Writes the steps of one issue: a coder, a verifier where one is named, and reviewers. Pure.</summary>
/// <param name="name">Name of the Workload.</param>
/// <param name="spec">Its spec.</param>
/// <param name="issue">Number of the issue.</param>
/// <param name="reviewers">Reviewers that may work, each with its place in <c>spec.reviewerAgentRefs</c>.</param>
internal sealed class IssueSteps(string name, WorkloadSpec spec, int issue, ImmutableArray<(int Index, string Agent)> reviewers)
{
    /// <summary>Number of the issue.</summary>
    public int Issue => issue;

    private string Branch => Text($"foreman/{name}/issue-{issue}");

    private bool HasVerifier => spec.VerifierAgentRef is { Name.Length: > 0 };

    // Without reviewers nobody else is left who could open it.
    private bool CoderOpens => (spec.OpenPullRequest ?? true) && spec.ReviewerAgentRefs is not { Count: > 0 };

    /// <summary>Name of the escalation's coder.</summary>
    public string EscalatedCode => Text($"code-{issue}-esc");

    /// <summary>Name of the Workload.</summary>
    public string Workload => name;

    /// <summary>Name of the coder's step in a round; 0 is the first one.</summary>
    public string Code(int round) => Round(Text($"code-{issue}"), round);

    /// <summary>Names of the reviewers' steps in a round.</summary>
    public IEnumerable<string> Reviews(int round) => reviewers.Select(r => Round(Text($"review-{issue}-{r.Index}"), round));

    /// <summary>Names of the steps of all further reviewers, those that may not work included.</summary>
    public IEnumerable<string> FurtherReviewNames => Enumerable.Range(0, spec.EscalationReviewerAgentRefs?.Count ?? 0).Select(FurtherReview);

    /// <summary>The steps of the first round.</summary>
    public ImmutableArray<Step> Base() => Of(
        Code(0), Round(Text($"verify-{issue}"), 0), i => Round(Text($"review-{issue}-{i}"), 0), spec.CoderAgentRef!.Name, Branch,
        Text($"issue {issue}"),
        p => p with { AllowOverwrite = spec.AllowOverwrite });

    /// <summary>A round of revision: the coder goes on from its branch with what the reviewers found.</summary>
    /// <param name="round">Its number, from 1.</param>
    /// <param name="refusals">The reviews of the round before that refused, by step.</param>
    /// <param name="answered">What people decided about the issue.</param>
    public ImmutableArray<Step> Revision(int round, IReadOnlyList<(string Step, StepResult Result)> refusals, IReadOnlyList<Question> answered) => Of(
        Code(round), Round(Text($"verify-{issue}"), round), i => Round(Text($"review-{issue}-{i}"), round),
        (spec.RevisionCoderAgentRef is { Name.Length: > 0 } revision ? revision : spec.CoderAgentRef!).Name, Branch,
        Text($"issue {issue}, revision {round}: {string.Join(", ", refusals.Select(r => r.Step))} refused"),
        p => p with
        {
            ReviseFromBranch = Branch,
            BranchStrategy = BranchStrategy.Rebase,
            AllowOverwrite = true,
            Prompt = Prompts.Joined(answered.Count > 0 ? Prompts.Answers(answered) : null, Prompts.Revision(refusals)),
        });

    /// <summary>The escalation: another coder begins anew on a branch of its own.</summary>
    /// <param name="failed">Step of the coder that could not do it.</param>
    /// <param name="result">What it said.</param>
    /// <param name="answered">What people decided about the issue.</param>
    public ImmutableArray<Step> Escalation(string failed, StepResult result, IReadOnlyList<Question> answered) => Of(
        EscalatedCode, Text($"verify-{issue}-esc"), i => Text($"review-{issue}-esc-{i}"), spec.EscalationCoderAgentRef!.Name, Branch + "-esc",
        Text($"issue {issue}, escalated: {failed} could not do it"),
        p => p with
        {
            AllowOverwrite = spec.AllowOverwrite,
            Prompt = Prompts.Joined(answered.Count > 0 ? Prompts.Answers(answered) : null, Prompts.Escalation(result.Summary)),
        });

    /// <summary>Further reviewers of the last round.</summary>
    /// <param name="agents">Those that may work, each with its place in <c>spec.escalationReviewerAgentRefs</c>.</param>
    /// <param name="round">The round whose reviewers refused.</param>
    /// <param name="code">The coder's step of that round, where it was done again.</param>
    public ImmutableArray<Step> FurtherReviews(IEnumerable<(int Index, string Agent)> agents, int round, string? code = null) =>
    [
        .. agents.Select(a => New(FurtherReview(a.Index), TaskKind.Review, a.Agent, Payload(Branch)) with
        {
            Why = Text($"issue {issue}, further review: a reviewer of {(round == 0 ? "the change" : Text($"revision {round}"))} refused"),
            AdvisoriesOf = code ?? Code(round),
        }),
    ];

    /// <summary>Further reviewers in the place of reviews of the last round that came to no verdict; as those, they open the pull request.</summary>
    /// <param name="agents">Those that may work, each with its place in <c>spec.escalationReviewerAgentRefs</c>.</param>
    /// <param name="round">The round of the reviews.</param>
    /// <param name="code">The coder's step of that round, as it was done last.</param>
    public ImmutableArray<Step> ReviewsInPlace(IEnumerable<(int Index, string Agent)> agents, int round, string code) =>
    [
        .. FurtherReviews(agents, round, code).Select(s => s with
        {
            Payload = s.Payload with { OpenPullRequest = spec.OpenPullRequest ?? true },
            DependsOn = [code],
            Why = Text($"issue {issue}, further review: a reviewer of {(round == 0 ? "the change" : Text($"revision {round}"))} came to no verdict"),
        }),
    ];

    private ImmutableArray<Step> Of(
        string code, string verify, Func<int, string> review, string coder, string branch, string why, Func<TaskPayload, TaskPayload> ofCoder)
    {
        var coding = Payload(branch) with { PromptPrefix = Prompts.Intent(spec.Intent), OpenPullRequest = CoderOpens ? true : null };
        var steps = ImmutableArray.CreateBuilder<Step>();
        steps.Add(New(code, TaskKind.IssueFix, coder, ofCoder(coding)) with { Why = why });
        if (HasVerifier)
        {
            steps.Add(New(verify, TaskKind.Verify, spec.VerifierAgentRef!.Name, Payload(branch)) with { Why = why, DependsOn = [code] });
        }

        foreach (var (index, agent) in reviewers)
        {
            steps.Add(New(review(index), TaskKind.Review, agent, Payload(branch) with { OpenPullRequest = spec.OpenPullRequest ?? true }) with
            {
                Why = why,
                DependsOn = [HasVerifier ? verify : code],
                AdvisoriesOf = code,
            });
        }

        return steps.ToImmutable();
    }

    private Step New(string step, TaskKind kind, string agent, TaskPayload payload) => new(step, kind, agent, payload)
    {
        Issue = issue,
        GateProfile = spec.GateProfile,
        ScanGate = spec.ScanGate,
        RetryPolicy = spec.RetryPolicy,
    };

    private string FurtherReview(int index) => Text($"escalate-{issue}-{index}");

    private TaskPayload Payload(string branch) => new() { Repo = spec.Repo, Issue = issue, Branch = branch };

    private static string Round(string step, int round) => round == 0 ? step : Text($"{step}-r{round}");
}
