using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Primitives;
using Microsoft.Extensions.Logging;

namespace Foreman.Schedules;

/// <summary>Looks at all schedules: decides, stores, and then does what was decided.</summary>
/// <param name="store">Where they are kept.</param>
/// <param name="objects">Where runs become objects.</param>
/// <param name="logger">Told what is tried again.</param>
internal sealed class FileRounds(ScheduleFileStore store, IScheduledObjects objects, ILogger logger)
{
    // A clock that was set, or a host that slept, is noticed within this time.
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);

    private readonly HashSet<(ObjectKey Schedule, string Fault)> _told = [];
    private HashSet<ObjectKey> _obeyed = [];

    // One that can't be obeyed stays due: nothing is created for it, and the loop does not wake for it.
    private IEnumerable<TaskSchedule> Obeyed => store.Known.All.Where(s => _obeyed.Contains(ObjectKey.Of(s)));

    /// <summary>One look; one at a time.</summary>
    /// <param name="now">In whole seconds.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task LookAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var there = (await objects.ListAsync(cancellationToken)).ToLookup(o => o.Schedule);
        var rounds = await store.ChangeAsync(book => Decide(book, there, now), cancellationToken);
        _obeyed = [.. rounds.Select(r => ObjectKey.Of(r.Schedule))];
        foreach (var round in rounds)
        {
            await RemoveAsync(round, cancellationToken);
        }

        foreach (var fire in Obeyed.SelectMany(Fires).ToArray())
        {
            await CreateAsync(fire, now, cancellationToken);
        }
    }

    /// <summary>How long nothing is to be done.</summary>
    /// <param name="now">In whole seconds.</param>
    /// <param name="lookInterval">The most while a run has not ended.</param>
    public TimeSpan Pause(DateTimeOffset now, TimeSpan lookInterval)
    {
        var most = Obeyed.Any(s => RunHistory.Active(s).Count > 0) && lookInterval < LongestPause ? lookInterval : LongestPause;
        var next = Obeyed.Min(s => s.Status?.NextScheduleTime);
        return next - now is { } left && left < most ? (left > LeastPause ? left : LeastPause) : most;
    }

    private static IEnumerable<ScheduledFire> Fires(TaskSchedule schedule) =>
        RunHistory.Active(schedule).Where(r => r.Status == ScheduledRunStatus.Starting).Select(r => ScheduledFire.Of(schedule, r.ScheduledAt));

    private BookEdit<IReadOnlyList<ScheduleRound>> Decide(ScheduleBook book, ILookup<ObjectKey, FiredObject> there, DateTimeOffset now)
    {
        var rounds = new List<ScheduleRound>();
        foreach (var schedule in book.All)
        {
            if (ScheduleRules.Faults(schedule, out var expression) is [var fault, ..])
            {
                Tell(schedule, fault);
            }
            else
            {
                rounds.Add(ScheduleRound.Decide(schedule, expression!, [.. there[ObjectKey.Of(schedule)]], now));
            }
        }

        return new(rounds.Aggregate(book, (b, r) => b.With(r.Schedule)), [.. rounds.SelectMany(r => r.Events)], rounds);
    }

    private void Tell(TaskSchedule schedule, string fault)
    {
        if (_told.Add((ObjectKey.Of(schedule), fault)))
        {
            logger.NotObeyed(ScheduleRules.Shown(schedule), fault);
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

    private async Task CreateAsync(ScheduledFire fire, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Func<ScheduleBook, BookEdit<bool>> note = book => Note(book, fire, r => r with { Status = ScheduledRunStatus.Running, Message = null });
        try
        {
            await objects.CreateAsync(fire, cancellationToken);
        }
        catch (ScheduleException e)
        {
            logger.Refused(fire.Schedule.ToString(), fire.Name, Printable.Line(e.Message, 500));
            note = book => Refuse(book, fire, e.Message, now);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.NotCreated(fire.Schedule.ToString(), fire.Name, Printable.Line(e.Message, 500));
            note = book => Note(book, fire, r => r with { Message = Printable.Line(e.Message, 500) });
        }

        await store.ChangeAsync(note, cancellationToken);
    }

    // The schedule may have been changed or deleted meanwhile: what is noted is noted of it as it is by then.
    private static BookEdit<bool> Note(ScheduleBook book, ScheduledFire fire, Func<ScheduledRun, ScheduledRun> change) =>
        book.Find(fire.Schedule) is { } schedule && Starting(schedule, fire) is { } run && change(run) is var noted && noted != run
            ? new(book.With(RunHistory.Replace(schedule, noted)), [], true)
            : new(book, [], false);

    private static BookEdit<bool> Refuse(ScheduleBook book, ScheduledFire fire, string why, DateTimeOffset now)
    {
        if (book.Find(fire.Schedule) is not { } schedule || Starting(schedule, fire) is not { } run)
        {
            return new(book, [], false);
        }

        var events = new List<ScheduleEvent>();
        var ended = RunEnds.End(schedule, run with { Status = ScheduledRunStatus.Failed, Message = Printable.Line(why, 500) }, now, events);
        return new(book.With(ended), [.. events], true);
    }

    private static ScheduledRun? Starting(TaskSchedule schedule, ScheduledFire fire) =>
        RunHistory.Active(schedule).FirstOrDefault(r => r.Task == fire.Name && r.Status == ScheduledRunStatus.Starting);
}
