using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Controllers;

namespace Foreman.Operator.Schedules;

/// <summary>Says of every TaskSchedule that this operator does not obey it, where it keeps its schedules in a file.</summary>
internal sealed class IdleScheduleController : IEntityController<TaskSchedule>
{
    /// <inheritdoc/>
    public Task<ReconcileResult> ReconcileAsync(ReconcileContext<TaskSchedule> context, CancellationToken cancellationToken) => StatusReport.WriteAsync(
        context.Entity is { } schedule ? Decide(schedule, context.Time.GetUtcNow()) : null, context, cancellationToken);

    /// <summary>Null when the status says so already.</summary>
    internal static StatusReport? Decide(TaskSchedule schedule, DateTimeOffset now) => UnsupportedKind.Decide(
        schedule,
        schedule.Status?.Conditions,
        new()
        {
            Type = ConditionTypes.Accepted,
            Status = Conditions.False,
            Message = "This operator keeps its schedules in a file: start it with --schedule-backend kubernetes (schedules.enabled of the chart), or declare this one in its --schedules file.",
        },
        null,
        now);
}
