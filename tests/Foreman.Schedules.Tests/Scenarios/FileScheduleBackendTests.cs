using Foreman.Api;
using Foreman.Schedules.Tests.Fakes;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Schedules.Tests.Scenarios;

/// <summary>The behaviours of all backends on the file backend, and what it alone does.</summary>
public sealed class FileScheduleBackendTests : ScheduleBackendBehaviours
{
    private readonly TempFolder _folder = new();
    private readonly List<BreakingFile> _files = [];

    private protected override int Writes => _files.Sum(f => f.Writes);

    private string FilePath => _folder["state/schedules.json"];

    [Fact]
    public async Task It_watches_the_clock_by_itself_and_begins_to_only_once()
    {
        using var backend = (FileScheduleBackend)Open(allowDynamic: true);
        await backend.SyncAsync([Given.Schedule("@every 1m")], Never);
        await backend.StartAsync(Never);
        await backend.StartAsync(Never);

        await Clock.AdvanceUntilAsync(() => Objects.Created.Count == 1, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5), "the first run");
        Objects.EndAll(Verdict.Go);
        await Clock.AdvanceUntilAsync(() => Objects.Created.Count == 2, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5), "the second run");
        await backend.StopAsync();
        await backend.StopAsync();

        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, Objects.Created.Count);
        Assert.Equal(2, Audit.Of(ScheduleEvent.Fire).Count);
    }

    [Fact]
    public async Task A_new_schedule_is_not_waited_for_longer_than_until_it_is_due()
    {
        using var backend = (FileScheduleBackend)Open(allowDynamic: true);
        await backend.StartAsync(Never);
        await Clock.WaitForTimersAsync(1);

        await backend.SetAsync(Given.Schedule("@every 5m"), Never);
        await Clock.AdvanceUntilAsync(() => Objects.Created.Count == 1, TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(6), "the run");

        await backend.StopAsync();
        Assert.Equal(Given.Start.AddMinutes(5), Assert.Single(Audit.Of(ScheduleEvent.Fire)).Run!.ScheduledAt);
    }

    [Fact]
    public async Task F31_A_file_that_can_not_be_read_stops_the_start_and_is_left_as_it_is()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        await File.WriteAllTextAsync(FilePath, "{ nonsense", Never);
        using var backend = (FileScheduleBackend)Open(allowDynamic: true);

        var refusal = await Assert.ThrowsAsync<ScheduleException>(() => backend.StartAsync(Never));
        await Assert.ThrowsAsync<ScheduleException>(() => backend.SetAsync(Given.Schedule(), Never));

        Assert.Contains(FilePath, refusal.Message, StringComparison.Ordinal);
        Assert.Equal("{ nonsense", await File.ReadAllTextAsync(FilePath, Never));
    }

    [Fact]
    public async Task A_reload_of_a_broken_file_keeps_what_was_read()
    {
        var backend = Start();
        await backend.SetAsync(Given.Schedule(), Never);
        var good = await File.ReadAllTextAsync(FilePath, Never);
        await File.WriteAllTextAsync(FilePath, "{ nonsense", Never);

        await Assert.ThrowsAsync<ScheduleException>(() => backend.ReloadAsync(Never));
        Assert.NotNull(await backend.GetAsync(Given.Key, Never));

        await File.WriteAllTextAsync(FilePath, good.Replace("0 * * * *", "7 * * * *", StringComparison.Ordinal), Never);
        await backend.ReloadAsync(Never);
        Assert.Equal("7 * * * *", (await backend.GetAsync(Given.Key, Never))!.Spec.Schedule);
    }

    [Fact]
    public async Task A_full_disk_changes_nothing_and_begins_nothing()
    {
        var backend = Start();
        await backend.SetAsync(Given.Schedule(), Never);
        _files[^1].Failure = new IOException("no space left on device");

        await Assert.ThrowsAsync<ScheduleException>(() => backend.SetAsync(Given.Schedule(name: "other"), Never));
        Clock.Advance(TimeSpan.FromHours(1));
        await Assert.ThrowsAsync<ScheduleException>(() => LookAsync(backend));

        Assert.Empty(Objects.Created);
        Assert.Single(await backend.ListAsync(null, Never));
        Assert.Single(Audit.All);
        _files[^1].Failure = null;
        await LookAsync(backend);
        Assert.Single(Objects.Created);
    }

    [Fact]
    public async Task A_second_process_is_refused_the_file()
    {
        var backend = Start();
        await backend.SetAsync(Given.Schedule(), Never);
        using var second = (FileScheduleBackend)Open(allowDynamic: true);

        var refusal = await Assert.ThrowsAsync<ScheduleException>(() => second.StartAsync(Never));

        Assert.Contains("another operator", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stored_schedule_whose_time_zone_is_unknown_here_waits_and_is_kept()
    {
        var backend = Start();
        await backend.SetAsync(Given.Schedule(change: s => s with { TimeZone = "Europe/Berlin" }), Never);
        await backend.SetAsync(Given.Schedule(name: "other"), Never);
        await File.WriteAllTextAsync(FilePath, (await File.ReadAllTextAsync(FilePath, Never)).Replace("Europe/Berlin", "Mars/Olympus", StringComparison.Ordinal), Never);
        await backend.ReloadAsync(Never);

        Clock.Advance(TimeSpan.FromHours(1));
        await LookAsync(backend);

        Assert.Equal("other", Assert.Single(Objects.Created).Metadata.Labels![Labels.Schedule]);
        Assert.Equal("Mars/Olympus", (await backend.GetAsync(Given.Key, Never))!.Spec.TimeZone);
    }

    private protected override IScheduleBackend Open(bool allowDynamic)
    {
        var file = new BreakingFile(FilePath);
        _files.Add(file);
        return new FileScheduleBackend(new() { Path = FilePath, AllowDynamic = allowDynamic }, file, Objects, Audit, Clock, NullLogger.Instance);
    }

    private protected override Task LookAsync(IScheduleBackend backend) => ((FileScheduleBackend)backend).LookAsync(Never);

    private protected override Task CloseAsync(IScheduleBackend backend)
    {
        ((FileScheduleBackend)backend).Dispose();
        return Task.CompletedTask;
    }

    private protected override void Clean() => _folder.Dispose();
}
