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
