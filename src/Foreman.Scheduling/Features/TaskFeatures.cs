using Foreman.Api;
using static Foreman.Scheduling.FieldRows;

namespace Foreman.Scheduling;

/// <summary>Kinds of task.</summary>
internal sealed class TaskKindFeature : IFeature
{
    public IEnumerable<UnsupportedField> InTask(AgenticTaskSpec spec, SchedulerSettings settings) => TaskKind.Supported.Contains(spec.Kind)
        ? []
        : [new($"spec.kind \"{spec.Kind}\"", $"this release runs tasks of kind {string.Join(", ", TaskKind.Supported)} only")];
}

/// <summary>Tasks of kind freeform: their prompt is all there is.</summary>
internal sealed class FreeformFeature : IFeature
{
    private static readonly FieldRow<AgenticTaskSpec>[] Rows =
    [
        new("spec.payload.prompt",
            s => s.Kind == TaskKind.Freeform && s.Container is null && string.IsNullOrWhiteSpace(s.Payload.Prompt),
            "it is empty, and a freeform task is its prompt; write what is to be done"),
    ];

    public IEnumerable<UnsupportedField> InTask(AgenticTaskSpec spec, SchedulerSettings settings) => Rows.Of(spec);
}

/// <summary>Tasks on repositories: what needs a repository and has none, and what needs a forge and has a folder.</summary>
internal sealed class RepositoryFeature : IFeature
{
    private const string Alone = "it is about a repository; name that in spec.payload.repo, or leave it out";
    private const string NoBranch = "the kinds verify, review and reconcile look at branches and begin none; leave it out";

    private static readonly FieldRow<AgenticTaskSpec>[] Rows =
    [
        new("spec.payload.repo", s => s.Kind == TaskKind.IssueFix && !HasRepo(s), "it is empty, and an issue-fix changes a repository; name it"),
        new("spec.payload.prompt", s => s.Kind == TaskKind.IssueFix && HasRepo(s) && !HasPrompt(s) && s.Payload.Issue is null,
            "it is empty, and spec.payload.issue names no issue; write what is to be done, or name the issue"),
        new("spec.payload.prompt", s => s.Kind == TaskKind.IssueFix && IsFolder(s) && !HasPrompt(s) && s.Payload.Issue is not null,
            "it is empty, and a folder of a host has no issues to read; write what is to be done"),
        new("spec.payload.repo", s => s.Kind == TaskKind.Verify && !HasRepo(s), "it is empty, and a verify checks a branch of a repository; name it"),
        new("spec.payload.branch", s => s.Kind == TaskKind.Verify && HasRepo(s) && !Has(s.Payload.Branch), "it is empty, and a verify checks a branch; name it"),
        new("spec.payload.repo", s => s.Kind == TaskKind.Review && !HasRepo(s), "it is empty, and a review judges a branch of a repository; name it"),
        new("spec.payload.branch", s => s.Kind == TaskKind.Review && HasRepo(s) && !Has(s.Payload.Branch), "it is empty, and a review judges a branch; name it"),
        new("spec.payload.gateAdvisories", s => s.Kind != TaskKind.Review && Has(s.Payload.GateAdvisories), "they are told to a reviewer; give them to a task of kind review, or leave them out"),
        new("spec.payload.openPullRequest", s => IsFolder(s) && s.Payload.OpenPullRequest == true, "a folder of a host has no pull requests; leave it out, and look at the branch"),
        new("spec.payload.openPullRequest", s => s.Kind == TaskKind.Verify && s.Payload.OpenPullRequest == true, "a verify makes no change; leave it out, or ask the task for it whose branch it checks"),
        new("spec.payload.reviseFromBranch", s => BeginsNoBranch(s) && Has(s.Payload.ReviseFromBranch), NoBranch),
        new("spec.payload.branchStrategy", s => BeginsNoBranch(s) && s.Payload.BranchStrategy is { } b && b != BranchStrategy.Reset, NoBranch),
        new("spec.payload.openPullRequest", s => !HasRepo(s) && s.Payload.OpenPullRequest == true, Alone),
        new("spec.payload.issue", s => !HasRepo(s) && s.Payload.Issue is not null, Alone),
        new("spec.payload.branch", s => !HasRepo(s) && Has(s.Payload.Branch), Alone),
        new("spec.payload.baseBranch", s => !HasRepo(s) && Has(s.Payload.BaseBranch), Alone),
        new("spec.payload.allowOverwrite", s => !HasRepo(s) && s.Payload.AllowOverwrite == true, Alone),
        new("spec.payload.branchPrefix", s => !HasRepo(s) && Has(s.Payload.BranchPrefix), Alone),
        new("spec.payload.reviseFromBranch", s => !HasRepo(s) && Has(s.Payload.ReviseFromBranch), Alone),
        new("spec.payload.branchStrategy", s => !HasRepo(s) && s.Payload.BranchStrategy is { } b && b != BranchStrategy.Reset, Alone),
        new("spec.gateProfile", s => !HasRepo(s) && s.GateProfile is not null, Alone),
        new("spec.verdictPolicy", s => !HasRepo(s) && Has(s.VerdictPolicy?.SelfGO), Alone),
    ];

    private static bool HasRepo(AgenticTaskSpec spec) => Has(spec.Payload.Repo);

    private static bool HasPrompt(AgenticTaskSpec spec) => !string.IsNullOrWhiteSpace(spec.Payload.Prompt);

    // What would change which work is judged is refused; what has no effect there (allowOverwrite, prompt) stands on every step of many manifests.
    private static bool BeginsNoBranch(AgenticTaskSpec spec) =>
        HasRepo(spec) && (spec.Kind == TaskKind.Verify || spec.Kind == TaskKind.Review || spec.Kind == TaskKind.Reconcile);

    // The addresses that an agent takes for folders; what else it does not take, it refuses by itself.
    private static bool IsFolder(AgenticTaskSpec spec) => TaskRepository.IsFolder(spec.Payload.Repo);

    public IEnumerable<UnsupportedField> InTask(AgenticTaskSpec spec, SchedulerSettings settings) => Rows.Of(spec);
}
