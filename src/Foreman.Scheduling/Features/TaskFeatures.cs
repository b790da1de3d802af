using Foreman.Api;
using static Foreman.Scheduling.FieldRows;

namespace Foreman.Scheduling;

/// <summary>Kinds of task.</summary>
internal sealed class TaskKindFeature : IFeature
{
    private static readonly FieldRow<AgenticTaskSpec>[] Rows =
    [
        new("spec.payload.agent", s => Has(s.Payload.Agent), "name the Agent in spec.agentRef instead"),
    ];

    public IEnumerable<UnsupportedField> InTask(AgenticTaskSpec spec, SchedulerSettings settings) =>
        (TaskKind.Supported.Contains(spec.Kind)
            ? Array.Empty<UnsupportedField>()
            : [new($"spec.kind \"{spec.Kind}\"", $"this release runs tasks of kind {string.Join(", ", TaskKind.Supported)} only")]).Concat(Rows.Of(spec));
}

/// <summary>Tasks of kind freeform: their prompt is all there is.</summary>
internal sealed class FreeformFeature : IFeature
{
    private static readonly FieldRow<AgenticTaskSpec>[] Rows =
    [
        new("spec.payload.prompt",
            s => s.Kind == TaskKind.Freeform && string.IsNullOrWhiteSpace(s.Payload.Prompt),
            "it is empty, and a freeform task is its prompt; write what is to be done"),
    ];

    public IEnumerable<UnsupportedField> InTask(AgenticTaskSpec spec, SchedulerSettings settings) => Rows.Of(spec);
}

/// <summary>Tasks on repositories.</summary>
internal sealed class RepositoryFeature : IFeature
{
    private const string Why = "tasks on repositories are not part of this release; leave it out";

    private static readonly FieldRow<AgenticTaskSpec>[] Rows =
    [
        new("spec.payload.repo", s => Has(s.Payload.Repo), Why),
        new("spec.payload.issue", s => s.Payload.Issue is not null, Why),
        new("spec.payload.branch", s => Has(s.Payload.Branch), Why),
        new("spec.payload.baseBranch", s => Has(s.Payload.BaseBranch), Why),
        new("spec.payload.openPullRequest", s => s.Payload.OpenPullRequest == true, Why),
        new("spec.payload.allowOverwrite", s => s.Payload.AllowOverwrite == true, Why),
        new("spec.payload.branchPrefix", s => Has(s.Payload.BranchPrefix), Why),
        new("spec.payload.reviseFromBranch", s => Has(s.Payload.ReviseFromBranch), Why),
        new("spec.payload.branchStrategy", s => s.Payload.BranchStrategy is { } b && b != BranchStrategy.Reset, Why),
    ];

    public IEnumerable<UnsupportedField> InTask(AgenticTaskSpec spec, SchedulerSettings settings) => Rows.Of(spec);
}

/// <summary>Pipelines: what one task leaves for the next.</summary>
internal sealed class PipelineFeature : IFeature
{
    private const string Why = "pipelines are not part of this release; leave it out";

    private static readonly FieldRow<AgenticTaskSpec>[] Rows =
    [
        new("spec.payload.gateAdvisories", s => Has(s.Payload.GateAdvisories), Why),
        new("spec.payload.slices", s => Has(s.Payload.Slices), Why),
        new("spec.payload.contract", s => Has(s.Payload.Contract), Why),
        new("spec.payload.sharedIdentifiers", s => Has(s.Payload.SharedIdentifiers), Why),
    ];

    public IEnumerable<UnsupportedField> InTask(AgenticTaskSpec spec, SchedulerSettings settings) => Rows.Of(spec);
}
