using Foreman.Api;
using static Foreman.Scheduling.FieldRows;

namespace Foreman.Scheduling;

/// <summary>Scans of images, which need Jobs that build them.</summary>
internal sealed class ScanFeature : IFeature
{
    private const string Why = "scans of images are not part of this release; leave it out, and let the forge's checks scan";

    private static readonly FieldRow<AgenticTaskSpec>[] TaskRows = [new("spec.scanGate", s => s.ScanGate is not null, Why)];

    // 0 asks for no repetition.
    private static readonly FieldRow<AgentSpec>[] AgentRows = [new("spec.maxScanIterations", s => s.MaxScanIterations is > 0, Why)];

    public IEnumerable<UnsupportedField> InTask(AgenticTaskSpec spec, SchedulerSettings settings) => TaskRows.Of(spec);

    public IEnumerable<UnsupportedField> InAgent(AgentSpec spec, SchedulerSettings settings) => AgentRows.Of(spec);
}

/// <summary>Gates: what of them needs Jobs.</summary>
internal sealed class GateFeature : IFeature
{
    private static readonly FieldRow<AgenticTaskSpec>[] TaskRows =
    [
        new("spec.gateProfile.image", s => Has(s.GateProfile?.Image), "gates in Jobs are not part of this release; leave it out, the gate runs in the sandbox of the host"),
    ];

    private static readonly FieldRow<AgentSpec>[] AgentRows =
    [
        // 0 asks for no gate with an API server.
        new("spec.maxEnvtestIterations", s => s.MaxEnvtestIterations is > 0, "gates in Jobs are not part of this release; leave it out"),
    ];

    public IEnumerable<UnsupportedField> InTask(AgenticTaskSpec spec, SchedulerSettings settings) => TaskRows.Of(spec);

    public IEnumerable<UnsupportedField> InAgent(AgentSpec spec, SchedulerSettings settings) => AgentRows.Of(spec);
}

/// <summary>Runs as Kubernetes Jobs, and placements that no backend of this release has.</summary>
internal sealed class JobFeature : IFeature
{
    private const string Why = "Jobs are not part of this release; leave it out";

    private static readonly FieldRow<AgentSpec>[] Rows =
    [
        new("spec.execution.mode \"Job\"", s => s.Execution?.Mode is { } mode && mode != ExecutionMode.InProcess, "Jobs are not part of this release; use InProcess"),
        new("spec.execution.image", s => Has(s.Execution?.Image), Why),
        new("spec.execution.serviceAccountName", s => Has(s.Execution?.ServiceAccountName), Why),
        new("spec.execution.resources", s => s.Execution?.Resources is not null, Why),
    ];

    public IEnumerable<UnsupportedField> InTask(AgenticTaskSpec spec, SchedulerSettings settings) =>
        spec.Placement is { } placement && placement != Placement.Auto && settings.Placements.Find(placement) is null
            ? [new($"spec.placement \"{placement}\"", $"this release places tasks {settings.Placements.Where}; use one of them, or Auto")]
            : [];

    public IEnumerable<UnsupportedField> InAgent(AgentSpec spec, SchedulerSettings settings) => Rows.Of(spec);
}
