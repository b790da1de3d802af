using Foreman.Schedules.Tests.Fakes;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Schedules.Tests.Backends;

/// <summary>When the file backend looks again.</summary>
public sealed class FileRoundsTests : IDisposable
{
    private readonly FileInMemory _file = new();
    private readonly ScheduleFileStore _store;
    private readonly FileRounds _rounds;

    public FileRoundsTests()
    {
        _store = new(_file, new AuditList());
        _rounds = new(_store, new ObjectsInMemory(new ManualTimeProvider(Given.Start)), NullLogger.Instance);
    }

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData(0, 60)]
    [InlineData(3570, 30)]
    [InlineData(3600, 5)]
    public async Task It_sleeps_until_the_next_time_a_minute_at_most_and_shorter_while_a_run_goes_on(int after, int seconds)
    {
        _file.Write(StoredSchedules.Write(ScheduleBook.Empty.With(Given.Stored(Given.Start))));

        Assert.Equal(TimeSpan.FromSeconds(seconds), await PauseAsync(after));
    }

    [Fact]
    public async Task It_does_not_wake_for_a_schedule_that_is_due_and_can_not_be_obeyed()
    {
        var stored = Given.Stored(Given.Start);
        _file.Write(StoredSchedules.Write(ScheduleBook.Empty.With(stored with { Spec = stored.Spec with { TimeZone = "Mars/Olympus" } })));

        Assert.Equal(TimeSpan.FromSeconds(60), await PauseAsync(7200));
    }

    private async Task<TimeSpan> PauseAsync(int secondsAfterStart)
    {
        var now = Given.Start.AddSeconds(secondsAfterStart);
        await _rounds.LookAsync(now, CancellationToken.None);
        return _rounds.Pause(now, TimeSpan.FromSeconds(5));
    }
}
