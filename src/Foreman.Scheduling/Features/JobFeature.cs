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

    private static readonly FieldRow<AgenticTaskSpec>[] TaskRows =
    [
        new("spec.container", s => s.Container is not null, "tasks that are a container are not part of this release; leave it out, and use placement Job for a run of Foreman's own loop in a Job"),
    ];

    public IEnumerable<UnsupportedField> InTask(AgenticTaskSpec spec, SchedulerSettings settings) =>
    [
        .. spec.Placement is { } placement && placement != Placement.Auto && settings.Placements.Find(placement) is null
            ? [new UnsupportedField($"spec.placement \"{placement}\"", $"this release places tasks {settings.Placements.Where}; use one of them, or Auto")]
            : Array.Empty<UnsupportedField>(),
        .. TaskRows.Of(spec),
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
        return task.Job is null || isMade
            ? []
            : [new("spec.job", "the task does not run in a Job; ask that with spec.placement or with spec.execution.mode of its Agent, or leave it out")];
    }

    private static bool IsJob(AgentSpec spec) => spec.Execution?.Mode == ExecutionMode.Job;
}
