using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Schedules.Tests.Fakes;
using Foreman.Testing;

namespace Foreman.Schedules.Tests.Scenarios;

/// <summary>What every backend does. Each has a class of tests that inherits this one.</summary>
public abstract class ScheduleBackendBehaviours : IAsyncDisposable
{
    private readonly List<IScheduleBackend> _open = [];

    private protected ScheduleBackendBehaviours() => Objects = new(Clock);

    private protected static CancellationToken Never => CancellationToken.None;

    private protected ManualTimeProvider Clock { get; } = new(Given.Start);

    private protected ObjectsInMemory Objects { get; }

    private protected AuditList Audit { get; } = new();

    /// <summary>Writes that the backend made so far.</summary>
    private protected abstract int Writes { get; }

    public async ValueTask DisposeAsync()
    {
        foreach (var backend in _open)
        {
            await CloseAsync(backend);
        }

        Clean();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task F6_Declared_schedules_are_created()
    {
        var backend = Start();

        var changes = await backend.SyncAsync([Given.Schedule(), Given.Schedule(name: "other")], Never);

        Assert.All(changes, c => Assert.Equal(ScheduleChangeKind.Created, c.Kind));
        Assert.Equal(["nightly", "other"], (await backend.ListAsync("team", Never)).Select(s => s.Name()));
        Assert.All(await backend.ListAsync(null, Never), s => Assert.Equal(ScheduleSource.Yaml, ScheduleSource.Of(s)));
        Assert.Empty(await backend.ListAsync("elsewhere", Never));
    }

    [Fact]
    public async Task F7_A_second_sync_writes_nothing()
    {
        var backend = Start();
        await backend.SyncAsync([Given.Schedule()], Never);
        var (writes, events) = (Writes, Audit.All.Count);

        Assert.Empty(await backend.SyncAsync([Given.Schedule()], Never));
        await LookAsync(backend);

        Assert.Equal((writes, events), (Writes, Audit.All.Count));
    }

    [Theory]
    [InlineData("schedule")]
    [InlineData("timeZone")]
    [InlineData("suspend")]
    [InlineData("concurrencyPolicy")]
    [InlineData("startingDeadlineSeconds")]
    [InlineData("notify")]
    [InlineData("taskTemplate")]
    public async Task F8_F9_A_field_that_differs_is_one_update(string field)
    {
        var backend = Start();
        await backend.SyncAsync([Given.Schedule()], Never);

        var change = Assert.Single(await backend.SyncAsync([Changed(field)], Never));

        Assert.Equal(ScheduleChangeKind.Updated, change.Kind);
        Assert.Equal($"spec.{field}", Assert.Single(change.Fields));
        Assert.Empty(await backend.SyncAsync([Changed(field)], Never));
    }

    [Fact]
    public async Task F10_F11_F13_Only_dropped_schedules_of_source_yaml_are_deleted()
    {
        var backend = Start();
        await backend.SetAsync(Given.Schedule(name: "of-a-model"), Never);
        await backend.SyncAsync([Given.Schedule(), Given.Schedule(name: "other")], Never);

        var change = Assert.Single(await backend.SyncAsync([Given.Schedule()], Never));
        await backend.SyncAsync([], Never);

        Assert.Equal((new ObjectKey("team", "other"), ScheduleChangeKind.Deleted), (change.Schedule, change.Kind));
        Assert.Equal("of-a-model", Assert.Single(await backend.ListAsync(null, Never)).Name());
    }

    [Fact]
    public async Task F12_A_declared_schedule_takes_over_one_of_a_model_with_its_history_and_a_record()
    {
        var backend = Start();
        await backend.SetAsync(Given.Schedule(), Never);
        await RunAsync(backend, 11, Verdict.Go);

        await backend.SyncAsync([Given.Schedule("30 * * * *")], Never);

        var record = Audit.Of(ScheduleEvent.Modify)[^1];
        Assert.Equal(ScheduleChangeKind.TakenOver, record.Change!.Kind);
        Assert.Contains("spec.schedule", record.Change!.Fields);
        var stored = await backend.GetAsync(Given.Key, Never);
        Assert.Equal(ScheduleSource.Yaml, ScheduleSource.Of(stored!));
        Assert.Equal(1, stored!.Status!.RunCount);
    }

    [Fact]
    public async Task A_sync_with_a_fault_changes_nothing()
    {
        var backend = Start();
        await backend.SyncAsync([Given.Schedule()], Never);
        var writes = Writes;

        var refusal = await Assert.ThrowsAsync<ScheduleException>(() => backend.SyncAsync([Given.Schedule(name: "new"), Given.Schedule("0 0 30 2 *", "never"), Given.Schedule(name: "UPPER")], Never));

        Assert.Contains("team/never", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("team/UPPER", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("nightly", Assert.Single(await backend.ListAsync(null, Never)).Name());
        Assert.Equal(writes, Writes);
    }

    [Fact]
    public async Task F15_F18_Without_the_flag_models_change_nothing()
    {
        var allowed = Start();
        await allowed.SetAsync(Given.Schedule(), Never);
        var backend = await RestartAsync(allowed, allowDynamic: false);
        var (writes, events) = (Writes, Audit.All.Count);

        var set = await Assert.ThrowsAsync<ScheduleException>(() => backend.SetAsync(Given.Schedule(name: "new"), Never));
        var delete = await Assert.ThrowsAsync<ScheduleException>(() => backend.DeleteAsync(Given.Key, Never));

        Assert.Contains("--schedules-allow-dynamic", set.Message, StringComparison.Ordinal);
        Assert.Contains("--schedules-allow-dynamic", delete.Message, StringComparison.Ordinal);
        Assert.NotNull(await backend.GetAsync(Given.Key, Never));
        Assert.Equal((writes, events), (Writes, Audit.All.Count));
    }

    [Fact]
    public async Task F16_With_the_flag_a_model_makes_one_and_changes_it()
    {
        var backend = Start();

        var made = await backend.SetAsync(Given.Schedule(), Never);
        Clock.Advance(TimeSpan.FromMinutes(1));
        var changed = await backend.SetAsync(Given.Schedule("30 * * * *"), Never);
        await backend.SetAsync(Given.Schedule("30 * * * *"), Never);

        Assert.Equal(ScheduleSource.Llm, ScheduleSource.Of(made));
        Assert.Equal(made.Metadata.CreationTimestamp, changed.Metadata.CreationTimestamp);
        Assert.Equal("30 * * * *", Assert.Single(await backend.ListAsync(null, Never)).Spec.Schedule);
        Assert.Equal([ScheduleChangeKind.Created, ScheduleChangeKind.Updated], Audit.Of(ScheduleEvent.Modify).Select(e => e.Change!.Kind));
    }

    [Fact]
    public async Task F17_A_declared_schedule_is_neither_changed_nor_deleted_by_a_model()
    {
        var backend = Start();
        await backend.SyncAsync([Given.Schedule()], Never);

        var set = await Assert.ThrowsAsync<ScheduleException>(() => backend.SetAsync(Given.Schedule("30 * * * *"), Never));
        var delete = await Assert.ThrowsAsync<ScheduleException>(() => backend.DeleteAsync(Given.Key, Never));

        Assert.Contains("manifest", set.Message, StringComparison.Ordinal);
        Assert.Contains("manifest", delete.Message, StringComparison.Ordinal);
        Assert.Equal("0 * * * *", (await backend.GetAsync(Given.Key, Never))!.Spec.Schedule);
    }

    [Fact]
    public async Task F19_What_is_not_there_is_deleted_without_a_word()
    {
        var backend = Start();

        await backend.DeleteAsync(Given.Key, Never);

        Assert.Empty(Audit.All);
        Assert.Null(await backend.GetAsync(Given.Key, Never));
    }

    [Fact]
    public async Task Models_have_at_most_twenty_schedules_in_a_namespace()
    {
        var backend = Start();
        await backend.SyncAsync([Given.Schedule(name: "declared")], Never);
        for (var i = 0; i < 20; i++)
        {
            await backend.SetAsync(Given.Schedule(name: $"a{i}"), Never);
        }

        var refusal = await Assert.ThrowsAsync<ScheduleException>(() => backend.SetAsync(Given.Schedule(name: "one-more"), Never));

        Assert.Contains("20", refusal.Message, StringComparison.Ordinal);
        await backend.SetAsync(Given.Schedule("30 * * * *", name: "a7"), Never);
        await backend.SetAsync(Given.Schedule(ns: "elsewhere"), Never);
    }

    [Theory]
    [InlineData("*/4 * * * *", false)]
    [InlineData("*/5 * * * *", true)]
    [InlineData("@every 4m", false)]
    [InlineData("@every 5m", true)]
    public async Task Schedules_of_models_leave_five_minutes_between_runs(string schedule, bool isTaken)
    {
        var backend = Start();

        if (isTaken)
        {
            await backend.SetAsync(Given.Schedule(schedule), Never);
        }
        else
        {
            Assert.Contains("5 min", (await Assert.ThrowsAsync<ScheduleException>(() => backend.SetAsync(Given.Schedule(schedule), Never))).Message, StringComparison.Ordinal);
        }

        await backend.SyncAsync([Given.Schedule(schedule, name: "declared")], Never);
    }

    [Fact]
    public async Task F21_F34_Every_field_is_read_as_it_was_written_also_after_a_restart()
    {
        var wanted = Given.Schedule("5 4 * * 1-5", change: s => s with
        {
            TimeZone = "Australia/Lord_Howe",
            Suspend = true,
            ConcurrencyPolicy = ConcurrencyPolicy.Replace,
            StartingDeadlineSeconds = 0,
            SuccessfulHistoryLimit = 0,
            FailedHistoryLimit = 7,
            Notify = new() { Channel = "ops", Target = "#nights" },
            TaskTemplate = new()
            {
                Metadata = new() { Labels = new Dictionary<string, string> { ["team"] = "a" } },
                Spec = new() { Kind = TaskKind.Freeform, AgentRef = new() { Name = "looker" }, Payload = new() { Prompt = "a\n| \"b\" 'c'\t\\ ü 漢 🚀" } },
            },
        });
        var backend = Start();
        var written = await backend.SetAsync(wanted, Never);

        var read = (await (await RestartAsync(backend)).GetAsync(Given.Key, Never))!;

        Assert.Empty(Drift.Of(written, read));
        Assert.Equal(wanted.Spec.TaskTemplate!.Spec.Payload.Prompt, read.Spec.TaskTemplate!.Spec.Payload.Prompt);
        Assert.Equal(written.Metadata.CreationTimestamp, read.Metadata.CreationTimestamp);
    }

    [Fact]
    public async Task F22_A_suspended_schedule_says_so_and_begins_nothing()
    {
        var backend = Start();
        await backend.SetAsync(Given.Schedule(change: s => s with { Suspend = true }), Never);

        await LookAtAsync(backend, 15);
        await backend.SetAsync(Given.Schedule(), Never);
        await LookAtAsync(backend, 15, 30);

        Assert.Empty(Objects.Created);
        await LookAtAsync(backend, 16);
        Assert.Single(Objects.Created);
    }

    [Fact]
    public async Task F23_F39_A_run_is_told_with_one_record_at_each_end()
    {
        var backend = Start();
        await backend.SetAsync(Given.Schedule(), Never);

        await RunAsync(backend, 11, Verdict.Go);
        await LookAsync(backend);

        var (fire, complete) = (Assert.Single(Audit.Of(ScheduleEvent.Fire)), Assert.Single(Audit.Of(ScheduleEvent.Complete)));
        Assert.Equal(fire.Run!.CorrelationId, complete.Run!.CorrelationId);
        Assert.Equal(fire.Run!.CorrelationId, Objects.Created[0].GetAnnotation(Labels.CorrelationId));
        Assert.Equal((Verdict?)Verdict.Go, complete.Run!.Verdict);
        var status = (await backend.GetAsync(Given.Key, Never))!.Status!;
        Assert.Equal(Given.Utc("2028-02-28T11:00:00Z"), status.LastScheduleTime);
        Assert.Equal(Given.Utc("2028-02-28T12:00:00Z"), status.NextScheduleTime);
        Assert.NotNull(status.LastSuccessfulTime);
        Assert.Null(status.Active);
    }

    [Fact]
    public async Task F26_A_run_that_is_refused_failed_with_the_reason()
    {
        var backend = Start();
        await backend.SetAsync(Given.Schedule(), Never);
        Objects.Failure = new ScheduleException("the quota of tasks is used up");

        await LookAtAsync(backend, 11);
        await LookAsync(backend);

        var run = Assert.Single(await backend.HistoryAsync("team", null, 10, Never)).Run;
        Assert.Equal(ScheduledRunStatus.Failed, run.Status);
        Assert.Contains("quota", run.Message, StringComparison.Ordinal);
        Assert.Equal(run.CorrelationId, Assert.Single(Audit.Of(ScheduleEvent.Complete)).Run!.CorrelationId);
        Assert.Single(Audit.Of(ScheduleEvent.Fire));
    }

    [Fact]
    public async Task A_run_that_could_not_be_created_is_tried_until_the_next_time_comes()
    {
        var backend = Start();
        await backend.SetAsync(Given.Schedule(), Never);
        Objects.Failure = new HttpRequestException("no route to host");
        await LookAtAsync(backend, 11);
        await LookAtAsync(backend, 11, 30);
        Assert.Contains("no route", Assert.Single((await backend.GetAsync(Given.Key, Never))!.Status!.Active!).Message, StringComparison.Ordinal);

        await LookAtAsync(backend, 12);
        Objects.Failure = null;
        await LookAtAsync(backend, 12, 1);

        Assert.Equal(ScheduleNames.Object("nightly", Given.Utc("2028-02-28T12:00:00Z")), Assert.Single(Objects.Created).Name());
        var history = await backend.HistoryAsync("team", "nightly", 10, Never);
        Assert.Equal([ScheduledRunStatus.Running, ScheduledRunStatus.Failed], history.Select(h => h.Run.Status));
        Assert.Contains("no route", history[1].Run.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task F28_A_time_begins_one_run_whatever_is_started_again()
    {
        var backend = Start();
        await backend.SetAsync(Given.Schedule(), Never);
        await LookAtAsync(backend, 11);

        await LookAsync(backend);
        await backend.ReloadAsync(Never);
        await LookAsync(backend);
        await LookAsync(await RestartAsync(backend));

        Assert.Single(Objects.Created);
        Assert.Single(Audit.Of(ScheduleEvent.Fire));
    }

    [Fact]
    public async Task F29_F39_While_a_run_goes_on_each_time_is_skipped_once()
    {
        var backend = Start();
        await backend.SetAsync(Given.Schedule(), Never);

        await LookAtAsync(backend, 11);
        await LookAtAsync(backend, 12);
        await LookAtAsync(backend, 12, 30);
        await LookAtAsync(backend, 13);
        Objects.EndAll(Verdict.Go);
        await LookAtAsync(backend, 14);

        Assert.Equal(2, Objects.Created.Count);
        Assert.Equal([12, 13], Audit.Of(ScheduleEvent.Skip).Select(e => e.Run!.ScheduledAt.Hour));
        Assert.All(Audit.Of(ScheduleEvent.Skip), e => Assert.Equal(SkipReasons.Overlap, e.Reason));
    }

    [Fact]
    public async Task F29_Replace_cancels_the_earlier_run_and_Allow_does_not()
    {
        var backend = Start();
        await backend.SetAsync(Given.Schedule(name: "replace", change: s => s with { ConcurrencyPolicy = ConcurrencyPolicy.Replace }), Never);
        await backend.SetAsync(Given.Schedule(name: "allow", change: s => s with { ConcurrencyPolicy = ConcurrencyPolicy.Allow }), Never);

        await LookAtAsync(backend, 11);
        await LookAtAsync(backend, 12);

        Assert.Equal(4, Objects.Created.Count);
        Assert.Equal(ScheduleNames.Object("replace", Given.Utc("2028-02-28T11:00:00Z")), Assert.Single(Objects.Cancelled.Distinct(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData(0L, 0)]
    [InlineData(600L, 0)]
    [InlineData(3600L, 1)]
    public async Task F30_Missed_times_are_made_up_once_or_not_at_all(long? deadline, int runs)
    {
        var backend = Start();
        await backend.SetAsync(Given.Schedule(change: s => s with { StartingDeadlineSeconds = deadline }), Never);
        await CloseAsync(backend);
        Advance(15, 30);
        backend = Start();

        await LookAsync(backend);
        await LookAtAsync(backend, 15, 31);

        Assert.Equal(runs, Objects.Created.Count);
        Assert.Equal(1 - runs, Audit.Of(ScheduleEvent.Skip).Count);
        await LookAtAsync(backend, 16);
        Assert.Equal(1, Objects.Created.Count(t => t.Name() == ScheduleNames.Object("nightly", Given.Utc("2028-02-28T16:00:00Z"))) + runs);
    }

    [Fact]
    public async Task F31_F32_What_is_known_of_runs_survives_a_restart()
    {
        var backend = Start();
        await backend.SetAsync(Given.Schedule(), Never);
        await RunAsync(backend, 11, Verdict.Go);
        await RunAsync(backend, 12, Verdict.NoGo);
        await RunAsync(backend, 13, null);
        await LookAtAsync(backend, 14);
        await LookAtAsync(backend, 15);
        Objects.EndAll(Verdict.Go);
        await LookAsync(backend);

        backend = await RestartAsync(backend);

        var history = await backend.HistoryAsync("team", "nightly", 50, Never);
        Assert.Equal([15, 14, 13, 12, 11], history.Select(h => h.Run.ScheduledAt.Hour));
        Assert.Equal(
            [ScheduledRunStatus.Skipped, ScheduledRunStatus.Completed, ScheduledRunStatus.Failed, ScheduledRunStatus.Completed, ScheduledRunStatus.Completed],
            history.Select(h => h.Run.Status));
        Assert.All(history, h => Assert.Matches("^[0-9a-f]{32}$", h.Run.CorrelationId));
        Assert.All(history.Skip(1), h => Assert.Equal(90, h.Run.Seconds));
        Assert.Equal((Verdict?)Verdict.NoGo, history[3].Run.Verdict);
        Assert.Equal("Timeout", history[2].Run.Message);
        Assert.Equal(4, (await backend.GetAsync(Given.Key, Never))!.Status!.RunCount);
        Assert.Equal(2, (await backend.HistoryAsync("team", null, 2, Never)).Count);
        Assert.Empty(await backend.HistoryAsync("team", "other", 50, Never));
    }

    [Fact]
    public async Task F33_A_schedule_that_is_deleted_during_a_run_stays_deleted()
    {
        var backend = Start();
        await backend.SetAsync(Given.Schedule(), Never);
        await LookAtAsync(backend, 11);

        await backend.DeleteAsync(Given.Key, Never);
        Objects.EndAll(Verdict.Go);
        await LookAtAsync(backend, 12);

        Assert.Null(await backend.GetAsync(Given.Key, Never));
        Assert.Single(Objects.Created);
        Assert.Equal(ScheduleChangeKind.Deleted, Audit.Of(ScheduleEvent.Modify)[^1].Change!.Kind);
    }

    [Fact]
    public async Task F33_A_schedule_that_is_edited_during_a_run_stays_edited()
    {
        var backend = Start();
        await backend.SetAsync(Given.Schedule(), Never);
        await LookAtAsync(backend, 11);

        await backend.SetAsync(Given.Schedule("30 * * * *"), Never);
        Objects.EndAll(Verdict.Go);
        await LookAtAsync(backend, 11, 20);

        var stored = (await backend.GetAsync(Given.Key, Never))!;
        Assert.Equal("30 * * * *", stored.Spec.Schedule);
        Assert.Equal(ScheduledRunStatus.Completed, Assert.Single(stored.Status!.History!).Status);
        Assert.Equal(Given.Utc("2028-02-28T11:30:00Z"), stored.Status!.NextScheduleTime);
    }

    [Fact]
    public async Task F33_A_schedule_that_is_deleted_while_its_run_is_created_stays_deleted()
    {
        var backend = Start();
        await backend.SetAsync(Given.Schedule(), Never);
        Objects.BeforeCreate = () => backend.DeleteAsync(Given.Key, Never).WaitAsync(TimeSpan.FromMinutes(1));

        await LookAtAsync(backend, 11);

        Assert.Null(await backend.GetAsync(Given.Key, Never));
        Assert.Single(Objects.Created);
    }

    [Theory]
    [InlineData("0 0 30 2 *")]
    [InlineData("0 0 31 4,6 *")]
    public async Task F36_Impossible_dates_are_refused(string schedule)
    {
        var backend = Start();

        await Assert.ThrowsAsync<ScheduleException>(() => backend.SetAsync(Given.Schedule(schedule), Never));

        Assert.Empty(await backend.ListAsync(null, Never));
    }

    [Fact]
    public async Task F36_A_leap_day_begins_one_run()
    {
        var backend = Start();
        await backend.SetAsync(Given.Schedule("0 0 29 2 *"), Never);

        for (var hour = 11; hour < 80; hour++)
        {
            await LookAtAsync(backend, hour);
            Objects.EndAll(Verdict.Go);
        }

        Assert.Equal(ScheduleNames.Object("nightly", Given.Utc("2028-02-29T00:00:00Z")), Assert.Single(Objects.Created).Name());
    }

    [Fact]
    public async Task Ended_objects_beyond_the_limits_go_and_the_history_stays()
    {
        var backend = Start();
        await backend.SetAsync(Given.Schedule(change: s => s with { SuccessfulHistoryLimit = 1 }), Never);

        await RunAsync(backend, 11, Verdict.Go);
        await RunAsync(backend, 12, Verdict.Go);
        await LookAsync(backend);

        Assert.Equal(ScheduleNames.Object("nightly", Given.Utc("2028-02-28T12:00:00Z")), Assert.Single(Objects.There));
        Assert.Equal(2, (await backend.HistoryAsync("team", null, 10, Never)).Count);
    }

    /// <summary>A backend over what the one before it stored.</summary>
    private protected abstract IScheduleBackend Open(bool allowDynamic);

    /// <summary>Lets the time that has come have its effects.</summary>
    private protected abstract Task LookAsync(IScheduleBackend backend);

    /// <summary>Ends a backend as its process would.</summary>
    private protected abstract Task CloseAsync(IScheduleBackend backend);

    /// <summary>Removes what was stored.</summary>
    private protected abstract void Clean();

    private protected IScheduleBackend Start(bool allowDynamic = true)
    {
        var backend = Open(allowDynamic);
        _open.Add(backend);
        return backend;
    }

    private static TaskSchedule Changed(string field) => Given.Schedule(change: s => field switch
    {
        "schedule" => s with { Schedule = "30 * * * *" },
        "timeZone" => s with { TimeZone = "Europe/Berlin" },
        "suspend" => s with { Suspend = true },
        "concurrencyPolicy" => s with { ConcurrencyPolicy = ConcurrencyPolicy.Allow },
        "startingDeadlineSeconds" => s with { StartingDeadlineSeconds = 60 },
        "notify" => s with { Notify = new() { Channel = "ops" } },
        _ => s with { TaskTemplate = new() { Spec = s.TaskTemplate!.Spec with { AgentRef = new() { Name = "other" } } } },
    });

    private async Task<IScheduleBackend> RestartAsync(IScheduleBackend backend, bool allowDynamic = true)
    {
        await CloseAsync(backend);
        return Start(allowDynamic);
    }

    private void Advance(int hour, int minute = 0)
    {
        var by = Given.Start.Date.AddHours(hour).AddMinutes(minute) - Clock.GetUtcNow().DateTime;
        Clock.Advance(by > TimeSpan.Zero ? by : TimeSpan.Zero);
    }

    private Task LookAtAsync(IScheduleBackend backend, int hour, int minute = 0)
    {
        Advance(hour, minute);
        return LookAsync(backend);
    }

    // A run from its begin to its end, five minutes later.
    private async Task RunAsync(IScheduleBackend backend, int hour, Verdict? verdict)
    {
        await LookAtAsync(backend, hour);
        Advance(hour, 5);
        Objects.EndAll(verdict);
        await LookAsync(backend);
    }
}
