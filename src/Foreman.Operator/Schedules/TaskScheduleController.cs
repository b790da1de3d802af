using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Caches;
using Foreman.Schedules;

namespace Foreman.Operator.Schedules;

/// <summary>Keeps CronJob, status and history of TaskSchedules, and begins the runs that no CronJob has begun.</summary>
/// <param name="backend">Decides and writes.</param>
internal sealed class TaskScheduleController(KubernetesScheduleBackend backend) : IEntityController<TaskSchedule>
{
    // What was changed of a CronJob by hand is put right within this time.
    private static readonly TimeSpan Resync = TimeSpan.FromMinutes(5);

    /// <summary>The options of its controller: what else it follows.</summary>
    /// <param name="options">What all controllers have.</param>
    /// <param name="caches">What the operator follows.</param>
    public static ControllerOptions<TaskSchedule> Follow(ControllerOptions<TaskSchedule> options, ClusterCaches caches) =>
        (options with { ResyncPeriod = Resync }).Watches(caches.Tasks, ConcernedBy).Watches<Workload>(ConcernedBy);

    /// <inheritdoc/>
    public async Task<ReconcileResult> ReconcileAsync(ReconcileContext<TaskSchedule> context, CancellationToken cancellationToken)
    {
        var pause = await backend.ReconcileAsync(context.Key, cancellationToken);
        return context.Entity is null ? ReconcileResult.Done : ReconcileResult.RequeueAfter(pause);
    }

    private static IEnumerable<ObjectKey> ConcernedBy(IKubernetesObject obj) =>
        obj.GetLabel(Labels.Schedule) is { Length: > 0 } schedule ? [new ObjectKey(obj.Namespace(), schedule)] : [];
}
