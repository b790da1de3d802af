using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Primitives;
using Microsoft.Extensions.Logging;

namespace Foreman.Schedules;

/// <summary>
/// Keeps schedules as TaskSchedules in a cluster, which CronJobs time. A CronJob creates the object of a run under a name made of its
/// time; the operator keeps status and history, and after a minute creates what no CronJob has created, under the same name. A sync deletes
/// only what the same owner declared before, never what people applied.
/// </summary>
public sealed class KubernetesScheduleBackend : IScheduleBackend
{
    private const int MostAttempts = 8;

    private readonly KubernetesBackendOptions _options;
    private readonly ClusterSchedules _schedules;
    private readonly CronJobs? _cronJobs;
    private readonly ClusterLook _look;
    private readonly IScheduleAudit _audit;
    private readonly TimeProvider _time;

    /// <summary>A backend over a cluster.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="client">Reads and writes TaskSchedules and CronJobs.</param>
    /// <param name="objects">Where runs become objects.</param>
    /// <param name="audit">Gets a record of everything that happens.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told what is tried again.</param>
    public KubernetesScheduleBackend(
        KubernetesBackendOptions options, IKubernetes client, IScheduledObjects objects, IScheduleAudit audit, TimeProvider time, ILogger logger)
    {
        _options = options;
        _audit = audit;
        _time = time;
        _schedules = new(client);
        _cronJobs = options.CronJobs is { } settings ? new(client, settings) : null;
        _look = new(_schedules, _cronJobs, objects, audit, logger);
    }

    private DateTimeOffset Now => DateTimeOffset.FromUnixTimeSeconds(_time.GetUtcNow().ToUnixTimeSeconds());

    /// <summary>Deletes the CronJobs of schedules that are gone; the cluster watches the clock.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_cronJobs is not { } cronJobs)
        {
            return;
        }

        var there = await _schedules.BookAsync(null, cancellationToken);
        foreach (var key in (await cronJobs.SchedulesAsync(cancellationToken)).Where(k => there.Find(k) is null))
        {
            await cronJobs.DeleteAsync(key, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task StopAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        foreach (var schedule in (await _schedules.BookAsync(null, cancellationToken)).All)
        {
            await ReconcileAsync(ObjectKey.Of(schedule), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ScheduleChange>> SyncAsync(IReadOnlyList<TaskSchedule> declared, CancellationToken cancellationToken)
    {
        if (DeclaredRules.Faults(declared) is { IsEmpty: false } faults)
        {
            throw new ScheduleException(string.Join("; ", faults));
        }

        var wanted = declared.Select(d => Declared(ScheduleDefaults.Of(d))).ToArray();
        var done = new List<ScheduleChange>();
        await DecideAsync(() => SyncOnceAsync(wanted, done, cancellationToken));
        foreach (var key in wanted.Select(w => ObjectKey.Of(w)))
        {
            await ReconcileAsync(key, cancellationToken);
        }

        return done;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TaskSchedule>> ListAsync(string? ns, CancellationToken cancellationToken) =>
        [.. (await _schedules.BookAsync(ns, cancellationToken)).All];

    /// <inheritdoc/>
    public Task<TaskSchedule?> GetAsync(ObjectKey schedule, CancellationToken cancellationToken) => _schedules.FindAsync(schedule, cancellationToken);

    /// <inheritdoc/>
    public async Task<TaskSchedule> SetAsync(TaskSchedule schedule, CancellationToken cancellationToken)
    {
        var wanted = ScheduleDefaults.Of(schedule);
        var key = ObjectKey.Of(wanted);
        var stored = await DecideAsync(async () =>
        {
            var book = ScheduleNames.IsNamespace(key.Namespace ?? "") ? await _schedules.BookAsync(key.Namespace, cancellationToken) : ScheduleBook.Empty;
            var edit = BookEdits.Set(book, wanted, _options.AllowDynamic, Now);
            var written = await _schedules.WriteAsync(book.Find(key), edit.Result, cancellationToken);
            Record(edit.Events);
            return written;
        });
        await ReconcileAsync(key, cancellationToken);
        return await _schedules.FindAsync(key, cancellationToken) ?? stored;
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(ObjectKey schedule, CancellationToken cancellationToken)
    {
        await DecideAsync(async () =>
        {
            if (await _schedules.FindAsync(schedule, cancellationToken) is { } stored)
            {
                var edit = BookEdits.Delete(ScheduleBook.Empty.With(stored), schedule, _options.AllowDynamic, Now);
                await _schedules.DeleteAsync(stored, cancellationToken);
                Record(edit.Events);
            }

            return true;
        });
        await ReconcileAsync(schedule, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ScheduleHistoryEntry>> HistoryAsync(string ns, string? name, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return RunHistory.Newest((await _schedules.BookAsync(ns, cancellationToken)).All.Where(s => name is null || s.Name() == name), limit);
    }

    /// <summary>Looks at a schedule: keeps its CronJob and its status, and begins what nobody has begun.</summary>
    /// <param name="schedule">Which; it may be gone.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How long nothing is to be done for it unless something of it changes; above 0.</returns>
    public Task<TimeSpan> ReconcileAsync(ObjectKey schedule, CancellationToken cancellationToken) =>
        DecideAsync(() => _look.LookAsync(schedule, Now, cancellationToken));

    // Somebody else may write in between: then it is decided again, from what is there by then.
    private static async Task<T> DecideAsync<T>(Func<Task<T>> decide)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await decide();
            }
            catch (KubernetesException e) when (ClusterSchedules.IsStale(e) && attempt < MostAttempts)
            {
                // The next attempt reads again.
            }
            catch (KubernetesException e) when (e.IsInvalid || e.IsForbidden || e.IsNotFound)
            {
                throw new ScheduleException(string.Create(CultureInfo.InvariantCulture, $"the cluster refused it: {Printable.Line(e.Message, 500)}"), e);
            }
        }
    }

    // What people applied is theirs: it is neither deleted nor counted, unless it has the name of a declared one.
    private async Task<int> SyncOnceAsync(IReadOnlyList<TaskSchedule> wanted, List<ScheduleChange> done, CancellationToken cancellationToken)
    {
        var book = await _schedules.BookAsync(null, cancellationToken);
        var names = wanted.Select(w => ObjectKey.Of(w)).ToHashSet();
        var ours = book.All.Where(s => !IsApplied(s) || names.Contains(ObjectKey.Of(s))).Aggregate(ScheduleBook.Empty, (b, s) => b.With(s));
        var edit = BookEdits.Sync(ours, wanted, Now);
        foreach (var (change, happened) in edit.Result.Zip(edit.Events))
        {
            var before = ours.Find(change.Schedule);
            if (change.Kind == ScheduleChangeKind.Deleted)
            {
                await _schedules.DeleteAsync(before!, cancellationToken);
            }
            else
            {
                await _schedules.WriteAsync(before, edit.Book.Find(change.Schedule)!, cancellationToken);
            }

            done.Add(change);
            Record([happened]);
        }

        foreach (var change in edit.Result.Where(c => c.Kind == ScheduleChangeKind.Deleted))
        {
            await ReconcileAsync(change.Schedule, cancellationToken);
        }

        return edit.Result.Count;
    }

    private bool IsApplied(TaskSchedule schedule) =>
        ScheduleSource.Of(schedule) == ScheduleSource.Yaml && schedule.GetAnnotation(Labels.DeclaredBy) != _options.Owner;

    private TaskSchedule Declared(TaskSchedule schedule) => schedule with
    {
        Metadata = schedule.Metadata with
        {
            Annotations = new Dictionary<string, string>(schedule.Metadata.Annotations ?? new Dictionary<string, string>(), StringComparer.Ordinal) { [Labels.DeclaredBy] = _options.Owner },
        },
    };

    private void Record(IEnumerable<ScheduleEvent> events)
    {
        foreach (var happened in events)
        {
            _audit.Record(happened);
        }
    }
}
