using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Primitives;
using Microsoft.Extensions.Logging;

namespace Foreman.Schedules;

/// <summary>Looks at one schedule of a cluster: decides, stores, and then does what was decided.</summary>
/// <param name="schedules">Where they are kept.</param>
/// <param name="cronJobs">What times them; null for nothing.</param>
/// <param name="objects">Where runs become objects.</param>
/// <param name="audit">Told what happened once it is stored.</param>
/// <param name="logger">Told what is tried again.</param>
internal sealed class ClusterLook(ClusterSchedules schedules, CronJobs? cronJobs, IScheduledObjects objects, IScheduleAudit audit, ILogger logger)
{
    private static readonly TimeSpan WithoutSchedule = TimeSpan.FromHours(1);

    private TimeSpan Grace => cronJobs is null ? TimeSpan.Zero : ClusterRound.Grace;

    /// <summary>One look.</summary>
    /// <param name="key">The schedule, which may be gone.</param>
    /// <param name="now">In whole seconds.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How long nothing is to be done unless something changes.</returns>
    /// <exception cref="KubernetesException">It was refused; see <see cref="ClusterSchedules.IsStale"/>.</exception>
    public async Task<TimeSpan> LookAsync(ObjectKey key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var schedule = await schedules.FindAsync(key, cancellationToken);
        var expression = default(ScheduleExpression);
        ImmutableArray<string> faults = schedule is null ? [] : ScheduleRules.Faults(schedule, out expression);
        if (schedule is null || expression is null || !faults.IsEmpty)
        {
            await DropAsync(schedule, key, faults, now, cancellationToken);
            return WithoutSchedule;
        }

        var obstacle = cronJobs is null ? null : await cronJobs.ApplyAsync(schedule, expression, cancellationToken);
        var there = (await objects.ListAsync(cancellationToken)).Where(o => o.Schedule == key).ToArray();
        var round = ClusterRound.Decide(schedule, expression, there, now, Grace);
        var told = ScheduleConditions.Set(round.Schedule, [], obstacle, now);
        var stored = await schedules.WriteStatusAsync(schedule, told, cancellationToken);
        foreach (var happened in round.Events)
        {
            audit.Record(happened);
        }

        await RemoveAsync(round, cancellationToken);
        foreach (var run in RunHistory.Active(stored).Where(r => r.Status == ScheduledRunStatus.Starting))
        {
            stored = await CreateAsync(stored, ScheduledFire.Of(stored, run.ScheduledAt), now, cancellationToken) ?? stored;
        }

        return ClusterRound.Pause(stored, now, Grace);
    }

    private async Task DropAsync(TaskSchedule? schedule, ObjectKey key, ImmutableArray<string> faults, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (cronJobs is not null)
        {
            await cronJobs.DeleteAsync(key, cancellationToken);
        }

        if (schedule is not null)
        {
            await schedules.WriteStatusAsync(schedule, ScheduleConditions.Set(schedule, faults, null, now), cancellationToken);
        }
    }

    private async Task RemoveAsync(ScheduleRound round, CancellationToken cancellationToken)
    {
        foreach (var (name, delete) in round.Cancel.Select(n => (n, false)).Concat(round.Delete.Select(n => (n, true))))
        {
            var key = new ObjectKey(round.Schedule.Namespace(), name);
            try
            {
                await (delete ? objects.DeleteAsync(key, cancellationToken) : objects.CancelAsync(key, cancellationToken));
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                logger.NotRemoved(ScheduleRules.Shown(round.Schedule), name, Printable.Line(e.Message, 500));
            }
        }
    }

    private async Task<TaskSchedule?> CreateAsync(TaskSchedule schedule, ScheduledFire fire, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Func<ScheduledRun, ScheduledRun> change = r => r with { Status = ScheduledRunStatus.Running, Message = null };
        try
        {
            await objects.CreateAsync(fire, cancellationToken);
        }
        catch (ScheduleException e)
        {
            logger.Refused(fire.Schedule.ToString(), fire.Name, Printable.Line(e.Message, 500));
            return await RefuseAsync(schedule, fire, e.Message, now, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.NotCreated(fire.Schedule.ToString(), fire.Name, Printable.Line(e.Message, 500));
            change = r => r with { Message = Printable.Line(e.Message, 500) };
        }

        return await NoteAsync(schedule, fire, change, cancellationToken);
    }

    // The schedule may have been changed or deleted meanwhile: then it is looked at again.
    private async Task<TaskSchedule?> NoteAsync(TaskSchedule schedule, ScheduledFire fire, Func<ScheduledRun, ScheduledRun> change, CancellationToken cancellationToken) =>
        Starting(schedule, fire) is { } run
            ? await schedules.WriteStatusAsync(schedule, RunHistory.Replace(schedule, change(run)), cancellationToken)
            : null;

    private async Task<TaskSchedule?> RefuseAsync(TaskSchedule schedule, ScheduledFire fire, string why, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (Starting(schedule, fire) is not { } run)
        {
            return null;
        }

        var events = new List<ScheduleEvent>();
        var ended = RunEnds.End(schedule, run with { Status = ScheduledRunStatus.Failed, Message = Printable.Line(why, 500) }, now, events);
        var stored = await schedules.WriteStatusAsync(schedule, ended, cancellationToken);
        foreach (var happened in events)
        {
            audit.Record(happened);
        }

        return stored;
    }

    private static ScheduledRun? Starting(TaskSchedule schedule, ScheduledFire fire) =>
        RunHistory.Active(schedule).FirstOrDefault(r => r.Task == fire.Name && r.Status == ScheduledRunStatus.Starting);
}
