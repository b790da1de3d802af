using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>The table of a task's fields that cannot be acted on.</summary>
internal static class TaskFields
{
    private const string NoRepositories = "tasks on repositories are not part of this release; leave it out";
    private const string NoPipelines = "pipelines are not part of this release; leave it out";

    private static readonly (string Path, Func<AgenticTaskSpec, bool> Set, string Why)[] Table =
    [
        ("spec.payload.repo", s => Has(s.Payload.Repo), NoRepositories),
        ("spec.payload.issue", s => s.Payload.Issue is not null, NoRepositories),
        ("spec.payload.branch", s => Has(s.Payload.Branch), NoRepositories),
        ("spec.payload.baseBranch", s => Has(s.Payload.BaseBranch), NoRepositories),
        ("spec.payload.openPullRequest", s => s.Payload.OpenPullRequest == true, NoRepositories),
        ("spec.payload.allowOverwrite", s => s.Payload.AllowOverwrite == true, NoRepositories),
        ("spec.payload.branchPrefix", s => Has(s.Payload.BranchPrefix), NoRepositories),
        ("spec.payload.reviseFromBranch", s => Has(s.Payload.ReviseFromBranch), NoRepositories),
        ("spec.payload.branchStrategy", s => s.Payload.BranchStrategy is { } b && b != BranchStrategy.Reset, NoRepositories),
        ("spec.payload.images", s => Has(s.Payload.Images), "images are not part of this release; leave them out"),
        ("spec.payload.agent", s => Has(s.Payload.Agent), "name the Agent in spec.agentRef instead"),
        ("spec.payload.gateAdvisories", s => Has(s.Payload.GateAdvisories), NoPipelines),
        ("spec.payload.slices", s => Has(s.Payload.Slices), NoPipelines),
        ("spec.payload.contract", s => Has(s.Payload.Contract), NoPipelines),
        ("spec.payload.sharedIdentifiers", s => Has(s.Payload.SharedIdentifiers), NoPipelines),
        ("spec.gateProfile", s => s.GateProfile is not null, "gates are not part of this release; leave it out"),
        ("spec.verdictPolicy", s => Has(s.VerdictPolicy?.SelfGO), "gates are not part of this release; leave it out"),
        ("spec.payload.prompt", s => string.IsNullOrWhiteSpace(s.Payload.Prompt), "it is empty, and a freeform task is its prompt; write what is to be done"),
    ];

    public static Unsupported.Field? Find(AgenticTaskSpec spec)
    {
        if (spec.Kind != TaskKind.Freeform)
        {
            return new($"spec.kind \"{spec.Kind}\"", "this release runs tasks of kind freeform only");
        }

        if (spec.Placement is { } placement && placement != Placement.Auto && placement != Placement.Node && placement != Placement.Operator)
        {
            return new($"spec.placement \"{placement}\"", "this release places tasks on a Node or in the Operator; use one of them, or Auto");
        }

        foreach (var (path, set, why) in Table)
        {
            if (set(spec))
            {
                return new(path, why);
            }
        }

        return null;
    }

    private static bool Has(string? text) => !string.IsNullOrEmpty(text);

    private static bool Has<T>(IReadOnlyList<T>? list) => list is { Count: > 0 };
}
