using Foreman.Api;

namespace Foreman.Schedules;

/// <summary>What the definitions of the kinds fill in when a schedule is stored in a cluster, so that it is no difference from what is declared. Pure.</summary>
internal static class ScheduleDefaults
{
    /// <summary>The schedule as the cluster stores it.</summary>
    public static TaskSchedule Of(TaskSchedule schedule) => schedule with
    {
        Spec = schedule.Spec with
        {
            TaskTemplate = schedule.Spec.TaskTemplate is { } task ? task with { Spec = Of(task.Spec) } : null,
            WorkloadTemplate = schedule.Spec.WorkloadTemplate is { } workload ? workload with { Spec = Of(workload.Spec) } : null,
        },
    };

    private static AgenticTaskSpec Of(AgenticTaskSpec spec) => spec with
    {
        RequiredCapability = spec.RequiredCapability is { } capability ? capability with { Accelerator = capability.Accelerator ?? RequiredAccelerator.Any } : null,
        Payload = Of(spec.Payload),
    };

    private static WorkloadSpec Of(WorkloadSpec spec) => spec with
    {
        Pipeline = spec.Pipeline is { } steps ? [.. steps.Select(s => s with { Payload = Of(s.Payload) })] : null,
    };

    private static TaskPayload Of(TaskPayload payload) => payload with { BranchStrategy = payload.BranchStrategy ?? BranchStrategy.Reset };
}
