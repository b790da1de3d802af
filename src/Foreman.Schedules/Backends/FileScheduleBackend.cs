using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Primitives;
using Microsoft.Extensions.Logging;

namespace Foreman.Schedules;

/// <summary>
/// Keeps schedules in a file and watches the clock itself: for the dev cluster, laptops and operators outside a cluster. What is to
/// be begun is stored before it is created, under a name made of its time, so that a crash at any point neither loses a run nor begins
/// one twice.
/// </summary>
public sealed class FileScheduleBackend : IScheduleBackend, IDisposable
{
    private readonly ScheduleFileStore _store;
    private readonly FileRounds _rounds;
    private readonly FileBackendOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _running = new();
    private readonly CancellationTokenSource _end = new();
    private TaskCompletionSource _wake = NewWake();
    private Task? _loop;

    /// <summary>A backend over a file.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="objects">Where runs become objects.</param>
    /// <param name="audit">Gets a record of everything that happens.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told what is tried again.</param>
    public FileScheduleBackend(FileBackendOptions options, IScheduledObjects objects, IScheduleAudit audit, TimeProvider time, ILogger logger)
        : this(options, new SchedulesFile(options.Path), objects, audit, time, logger)
    {
    }

    internal FileScheduleBackend(
        FileBackendOptions options, ISchedulesFile file, IScheduledObjects objects, IScheduleAudit audit, TimeProvider time, ILogger logger)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.LookInterval, TimeSpan.Zero);
        _options = options;
        _time = time;
        _logger = logger;
        _store = new(file, audit);
        _rounds = new(_store, objects, logger);
    }

    private DateTimeOffset Now => DateTimeOffset.FromUnixTimeSeconds(_time.GetUtcNow().ToUnixTimeSeconds());

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _store.OpenAsync(cancellationToken);
        lock (_running)
        {
            _loop ??= Task.Run(() => LoopAsync(_end.Token), CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync()
    {
        await _end.CancelAsync();
        Task loop;
        lock (_running)
        {
            loop = _loop ??= Task.CompletedTask;
        }

        await loop;
    }

    /// <inheritdoc/>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await _store.ReloadAsync(cancellationToken);
        Wake();
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ScheduleChange>> SyncAsync(IReadOnlyList<TaskSchedule> declared, CancellationToken cancellationToken)
    {
        if (DeclaredRules.Faults(declared) is { IsEmpty: false } faults)
        {
            throw new ScheduleException(string.Join("; ", faults));
        }

        var changes = await _store.ChangeAsync(book => BookEdits.Sync(book, declared, Now), cancellationToken);
        Wake();
        return changes;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TaskSchedule>> ListAsync(string? ns, CancellationToken cancellationToken) =>
        [.. (await _store.BookAsync(cancellationToken)).All.Where(s => ns is null || s.Namespace() == ns)];

    /// <inheritdoc/>
    public async Task<TaskSchedule?> GetAsync(ObjectKey schedule, CancellationToken cancellationToken) =>
        (await _store.BookAsync(cancellationToken)).Find(schedule);

    /// <inheritdoc/>
    public async Task<TaskSchedule> SetAsync(TaskSchedule schedule, CancellationToken cancellationToken)
    {
        var stored = await _store.ChangeAsync(book => BookEdits.Set(book, schedule, _options.AllowDynamic, Now), cancellationToken);
        Wake();
        return stored;
    }

    /// <inheritdoc/>
    public Task DeleteAsync(ObjectKey schedule, CancellationToken cancellationToken) =>
        _store.ChangeAsync(book => BookEdits.Delete(book, schedule, _options.AllowDynamic, Now), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ScheduleHistoryEntry>> HistoryAsync(string ns, string? name, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return RunHistory.Newest((await _store.BookAsync(cancellationToken)).All.Where(s => s.Namespace() == ns && (name is null || s.Name() == name)), limit);
    }

    /// <summary>Leaves the file to other processes; to be called once it was stopped.</summary>
    public void Dispose()
    {
        _store.Dispose();
        _end.Dispose();
    }

    /// <summary>One look at the clock and at all runs.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    internal Task LookAsync(CancellationToken cancellationToken) => _rounds.LookAsync(Now, cancellationToken);

    private static TaskCompletionSource NewWake() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Wake() => Volatile.Read(ref _wake).TrySetResult();

    private async Task LoopAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            // What comes from here on wakes the loop again.
            var wake = NewWake();
            Volatile.Write(ref _wake, wake);
            var failed = false;
            try
            {
                await LookAsync(stop);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                failed = true;
                _logger.RoundFailed(Printable.Line(e.Message, 500));
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                return;
            }

            var pause = failed ? _options.LookInterval : _rounds.Pause(Now, _options.LookInterval);
            await wake.Task.WaitAsync(pause, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
