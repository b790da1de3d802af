namespace Foreman.Testing.Tests.Time;

public class ManualTimeProviderTests
{
    [Fact]
    public void Time_passes_only_when_a_test_lets_it_pass()
    {
        var clock = new ManualTimeProvider();
        var (started, timestamp) = (clock.GetUtcNow(), clock.GetTimestamp());

        clock.Advance(TimeSpan.FromSeconds(90));

        Assert.Equal(TimeSpan.FromSeconds(90), clock.GetUtcNow() - started);
        Assert.Equal(TimeSpan.FromSeconds(90), clock.GetElapsedTime(timestamp));
    }

    [Fact]
    public void A_timestamp_is_neither_a_number_of_ticks_nor_a_time_of_day()
    {
        var clock = new ManualTimeProvider();
        var before = clock.GetTimestamp();

        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.NotEqual(TimeSpan.TicksPerSecond, clock.GetTimestamp() - before);
        Assert.NotEqual(clock.GetUtcNow().Ticks, clock.GetTimestamp());
    }

    [Fact]
    public void Timers_fire_in_the_order_of_their_due_times_each_at_its_own_time()
    {
        var clock = new ManualTimeProvider();
        var fired = new List<string>();
        using var late = clock.CreateTimer(_ => fired.Add($"late at {clock.Elapsed.TotalSeconds}"), null, TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        using var often = clock.CreateTimer(_ => fired.Add($"often at {clock.Elapsed.TotalSeconds}"), null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));

        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(["often at 2", "late at 3", "often at 4"], fired);
    }

    [Fact]
    public void A_disposed_timer_stays_silent()
    {
        var clock = new ManualTimeProvider();
        var fired = 0;
        clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan).Dispose();

        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(0, fired);
        Assert.Equal(0, clock.PendingTimers);
    }

    [Fact]
    public async Task A_delay_ends_when_its_time_has_come()
    {
        var clock = new ManualTimeProvider();
        var delay = Task.Delay(TimeSpan.FromMinutes(10), clock);
        await clock.WaitForTimersAsync(1);
        Assert.False(delay.IsCompleted);

        clock.Advance(TimeSpan.FromMinutes(10));

        await delay.WaitAsync(TestDeadline.Default);
    }

    [Fact]
    public void Setting_the_time_of_day_moves_neither_timers_nor_timestamps()
    {
        var clock = new ManualTimeProvider();
        var timestamp = clock.GetTimestamp();
        var fired = 0;
        using var timer = clock.CreateTimer(_ => fired++, null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
        var tomorrow = clock.GetUtcNow().AddDays(1);

        clock.SetWallClock(tomorrow);

        Assert.Equal(tomorrow, clock.GetUtcNow());
        Assert.Equal(timestamp, clock.GetTimestamp());
        Assert.Equal(0, fired);
    }
}
