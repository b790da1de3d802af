namespace Foreman.Testing.Tests.Time;

public class SkippingTimeProviderTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly SkippingTimeProvider _time = new();

    [Fact]
    public void Timestamps_and_the_time_of_day_go_on_by_what_is_skipped()
    {
        var (timestamp, now) = (_time.GetTimestamp(), _time.GetUtcNow());

        _time.Skip(Hour);

        Assert.InRange(_time.GetElapsedTime(timestamp), Hour, 2 * Hour);
        Assert.InRange(_time.GetUtcNow() - now, Hour - TimeSpan.FromMinutes(1), 2 * Hour);
        Assert.Throws<ArgumentOutOfRangeException>(() => _time.Skip(-Hour));
    }

    [Fact]
    public async Task A_wait_that_is_skipped_ends_at_once_and_a_longer_one_does_not()
    {
        var (due, longer) = (Task.Delay(Hour, _time), Task.Delay(3 * Hour, _time));

        _time.Skip(2 * Hour);

        await due.WaitAsync(TestDeadline.Default);
        Assert.False(longer.IsCompleted);
        _time.Skip(Hour);
        await longer.WaitAsync(TestDeadline.Default);
    }

    [Fact]
    public async Task Time_that_is_not_skipped_passes_by_itself() => await Task.Delay(TimeSpan.FromMilliseconds(30), _time).WaitAsync(TestDeadline.Default);

    [Fact]
    public async Task A_timer_that_is_set_anew_or_disposed_does_not_fire_for_its_earlier_time()
    {
        var (anew, disposed) = (0, 0);
        var timer = _time.CreateTimer(_ => Interlocked.Increment(ref anew), null, Hour, Timeout.InfiniteTimeSpan);
        var other = _time.CreateTimer(_ => Interlocked.Increment(ref disposed), null, Hour, Timeout.InfiniteTimeSpan);
        timer.Change(5 * Hour, Timeout.InfiniteTimeSpan);
        await other.DisposeAsync();

        var last = Task.Delay(3 * Hour, _time);
        _time.Skip(3 * Hour);
        await last.WaitAsync(TestDeadline.Default);

        Assert.Equal((0, 0), (Volatile.Read(ref anew), Volatile.Read(ref disposed)));
        _time.Skip(2 * Hour);
        await Eventually.TrueAsync(() => Volatile.Read(ref anew) == 1, "the timer to fire");
        await timer.DisposeAsync();
    }

    [Fact]
    public async Task A_timer_with_a_period_fires_again_and_again()
    {
        var fired = 0;
        await using var timer = _time.CreateTimer(_ => Interlocked.Increment(ref fired), null, Hour, Hour);
        for (var round = 1; round <= 3; round++)
        {
            _time.Skip(Hour);
            await Eventually.TrueAsync(() => Volatile.Read(ref fired) >= round, $"it to fire for the time number {round}");
        }

        Assert.Equal(3, Volatile.Read(ref fired));
    }
}
