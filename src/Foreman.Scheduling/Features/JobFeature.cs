using Foreman.Api;
using static Foreman.Scheduling.FieldRows;

namespace Foreman.Scheduling;

/// <summary>Runs as Kubernetes Jobs: what of them is not done yet, and placements that no backend of this release has.</summary>
internal sealed class JobFeature : IFeature
{
    private const string WithoutJob = "it goes with execution.mode Job; set that, or leave it out";

    private static readonly FieldRow<AgentSpec>[] AgentRows =
    [
        new("spec.execution.mode", s => s.Execution?.Mode is { } mode && !ExecutionMode.Known.Contains(mode), $"it is none of {string.Join(", ", ExecutionMode.Known)}; use one of them"),
        new("spec.execution.image", s => Has(s.Execution?.Image) && !IsJob(s), WithoutJob),
        new("spec.execution.serviceAccountName", s => Has(s.Execution?.ServiceAccountName) && !IsJob(s), WithoutJob),
        new("spec.execution.resources", s => s.Execution?.Resources is not null && !IsJob(s), WithoutJob),
    ];

    private const string NotForContainers = "Foreman's own loop does it, and this task is a container (spec.container); leave it out";

    // What our loop would do for a task, and nothing does for a container.
    private static readonly FieldRow<AgenticTaskSpec>[] ContainerRows =
    [
        new("spec.kind", s => s.Kind != TaskKind.Freeform && s.Kind != TaskKind.IssueFix, "a container does tasks of kind freeform or issue-fix; use one of them"),
        new("spec.payload.inputs", s => Has(s.Payload.Inputs), NotForContainers),
        new("spec.payload.images", s => Has(s.Payload.Images), NotForContainers),
        new("spec.payload.openPullRequest", s => s.Payload.OpenPullRequest == true, NotForContainers),
        new("spec.gateProfile", s => s.GateProfile is not null, NotForContainers),
        new("spec.verdictPolicy", s => s.VerdictPolicy is not null, NotForContainers),
        new("spec.budget", s => s.Budget is not null, "what a container uses is not counted; leave it out, and set spec.timeoutSeconds"),
    ];

    public IEnumerable<UnsupportedField> InTask(AgenticTaskSpec spec, SchedulerSettings settings) =>
    [
        .. spec.Placement is { } placement && placement != Placement.Auto && settings.Placements.Find(placement) is null
            ? [new UnsupportedField($"spec.placement \"{placement}\"", $"this release places tasks {settings.Placements.Where}; use one of them, or Auto")]
            : Array.Empty<UnsupportedField>(),
        .. spec.Container is null ? [] : InContainer(spec, settings),
    ];

    public IEnumerable<UnsupportedField> InAgent(AgentSpec spec, SchedulerSettings settings) => AgentRows.Of(spec);

    /// <summary>What a task says of a Job that is never made.</summary>
    /// <param name="task">The task.</param>
    /// <param name="agent">Its Agent; null for the built-in one, or while it does not exist.</param>
    /// <param name="settings">Those of the scheduler.</param>
    public static IEnumerable<UnsupportedField> JobElsewhere(AgenticTaskSpec task, AgentSpec? agent, SchedulerSettings settings)
    {
        var asked = task.Placement is { } placement && placement != Placement.Auto ? placement : (Placement?)null;
        var isMade = asked is null ? agent is not null && IsJob(agent) : settings.Placements.Find(asked) is { RunsInJob: true };
        return task.Job is null || task.Container is not null || isMade
            ? []
            : [new("spec.job", "the task does not run in a Job; ask that with spec.placement or with spec.execution.mode of its Agent, or leave it out")];
    }

    private static IEnumerable<UnsupportedField> InContainer(AgenticTaskSpec spec, SchedulerSettings settings) =>
    [
        .. settings.Placements.OfContainers is null ? [new UnsupportedField("spec.container", $"this release places tasks {settings.Placements.Where}, and no Jobs are among that; leave it out")] : Array.Empty<UnsupportedField>(),
        .. spec.Placement is { } placement && placement != Placement.Auto && settings.Placements.Find(placement) is { RunsInJob: false }
            ? [new UnsupportedField($"spec.placement \"{placement}\"", "a container (spec.container) runs in a Job; leave it out")]
            : Array.Empty<UnsupportedField>(),
        .. ContainerRows.Of(spec),
    ];

    private static bool IsJob(AgentSpec spec) => spec.Execution?.Mode == ExecutionMode.Job;
}
