namespace Foreman.Kubernetes.Tests;

public sealed class SuspendAwareTimeProviderTests
{
    [Fact]
    public async Task Its_timestamps_never_decrease()
    {
        var clock = SuspendAwareTimeProvider.Instance;
        var start = clock.GetTimestamp();
        var before = start;

        await Eventually.TrueAsync(
            () =>
            {
                var now = clock.GetTimestamp();
                Assert.True(now >= before, $"{now} came after {before}");
                before = now;
                return clock.GetElapsedTime(start, now) >= TimeSpan.FromMilliseconds(20);
            },
            "20 ms to pass");
    }

    [Fact]
    public void It_counts_at_least_the_time_that_a_clock_without_sleep_counts()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "CLOCK_BOOTTIME and CLOCK_MONOTONIC have the same origin on Linux only");
        var clock = SuspendAwareTimeProvider.Instance;

        var awake = TimeProvider.System.GetElapsedTime(0, TimeProvider.System.GetTimestamp());
        var all = clock.GetElapsedTime(0, clock.GetTimestamp());

        Assert.True(SuspendAwareTimeProvider.CountsSuspend);
        Assert.True(all >= awake, $"{all} since the boot, {awake} of it awake");
    }

    [Fact]
    public void It_replaces_the_system_clock_only()
    {
        var other = new ManualTimeProvider();

        Assert.Same(SuspendAwareTimeProvider.Instance, SuspendAwareTimeProvider.ReplaceSystem(TimeProvider.System));
        Assert.Same(other, SuspendAwareTimeProvider.ReplaceSystem(other));
    }

    [Fact]
    public async Task Its_timers_are_the_systems() =>
        await Task.Delay(TimeSpan.FromMilliseconds(1), SuspendAwareTimeProvider.Instance);
}
