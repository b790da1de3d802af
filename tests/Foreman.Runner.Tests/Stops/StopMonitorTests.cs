using Foreman.Api;
using Foreman.Runner.Stops;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Runner.Tests.Stops;

public sealed class StopMonitorTests
{
    [Fact]
    public async Task A_drain_stops_the_run_at_its_deadline_and_not_before()
    {
        var time = new ManualTimeProvider();
        var signals = new RunSignals();
        using var monitor = new StopMonitor(Tasks.Held(), signals, null, time, NullLogger.Instance);

        signals.Drain(time.GetUtcNow().AddSeconds(30));
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(monitor.Token.IsCancellationRequested);

        time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => monitor.Token.IsCancellationRequested, "the run to be stopped");
        Assert.Equal(StopKind.Drain, monitor.Plan.Kind);
    }

    [Fact]
    [Trait("Kind", "15")]
    public async Task A_deadline_beyond_what_timers_take_is_heeded_all_the_same()
    {
        var time = new ManualTimeProvider();
        var signals = new RunSignals();
        using var monitor = new StopMonitor(Tasks.Held(), signals, null, time, NullLogger.Instance);

        signals.Drain(time.GetUtcNow().AddDays(400));
        time.Advance(TimeSpan.FromDays(399));
        Assert.Equal(StopKind.None, monitor.Plan.Kind);

        time.Advance(TimeSpan.FromDays(1));
        await Eventually.TrueAsync(() => monitor.Token.IsCancellationRequested, "the run to be stopped");
        signals.Drain(DateTimeOffset.MaxValue);
        Assert.Equal(StopKind.Drain, monitor.Plan.Kind);
    }

    [Fact]
    [Trait("Kind", "15")]
    public void A_deadline_at_the_end_of_time_is_no_fault_on_the_clock_of_the_machine()
    {
        var logger = new RecordingLogger();
        var signals = new RunSignals();
        using var monitor = new StopMonitor(Tasks.Held(), signals, null, TimeProvider.System, logger);

        signals.Drain(DateTimeOffset.MaxValue);

        Assert.Equal(StopKind.None, monitor.Plan.Kind);
        Assert.Empty(logger.Entries);
    }

    [Fact]
    [Trait("Kind", "1")]
    public async Task A_run_is_stopped_when_it_goes_on_beyond_its_limit()
    {
        var time = new ManualTimeProvider();
        using var monitor = new StopMonitor(Tasks.Held(), new RunSignals(), new StopLimit(TimeSpan.FromSeconds(90), new StopPlan(StopKind.Timeout, "too long")), time, NullLogger.Instance);

        time.Advance(TimeSpan.FromSeconds(89));
        Assert.Equal(StopKind.None, monitor.Plan.Kind);
        time.Advance(TimeSpan.FromSeconds(1));

        await Eventually.TrueAsync(() => monitor.Token.IsCancellationRequested, "the run to be stopped");
        Assert.Equal(StopKind.Timeout, monitor.Plan.Kind);
    }

    [Fact]
    [Trait("Kind", "1")]
    public void A_fault_of_the_clock_does_not_reach_the_sender_of_a_signal()
    {
        var logger = new RecordingLogger();
        var signals = new RunSignals();
        using var monitor = new StopMonitor(Tasks.Held(), signals, null, new FaultyClock(new Faults(3, () => new InvalidOperationException("no clock"))), logger);

        signals.CancelDrain();

        Assert.Contains(logger.Entries, e => e.Exception?.Message == "no clock");
    }

    [Fact]
    public void A_later_deadline_does_not_put_off_an_earlier_one()
    {
        var time = new ManualTimeProvider();
        var signals = new RunSignals();
        using var monitor = new StopMonitor(Tasks.Held(), signals, null, time, NullLogger.Instance);

        signals.Drain(time.GetUtcNow().AddSeconds(5));
        signals.Drain(time.GetUtcNow().AddSeconds(60));
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(StopKind.Drain, monitor.Plan.Kind);
    }

    [Fact]
    public void A_run_that_was_not_stopped_goes_on_when_the_drain_is_cancelled()
    {
        var time = new ManualTimeProvider();
        var signals = new RunSignals();
        using var monitor = new StopMonitor(Tasks.Held(), signals, null, time, NullLogger.Instance);

        signals.Drain(time.GetUtcNow().AddSeconds(5));
        signals.CancelDrain();
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(StopKind.None, monitor.Plan.Kind);
        Assert.False(monitor.Token.IsCancellationRequested);
    }

    [Fact]
    public void A_run_that_was_stopped_stays_stopped_when_the_drain_is_cancelled()
    {
        var time = new ManualTimeProvider();
        var signals = new RunSignals();
        using var monitor = new StopMonitor(Tasks.Held(), signals, null, time, NullLogger.Instance);

        signals.Drain(time.GetUtcNow());
        signals.CancelDrain();

        Assert.Equal(StopKind.Drain, monitor.Plan.Kind);
    }

    [Fact]
    public void A_signal_from_before_the_run_began_counts()
    {
        var signals = new RunSignals();
        var task = Tasks.With(TaskPhase.Scheduled);
        signals.Update(task with { Spec = task.Spec with { Cancel = true } });

        using var monitor = new StopMonitor(Tasks.Held(), signals, null, new ManualTimeProvider(), NullLogger.Instance);

        Assert.Equal(StopKind.Cancel, monitor.Plan.Kind);
    }

    [Fact]
    public void A_fence_outweighs_every_signal_before_and_after()
    {
        var signals = new RunSignals();
        using var monitor = new StopMonitor(Tasks.Held(), signals, null, new ManualTimeProvider(), NullLogger.Instance);
        monitor.Fenced("somebody else has it");
        var task = Tasks.With(TaskPhase.Running, 1, Tasks.Me);
        signals.Update(task with { Spec = task.Spec with { Cancel = true } });
        Assert.Equal(new StopPlan(StopKind.Fence, "somebody else has it"), monitor.Plan);
    }
}
